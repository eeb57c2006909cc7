import Foundation
import MacrostateCompute
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import Microstates

/// Whether runs differ in nothing but their seeds, so that a mean and a spread over them say something.
public struct SeedComparison {
  private let pool: WorkerPool

  /// A comparison that reads data sets with the threads of `pool`.
  public init(pool: WorkerPool) { self.pool = pool }

  /// Refuses what are no seeds of one setting. The data are the same, wherever they are, or drawn anew by one
  /// simulation.
  ///
  /// - Throws: `MacrostateError(.badData)` for the same run twice, two runs of one seed, and runs of different settings
  ///   or data, with the keys in which they differ; `.missingInput` where data are needed that are not there any more.
  public func requireSeeds(_ runs: [RunFolder]) throws {
    guard runs.count > 1 else { return }
    let settings = try runs.map { try $0.settings() }
    for (i, run) in runs.enumerated() {
      for j in 0..<i {
        func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
          guard !condition else { return }
          throw MacrostateError(
            .badData,
            "\(runs[j].url.relativePath), \(run.url.relativePath): \(problem()): a mean over them is none over seeds; "
              + "evaluate one at a time")
        }
        try require(place(run.url) != place(runs[j].url), "the same run twice")
        let differences = Self.differences(settings[j], settings[i])
        try require(
          differences.isEmpty, "runs of different settings:\n  \(differences.joined(separator: "\n  "))\n")
        if let difference = try dataDifference((runs[j], settings[j].data), (run, settings[i].data)) {
          try require(false, "runs of different data: \(difference)")
        }
        try require(settings[i].seed != settings[j].seed, "two runs of the seed \(settings[i].seed)")
      }
    }
  }

  /// The settings in which runs differ, but for the seed and where their data are.
  private static func differences(_ first: RunConfiguration, _ second: RunConfiguration) -> [String] {
    func comparable(_ settings: RunConfiguration) -> RunConfiguration {
      var settings = settings
      settings.seed = 0
      settings.data.training = ""
      settings.data.tests = settings.data.tests.mapValues { _ in "" }
      settings.data.twins = settings.data.twins.mapValues { _ in "" }
      settings.data.independents = settings.data.independents.mapValues { _ in "" }
      return settings
    }
    return comparable(first).resultDifferences(from: comparable(second))
  }

  // MARK: Data

  private typealias RunData = (run: RunFolder, settings: DataSettings)

  /// The difference of the data of two runs, in words; nil for data of one setting.
  private func dataDifference(_ first: RunData, _ second: RunData) throws -> String? {
    let training = try difference(
      (first.settings.training, DataRecord.read(first.run)), (second.settings.training, DataRecord.read(second.run)))
    if let training { return training }
    for sets in [\DataSettings.tests, \.twins, \.independents] {
      for (name, path) in first.settings[keyPath: sets].sorted(by: { $0.key < $1.key }) {
        guard let other = second.settings[keyPath: sets][name] else { continue }
        if let difference = try difference((path, nil), (other, nil)) { return difference }
      }
    }
    return nil
  }

  /// The same for two data sets, with what a run has recorded of them.
  private func difference(
    _ first: (path: String, record: DataRecord?), _ second: (path: String, record: DataRecord?)
  ) throws -> String? {
    let places = [first.path, second.path].map { place(URL(fileURLWithPath: $0)) }
    if first.record == nil || second.record == nil {
      guard places[0] != places[1] else { return nil }
    } else if first.record?.contents == second.record?.contents {
      return nil
    }
    let sets = try [first, second].map { try Dataset.open(URL(fileURLWithPath: $0.path)) }
    let counts = zip([first, second], sets).map { $0.record?.trajectories.count ?? $1.trajectoryCount }
    if sets[0].description.isSameSimulation(as: sets[1].description) {
      return counts[0] == counts[1]
        ? nil : "\(first.path) has \(counts[0]) trajectories, \(second.path) has \(counts[1])"
    }
    let contents = try zip([first, second], sets).map { try $0.record?.contents ?? DataRecord.contents($1, pool: pool) }
    return contents[0] == contents[1]
      ? nil : "\(first.path) and \(second.path) are neither the same nor drawn by one simulation"
  }

  private func place(_ url: URL) -> String { url.standardizedFileURL.resolvingSymlinksInPath().path }
}
