import Foundation
import MacrostateConfiguration
import MacrostateStorage
import MacrostateTraining

/// Whether runs differ in nothing but their seeds, so that a mean and a spread over them say something.
public enum SeedComparison {
  /// Refuses what are no seeds of one setting.
  ///
  /// - Throws: `MacrostateError(.badData)` for the same run twice, two runs of one seed, and runs of different settings
  ///   or data, with the keys in which they differ.
  public static func requireSeeds(_ runs: [RunFolder]) throws {
    guard runs.count > 1 else { return }
    let settings = try runs.map { try $0.settings() }
    for (i, run) in runs.enumerated() {
      for j in 0..<i {
        guard place(run.url) != place(runs[j].url) else {
          throw problem(runs[j], run, "the same run twice")
        }
        let differences = differences(settings[j], settings[i])
        guard differences.isEmpty else {
          throw problem(
            runs[j], run, "runs of different settings:\n  \(differences.joined(separator: "\n  "))\n")
        }
        guard settings[i].seed != settings[j].seed else {
          throw problem(runs[j], run, "two runs of the seed \(settings[i].seed)")
        }
      }
    }
  }

  private static func problem(_ first: RunFolder, _ second: RunFolder, _ what: String) -> MacrostateError {
    MacrostateError(
      .badData,
      "\(first.url.relativePath), \(second.url.relativePath): \(what): a mean over them is none over seeds; evaluate "
        + "one at a time")
  }

  private static func differences(_ first: RunConfiguration, _ second: RunConfiguration) -> [String] {
    var (first, second) = (comparable(first), comparable(second))
    first.seed = 0
    second.seed = 0
    return first.resultDifferences(from: second)
  }

  /// The settings with the data sets by where they are, however they were named.
  private static func comparable(_ settings: RunConfiguration) -> RunConfiguration {
    var settings = settings
    func place(_ path: String) -> String { path.isEmpty ? "" : self.place(URL(fileURLWithPath: path)) }
    settings.data.training = place(settings.data.training)
    settings.data.tests = settings.data.tests.mapValues(place)
    settings.data.twins = settings.data.twins.mapValues(place)
    settings.data.independents = settings.data.independents.mapValues(place)
    return settings
  }

  private static func place(_ url: URL) -> String { url.standardizedFileURL.resolvingSymlinksInPath().path }
}
