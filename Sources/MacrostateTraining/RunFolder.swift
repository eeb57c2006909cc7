import Foundation
import MacrostateConfiguration
import MacrostateStorage

/// The folder of a run: `config.yaml`, `provenance.json`, `log.txt`, `metrics.jsonl`, `checkpoints/`, `model/`, `tables/`,
/// `figures/`, `report.html`.
public struct RunFolder: Sendable {
  /// The folder.
  public let url: URL

  /// The run in `url`.
  public init(_ url: URL) { self.url = url }

  /// The configuration with every default written out.
  public var configuration: URL { url.appendingPathComponent("config.yaml") }
  /// Program, machine, command, seed, times.
  public var provenance: URL { url.appendingPathComponent("provenance.json") }
  /// One line of JSON for each log interval.
  public var metrics: URL { url.appendingPathComponent("metrics.jsonl") }
  /// The trained model.
  public var model: URL { url.appendingPathComponent("model") }
  /// The results of the evaluation.
  public var evaluation: URL { url.appendingPathComponent("evaluation.json") }

  /// The checkpoints of one training of the run.
  public func checkpoints(_ training: String) -> CheckpointStore {
    CheckpointStore(url.appendingPathComponent("checkpoints").appendingPathComponent(training))
  }

  /// The names of all trainings that have begun.
  public func trainingNames() throws -> [String] {
    let folder = url.appendingPathComponent("checkpoints")
    return Folder.exists(folder)
      ? try Folder.contents(folder).filter(Folder.exists).map(\.lastPathComponent).sorted() : []
  }

  /// The checkpoints of all trainings that have begun.
  func allCheckpoints() throws -> [CheckpointStore] { try trainingNames().map(checkpoints) }

  /// The settings of the run; of those that were none yet when it began, what it did without them.
  ///
  /// - Throws: `MacrostateError` where there is no configuration, or a damaged one.
  public func settings() throws -> RunConfiguration {
    var earlier = RunConfiguration()
    earlier.dynamics.composition = .none
    return try RunConfiguration(contentsOf: configuration, over: earlier)
  }

  /// Makes the folder for `configuration`, or takes up the run in it.
  ///
  /// - Parameters:
  ///   - restart: removes what an earlier run left first.
  ///   - comparesComposition: whether `dynamics.composition` says anything of these data.
  /// - Throws: `MacrostateError(.badData)` where an earlier run had other settings, with the difference.
  public func prepare(_ wanted: RunConfiguration, restart: Bool, comparesComposition: Bool = false) throws {
    if restart && Folder.exists(url) {
      for name in ["checkpoints", "model", "metrics.jsonl", "config.yaml", "evaluation.json", "provenance.json"] {
        let item = url.appendingPathComponent(name)
        if FileManager.default.fileExists(atPath: item.path) { try Folder.remove(item) }
      }
    }
    try Folder.create(url)
    guard FileManager.default.fileExists(atPath: configuration.path) else {
      try AtomicFile.write(wanted.yamlText, to: configuration)
      return
    }
    var present = try settings()
    if !comparesComposition { present.dynamics.composition = wanted.dynamics.composition }
    let differences = present.resultDifferences(from: wanted)
    guard differences.isEmpty else {
      throw MacrostateError(
        .badData,
        "\(url.path): this run was started with other settings:\n  \(differences.joined(separator: "\n  "))\n"
          + "Use the old settings to carry it on, another --run for a new one, or --restart to begin anew")
    }
  }

  /// The metrics of the run so far.
  public func metricsLines() throws -> [MetricsLine] {
    guard FileManager.default.fileExists(atPath: metrics.path) else { return [] }
    let text = try MappedFile(metrics).withBytes { String(decoding: $0, as: UTF8.self) }
    // A line that a kill cut short is at the end, and is written again when the run is resumed.
    return text.split(separator: "\n").compactMap { line in
      try? JSONDecoder().decode(MetricsLine.self, from: Data(line.utf8))
    }
  }
}
