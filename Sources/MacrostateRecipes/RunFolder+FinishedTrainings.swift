import Foundation
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining

/// A training that an earlier run has finished, under its name there and here: `closure`, `without-closure`.
public struct FinishedTraining: Sendable {
  /// Its name.
  public var name: TrainingName
  /// The run that finished it.
  public var run: RunFolder

  /// The training `name` of `run`.
  public init(_ name: TrainingName, of run: RunFolder) {
    self.name = name
    self.run = run
  }
}

extension RunFolder {
  /// Begins a run of `configuration` with trainings that earlier runs have finished, as if it had done them itself:
  /// their latest and best checkpoints and their lines of `metrics.jsonl` are copied. The folder appears whole or not at
  /// all; one that is there stays as it is.
  ///
  /// The caller answers for it that these trainings depend on no setting in which the runs differ.
  ///
  /// - Throws: `MacrostateError(.badData)` where a copied checkpoint is corrupted or not finished.
  public func begin(_ configuration: RunConfiguration, with trainings: [FinishedTraining]) throws {
    guard !Folder.exists(url) else { return }
    let lines = try trainings.flatMap { training in
      try training.run.metricsLines().filter { $0.training == training.name }.map { try $0.jsonText() + "\n" }
    }
    let text = lines.joined()
    try AtomicFile.writeFolder(url) { partial in
      let run = RunFolder(partial)
      try run.begin(configuration, isRestarted: false)
      try AtomicFile.write(text, to: run.metrics)
      // What they were trained on is what this run trains on.
      if let record = try trainings.first.flatMap({ try DataRecord.read($0.run) }) {
        try SealedJSONFile.write(record, to: run.data)
      }
      for training in trainings {
        try training.run.checkpoints(training.name)
          .copyFinished(to: run.checkpoints(training.name), metricsByteCount: text.utf8.count)
      }
    }
  }
}
