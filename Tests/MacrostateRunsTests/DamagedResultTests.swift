import Foundation
import MacrostateEvaluation
import MacrostateRuns
import MacrostateStorage
import MacrostateTraining
import Testing

/// Reports of results whose files are damaged: a page, or one message that names the file.
@Suite struct DamagedResultTests {
  /// A value of a JSON document by the keys that lead to it.
  private struct Place {
    var keys: [String]
    var value: Any
  }

  private static func places(_ value: Any, _ keys: [String] = []) -> [Place] {
    var places = [Place(keys: keys, value: value)]
    if let object = value as? [String: Any] {
      for key in object.keys.sorted() { places += self.places(object[key] ?? 0, keys + [key]) }
    } else if let list = value as? [Any] {
      // The first of a list says it for all.
      if let first = list.first { places += self.places(first, keys + ["0"]) }
    }
    return places
  }

  private static func replacing(_ value: Any, _ keys: ArraySlice<String>, by other: Any?) -> Any? {
    guard let key = keys.first else { return other }
    if var object = value as? [String: Any] {
      object[key] = object[key].flatMap { replacing($0, keys.dropFirst(), by: other) }
      return object
    }
    guard var list = value as? [Any], let i = Int(key), list.indices.contains(i) else { return value }
    if let item = replacing(list[i], keys.dropFirst(), by: other) { list[i] = item } else { list.remove(at: i) }
    return list
  }

  /// What damage may put in the place of a value.
  private static func mutations(_ value: Any) -> [Any?] {
    if let list = value as? [Any] {
      return [nil, [Any](), Array(list.dropLast()), [[1.0]]]
    }
    if value is [String: Any] { return [nil, [String: Any]()] }
    if value is NSNumber { return [nil, -1, 1e300, "NaN"] }
    return [nil, 1]
  }

  /// The report of the run after each mutation of its file `url`.
  private func mutate(_ run: SmallRun, _ url: URL, naming remedy: String) throws -> (pages: Int, refusals: Int) {
    let whole = try Data(contentsOf: url)
    let document = try JSONSerialization.jsonObject(with: whole)
    var (pages, refusals) = (0, 0)
    for place in Self.places(document) where !place.keys.isEmpty {
      for mutation in Self.mutations(place.value) {
        let changed = try #require(Self.replacing(document, place.keys[...], by: mutation))
        try JSONSerialization.data(withJSONObject: changed).write(to: url)
        do {
          _ = try RunReport(run.folder).report().html(charts: nil)
          pages += 1
        } catch let error as MacrostateError {
          refusals += 1
          let name = url.lastPathComponent
          #expect(
            error.kind == .badData && error.message.contains(name) && error.message.contains(remedy),
            "\(place.keys): \(error.message)")
        }
      }
    }
    try whole.write(to: url)
    return (pages, refusals)
  }

  @Test func aDamagedResultIsNamedOrShown() throws {
    let run = try SmallRun(SmallRun.stochastic)
    var whole = try RunEvaluation(run.folder).run(withProbes: true, progress: SilentProgress())
    // Pictures of fewer cells are faster to draw.
    for i in whole.densities.indices {
      whole.densities[i].gridCounts = [3, 2]
      whole.densities[i].values = Array(whole.densities[i].values.prefix(6))
      whole.densities[i].points = Array(whole.densities[i].points.prefix(4))
    }
    try JSONFile.write(whole, to: run.folder.evaluation)
    let result = try mutate(run, run.folder.evaluation, naming: "run `macrostate evaluate")
    #expect(result.pages > 100 && result.refusals > 300, "\(result)")
    let provenance = try mutate(run, run.folder.provenance, naming: "run `macrostate train`")
    #expect(provenance.pages >= 5 && provenance.refusals > 20, "\(provenance)")
    _ = try RunReport(run.folder).report()
  }

  /// Lines of metrics that are none are left out, whatever numbers they have.
  @Test func damagedMetricsAreLeftOut() throws {
    let run = try SmallRun()
    _ = try RunEvaluation(run.folder).run(progress: SilentProgress())
    let lines = try String(contentsOf: run.folder.metrics, encoding: .utf8)
    for line in [
      "{", "[]",
      "{\"training\":\"closure\",\"step\":-9223372036854775808,\"loss\":1e308,\"validation\":-1e308,\"rate\":0}",
      "{\"training\":\"dynamics-0\",\"step\":9223372036854775807,\"loss\":5e-324,\"validation\":5e-324,\"rate\":0}",
      "{\"training\":\"dynamics-0\",\"step\":1e400,\"rate\":0}",
    ] {
      try Data((lines + line + "\n").utf8).write(to: run.folder.metrics)
      _ = try RunReport(run.folder).report().html(charts: nil)
    }
  }
}
