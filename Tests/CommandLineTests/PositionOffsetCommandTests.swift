import Foundation
import MacrostateKit
import Testing

/// Data far from the origin by the command line: the model sees positions relative to its own offset, whatever that of
/// other data is.
@Suite struct PositionOffsetCommandTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.importExample()
    // In steps of a 16th, which is what single precision has at a million.
    let far = Example.positions().enumerated().map {
      ($1 * 16).rounded() / 16 + ($0 % 2 == 0 ? 1_000_000 : 0)
    }
    let shape = [Example.trajectories, Example.frames, Example.particles, 2]
    let start = Array(far[..<(2 * Example.particles)])
    try NumPyFile.write(far.map(Double.init), shape: shape, to: scratch.file("far.npy"))
    try NumPyFile.write(far, shape: shape, to: scratch.file("single.npy"))
    try NumPyFile.write(start.map(Double.init), shape: [Example.particles, 2], to: scratch.file("far0.npy"))
    try NumPyFile.write(start, shape: [Example.particles, 2], to: scratch.file("single0.npy"))
  }

  private func importArray(_ name: String) throws -> Outcome {
    try scratch.succeed([
      "import", "\(name).npy", "--observables", "radius.npy", "--observable-names", "radius", "--time-step", "0.5",
      "--output", "\(name).dataset", "--quiet",
    ])
  }

  /// The text of a prediction, and what is said of it.
  private func prediction(_ arguments: String...) throws -> (text: String, errors: String) {
    let outcome = try scratch.succeed(
      ["predict", "run", "--start", "radius=1", "--steps", "3", "--output", "y.csv", "--quiet"] + arguments)
    return (try scratch.text("y.csv"), outcome.errors)
  }

  @Test func dataOfAnotherOffsetGiveTheSame() throws {
    #expect(try importArray("far").errors.isEmpty)
    #expect(try importArray("single").errors.contains("single.npy: along axis 0 positions span"))
    #expect(try Dataset.open(scratch.file("far.dataset")).description.positionOffset != nil)
    #expect(try Dataset.open(scratch.file("single.dataset")).description.positionOffset == nil)
    try scratch.succeed(["train", "far.dataset", "--run", "run", "--quiet"] + Example.settings())

    let own = try prediction("--frame", "far.dataset:0:0")
    for other in [["--frame", "single.dataset:0:0"], ["--input", "far0.npy"], ["--input", "single0.npy"]] {
      let found = try prediction(other[0], other[1])
      #expect(found.text == own.text, "\(other)")
      let isCoarse = found.errors.contains("single0.npy: positions along axis 0 are written in steps of 0.0625")
      #expect(isCoarse == (other[1] == "single0.npy"), "\(found.errors)")
    }
    let errors = try ["far", "single"].map { name in
      try scratch.succeed(["evaluate", "run", "--data", "test=\(name).dataset", "--json", "--quiet"]).output
    }
    #expect(errors[0] == errors[1] && errors[0].contains("test"))
    try scratch.succeed(["report", "run"])
    let page = try #require(scratch.bytes(of: "run").first { $0.key.hasSuffix(".html") }?.value)
    #expect(String(decoding: page, as: UTF8.self).contains("Positions are relative to ("))
  }
}
