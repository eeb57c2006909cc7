import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateStorage
import Synchronization

/// The trainings of a run, one after the other or side by side: where their checkpoints and lines of metrics go, what
/// ends them early, and who is told.
public struct Session: Sendable {
  /// The kernels and threads of its trainings.
  public let compute: Compute
  /// The flag that ends a training early, with a checkpoint.
  public let stop: StopFlag
  /// Told how far a training is.
  public let progress: any ProgressObserver
  /// The lines of metrics of all trainings.
  let metrics: AppendLog
  /// Steps between log lines.
  let logInterval: Int
  /// Seconds between checkpoints.
  let checkpointInterval: Double
  private let checkpoints: @Sendable (TrainingName) -> CheckpointStore
  private let lastSteps: [TrainingName: Int]

  /// The session of a run that begins, or is carried on.
  ///
  /// - Parameters:
  ///   - begun: the trainings that have begun.
  ///   - checkpoints: where the checkpoints of a training are.
  ///   - metrics: where lines of metrics go; what was written after all checkpoints is cut off.
  ///   - logInterval: steps between log lines.
  ///   - checkpointInterval: seconds between checkpoints.
  /// - Throws: `MacrostateError` where a file is damaged or cannot be written.
  public init(
    compute: Compute, begun: [TrainingName], checkpoints: @escaping @Sendable (TrainingName) -> CheckpointStore,
    metrics: URL, logInterval: Int, checkpointInterval: Double, stop: StopFlag, progress: any ProgressObserver
  ) throws {
    self.compute = compute
    self.stop = stop
    self.progress = progress
    self.checkpoints = checkpoints
    self.logInterval = logInterval
    self.checkpointInterval = checkpointInterval
    let end = try begun.compactMap { try checkpoints($0).latestState()?.metricsByteCount }.max() ?? 0
    self.metrics = try AppendLog(metrics, cutBackTo: end)
    lastSteps = try MetricsLine.all(in: metrics).reduce(into: [:]) { last, line in
      last[line.training] = max(last[line.training] ?? -1, line.step)
    }
  }

  private init(_ session: Session, compute: Compute, stop: StopFlag) {
    self.compute = compute
    self.stop = stop
    progress = session.progress
    metrics = session.metrics
    logInterval = session.logInterval
    checkpointInterval = session.checkpointInterval
    checkpoints = session.checkpoints
    lastSteps = session.lastSteps
  }

  /// The last step that a line of metrics is there of, −1 for none.
  func lastStep(of name: TrainingName) -> Int { lastSteps[name] ?? -1 }

  /// Trains to the end, or carries on a training, and leaves the objective with its best parameters.
  ///
  /// - Parameter validationInterval: steps between validations.
  /// - Throws: `MacrostateError(.stopped)` after a signal or at the wall-time limit, with a checkpoint written;
  ///   `.failure` where the loss or its gradient is no longer finite.
  public func train(
    _ name: TrainingName, _ objective: some Objective, optimizer: Adam.Settings, schedule: LearningRateSchedule,
    validationInterval: Int
  ) throws -> TrainingState {
    try TrainingLoop(
      name: name, trainer: Trainer(objective, optimizer: optimizer, compute: compute), schedule: schedule,
      validationInterval: validationInterval, checkpoints: checkpoints(name), session: self
    ).run()
  }

  /// Several jobs at once, each in a session with its part of the threads; each gives the bits that it gives alone.
  ///
  /// - Returns: their results, in order.
  /// - Throws: the error of the first that failed; the others are stopped then, with checkpoints.
  public func sideBySide<Result: Sendable>(
    _ jobs: [@Sendable (Session) throws -> Result]
  ) throws -> [Result] {
    let own = StopFlag(following: stop)
    let results = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
    let threads = max(1, compute.pool.threads / max(jobs.count, 1))
    try compute.pool.run(tasks: jobs.count) { number in
      let session = Session(self, compute: Compute(compute.kernels, threads: threads), stop: own)
      let result = Swift.Result { try jobs[number](session) }
      if case .failure = result { own.request() }
      results.withLock { $0[number] = result }
    }
    let all = results.withLock { results in jobs.indices.compactMap { results[$0] } }
    let failures = all.compactMap { result in
      if case .failure(let error) = result { error } else { nil }
    }
    // Those that were stopped by another's failure say nothing of it.
    let cause = failures.first { ($0 as? MacrostateError)?.kind != .stopped } ?? failures.first
    if let cause { throw cause }
    return try all.map { try $0.get() }
  }
}
