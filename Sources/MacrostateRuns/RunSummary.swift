import Foundation
import MacrostateCompute
import MacrostateRecipes
import MacrostateStorage

/// The state of a run, in a few numbers.
public struct RunSummary: Codable, Sendable {
  /// One of its trainings.
  public struct Training: Codable, Sendable {
    /// Its name: `closure`.
    public var name: String
    /// The steps of its latest checkpoint.
    public var steps: Int
    /// Whether it is over.
    public var isFinished: Bool
  }

  /// Trajectories by their part in the run.
  public struct Parts: Codable, Sendable {
    /// The trajectories that train.
    public var training: Int
    /// The trajectories that the best parameters are chosen by.
    public var validation: Int
    /// The trajectories that are held out.
    public var test: Int
  }

  /// The run's path.
  public var path: String
  /// The path of its training data.
  public var data: String
  /// The division of its data; nil for a run of an earlier version, until it is used again.
  public var trajectories: Parts?
  /// Its trainings.
  public var trainings: [Training]
  /// Whether there is a trained model.
  public var isTrained: Bool
  /// Whether there are results of an evaluation.
  public var isEvaluated: Bool
  /// The command that comes next.
  public var next: String

  /// The run in `folder`.
  ///
  /// - Throws: `MacrostateError` where its files are damaged.
  public init(_ run: RunFolder) throws {
    path = run.url.path
    data = try run.settings().data.training
    trajectories = try DataRecord.read(run).map {
      Parts(training: $0.training.count, validation: $0.validation.count, test: $0.test.count)
    }
    trainings = try run.trainingNames().compactMap { name in
      try run.checkpoints(name).latestState().map {
        Training(name: name.rawValue, steps: $0.step, isFinished: $0.isFinished)
      }
    }
    isTrained = Folder.exists(run.model)
    isEvaluated = FileManager.default.fileExists(atPath: run.evaluation.path)
    let name = run.url.relativePath
    next =
      !isTrained
      ? "macrostate train \(data) --run \(name), with its settings"
      : isEvaluated ? "macrostate report \(name)" : "macrostate evaluate \(name)"
  }

  /// Compares the model's files with their check sums, and the run's data with what the run was trained on.
  ///
  /// - Throws: `MacrostateError` that names what is damaged or has changed.
  public func verify(pool: WorkerPool) throws {
    let run = RunFolder(URL(fileURLWithPath: path))
    if isTrained { _ = try TrainedModel(run.model) }
    let data = try RunDataset(run.settings(), of: run, for: .evaluation, pool: pool)
    try data.dataset.requireIntact(trajectories: 0..<data.dataset.trajectoryCount, pool: pool)
  }

  /// The summary for people.
  public var text: String {
    var lines = ["\(path)  (a run, \(isTrained ? "trained" : "not finished")\(isEvaluated ? ", evaluated" : ""))"]
    lines.append("  data          \(data)")
    if let trajectories {
      lines.append(
        "  trajectories  \(trajectories.training) train, \(trajectories.validation) validate, \(trajectories.test) test"
      )
    }
    for training in trainings {
      lines.append(
        "  training      \(training.name): \(training.steps) steps\(training.isFinished ? ", finished" : "")")
    }
    return (lines + ["Next: \(next)"]).joined(separator: "\n")
  }
}
