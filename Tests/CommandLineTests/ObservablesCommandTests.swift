import Foundation
import Testing

/// `macrostate observables`.
@Suite struct ObservablesCommandTests {
  @Test func allAreListedWithTheirSettings() throws {
    let scratch = try Scratch()
    let text = try scratch.succeed(["observables"]).output
    #expect(text.contains("mixing-ratio\n  The share of a species among the neighbours of another\n"))
    #expect(text.contains("    cutoff=2.5: a number above 0\n"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let json = try scratch.succeed(["observables", "--json"]).output
    let list = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: [[String: Any]]])
    let names = try #require(list["observables"]?.map { $0["name"] as? String })
    #expect(names.first == "pair-energy:tanh" && names.contains("box-length"))
  }

  @Test func oneIsShownWhole() throws {
    let scratch = try Scratch()
    let text = try scratch.succeed(["observables", "radial-distribution"]).output
    #expect(text.contains("  bins=50\n      Intervals of distance: an integer from 1 to 1000\n"))
    #expect(text.contains("138 more") && text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let json = try scratch.succeed(["observables", "box-length", "--json"]).output
    let one = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(one["values"] as? [String] == ["L_x", "L_y", "L_z"])
    try scratch.fail(
      ["observables", "box-lenght"], code: 64,
      containing: ["unknown observable 'box-lenght' (did you mean 'box-length'?)"])
  }
}
