import Foundation
import MacrostateRecipes
import MacrostateStorage
import Testing

/// A model's description whose record of size and check sum is right, and whose numbers are not.
@Suite struct ModelDescriptionTests {
  @Test func whatDoesNotFitTogetherIsRefused() throws {
    let run = try SmallRun()
    let url = run.folder.model.appendingPathComponent("model.json")
    let records = run.folder.model.appendingPathComponent("files.json")
    let text = try String(contentsOf: url, encoding: .utf8)
    func write(_ text: String) throws {
      var files = try JSONFile.read([String: FileRecord].self, from: records)
      files["model.json"] = try AtomicFile.write(text, to: url)
      try JSONFile.write(files, to: records)
    }
    for (pattern, replacement) in [
      ("\"bins\" : \"[0-9]+", "\"bins\" : \"-9223372036854775808"),
      ("\"layers\" : \"[0-9]+", "\"layers\" : \"9223372036854775807"),
      ("\"point_widths\" : \"\\[8,", "\"point_widths\" : \"[9223372036854775807,"),
      ("\"kind\" : \"deep-set", "\"kind\" : \"deep"),
      ("\"point_widths\"", "\"widths_of_points\""),
      ("\"smoothing\" : \\[", "\"smoothing\" : [ 1,"),
      ("\"members\" : [0-9]+", "\"members\" : 0"),
      ("\"speciesCount\" : [0-9]+", "\"speciesCount\" : 3"),
      ("\"closureDimension\" : [0-9]+", "\"closureDimension\" : -1"),
      ("\"constantCount\" : [0-9]+", "\"constantCount\" : 99"),
      ("\"timeStep\" : [0-9.]+", "\"timeStep\" : 0"),
      ("\"observableLeast\" : \\[", "\"observableLeast\" : [ 1,"),
      ("\"driftUnit\" : \\[", "\"driftUnit\" : [ 1,"),
      ("\"shift\" : \\[", "\"shift\" : [ 1,"),
    ] {
      let changed = text.replacingOccurrences(of: pattern, with: replacement, options: .regularExpression)
      #expect(changed != text, "\(pattern)")
      try write(changed)
      let error = #expect(throws: MacrostateError.self, "\(replacement)") { _ = try TrainedModel(run.folder.model) }
      #expect(error?.kind == .badData)
      #expect(error?.message.contains("model.json") == true, "\(error?.message ?? "")")
    }
    try write(text)
    _ = try TrainedModel(run.folder.model)
  }
}
