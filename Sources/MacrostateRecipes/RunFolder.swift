import Foundation
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining

/// The folder of a run: `config.yaml`, `run.json`, `data.json`, `provenance.json`, `metrics.jsonl`, `checkpoints/`,
/// `model/`, `evaluation.json`, `tables/`, `figures/`, `report.html`.
public struct RunFolder: Sendable {
  /// The folder.
  public let url: URL
  /// Whether this process owns the folder (`owned`).
  let isOwned: Bool

  /// The run in `url`.
  public init(_ url: URL) { self.init(url, isOwned: false) }

  init(_ url: URL, isOwned: Bool) {
    self.url = url
    self.isOwned = isOwned
  }

  /// The configuration with every default of its kinds written out.
  public var configuration: URL { url.appendingPathComponent("config.yaml") }
  /// The record of the run.
  var record: URL { url.appendingPathComponent("run.json") }
  /// The contents and the division of the data (`DataRecord`).
  public var data: URL { url.appendingPathComponent("data.json") }
  /// Program, machine, command, seed, times.
  public var provenance: URL { url.appendingPathComponent("provenance.json") }
  /// One line of JSON for each log interval.
  public var metrics: URL { url.appendingPathComponent("metrics.jsonl") }
  /// The trained model.
  public var model: URL { url.appendingPathComponent("model") }
  /// The results of the evaluation.
  public var evaluation: URL { url.appendingPathComponent("evaluation.json") }

  /// The checkpoints of one training of the run.
  public func checkpoints(_ training: TrainingName) -> CheckpointStore {
    CheckpointStore(url.appendingPathComponent("checkpoints").appendingPathComponent(training.rawValue))
  }

  /// The names of all trainings that have begun.
  public func trainingNames() throws -> [TrainingName] {
    let folder = url.appendingPathComponent("checkpoints")
    return Folder.exists(folder)
      ? try Folder.contents(folder).filter(Folder.exists).map(\.lastPathComponent).sorted().map(TrainingName.init)
      : []
  }

  /// The settings of the run; of those that were none yet when it began, what it did without them.
  ///
  /// - Throws: `MacrostateError` where there is no configuration, or a damaged one.
  public func settings() throws -> RunConfiguration {
    var earlier = RunConfiguration()
    earlier.dynamics.composition = .none
    earlier.data.periodic = .none
    return try RunConfiguration(contentsOf: configuration, over: earlier, ofRun: true)
  }

  /// Settings that runs of earlier versions do not have, where they say something of a run's data: without them its runs are
  /// carried on whatever they are.
  public struct LaterSettings: OptionSet, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// `dynamics.composition`
    public static let composition = LaterSettings(rawValue: 1)
    /// `data.periodic`
    public static let periodic = LaterSettings(rawValue: 2)
  }

  /// Makes the folder for `configuration`, or takes up the run in it.
  ///
  /// - Parameters:
  ///   - restart: removes what an earlier run left first; but a run that was itself begun so and is not finished is
  ///     carried on, so that a job with `--restart` that is stopped and requeued comes to its end.
  ///   - later: the settings of later versions that say something of these data.
  ///   - hasSameData: whether the data are known to be those of the run, wherever they are now; `nil` where the run says
  ///     nothing of its data.
  /// - Returns: whether `restart` carries on such a run.
  /// - Throws: `MacrostateError(.badData)` where an earlier run had other settings, with the difference; or where the
  ///   folder is neither a run's nor empty.
  @discardableResult
  public func prepare(
    _ wanted: RunConfiguration, restart: Bool, comparing later: LaterSettings = [], hasSameData: Bool? = nil
  ) throws -> Bool {
    try requireOwnFolder()
    try Folder.create(url)
    // A damaged record does not keep a run from being begun anew.
    let present = restart ? try? presentRecord() : try presentRecord()
    guard FileManager.default.fileExists(atPath: configuration.path) else {
      // A new folder, or one whose clearing was cut short.
      try begin(wanted, isRestarted: restart || present?.isRestarted == true)
      return false
    }
    guard !restart else {
      let carriesOn = present.map { $0.isRestarted && !$0.isFinished } ?? false
      if carriesOn, hasSameData != false,
        (try? differences(wanted, later, anywhere: hasSameData == true)) == []
      {
        try move(wanted)
        return true
      }
      // First what shows that this is a run, and that there is nothing to carry on; each step may be the last one.
      if present == nil { try write(RunRecord(isRestarted: false)) }
      try Folder.remove(configuration)
      try begin(wanted, isRestarted: true)
      return false
    }
    let differences = try differences(wanted, later, anywhere: hasSameData == true)
    guard differences.isEmpty else {
      throw MacrostateError(
        .badData,
        "\(url.path): this run was started with other settings:\n  \(differences.joined(separator: "\n  "))\n"
          + "Use the old settings to carry it on, another --run for a new one, or --restart to begin anew")
    }
    try move(wanted)
    return false
  }

  /// Notes where the data are now.
  private func move(_ wanted: RunConfiguration) throws {
    var present = try settings()
    guard present.data.training != wanted.data.training else { return }
    present.data.training = wanted.data.training
    try AtomicFile.write(present.yamlText, to: configuration)
  }

  /// Notes that the model is written: another `--restart` begins anew.
  func finish() throws {
    var record = try presentRecord() ?? RunRecord(isRestarted: false)
    guard !record.isFinished else { return }
    record.isFinished = true
    try write(record)
  }

  /// Removes all but the configuration, which comes last: without it there is nothing to carry on.
  func begin(_ wanted: RunConfiguration, isRestarted: Bool) throws {
    try write(RunRecord(isRestarted: isRestarted))
    for name in ["checkpoints", "model", "metrics.jsonl", "evaluation.json", "provenance.json"] {
      try Folder.remove(url.appendingPathComponent(name))
    }
    try AtomicFile.write(wanted.yamlText, to: configuration)
  }

  private func write(_ value: RunRecord) throws { try JSONFile.write(value, to: record) }

  func presentRecord() throws -> RunRecord? {
    guard FileManager.default.fileExists(atPath: record.path) else { return nil }
    return try JSONFile.read(RunRecord.self, from: record, remedy: "remove it; the run is carried on as it is")
  }

  /// The settings of another result; the path of the data is none where they are the same `anywhere`.
  private func differences(
    _ wanted: RunConfiguration, _ later: LaterSettings, anywhere: Bool
  ) throws -> [String] {
    var present = try settings()
    if anywhere { present.data.training = wanted.data.training }
    if !later.contains(.composition) { present.dynamics.composition = wanted.dynamics.composition }
    if !later.contains(.periodic) { present.data.periodic = wanted.data.periodic }
    return present.resultDifferences(from: wanted)
  }

  /// The metrics of the run so far.
  public func metricsLines() throws -> [MetricsLine] { try MetricsLine.all(in: metrics) }
}
