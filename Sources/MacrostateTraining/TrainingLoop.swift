import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import MacrostateStorage

/// Something that can be trained step by step: what a `TrainingLoop` drives.
public protocol TrainingTask {
  /// What is changed by steps.
  var parameters: Parameters { get }
  /// The optimiser of these parameters.
  var optimizer: Adam { get }
  /// Step number `step`: a pure function of the state before it and of its number.
  func step(_ step: Int, rate: Double) throws -> (loss: Double, gradientNorm: Double)
  /// What the validation score is, for people: `KL`.
  var scoreName: String { get }
  /// The validation score of the parameters as they are; lower is better. Where the optimiser keeps a mean of them, that
  /// is judged and, in the end, kept.
  func validationScore() throws -> Double
}

/// Settings of a training loop.
public struct TrainingLoopSettings: Sendable {
  /// Learning rate and number of steps.
  public var schedule: LearningRateSchedule
  /// Steps between validations.
  public var validationInterval: Int
  /// Steps between log lines.
  public var logInterval: Int
  /// Seconds between checkpoints.
  public var checkpointInterval: Double

  /// Settings of a training loop.
  public init(
    schedule: LearningRateSchedule, validationInterval: Int, logInterval: Int, checkpointInterval: Double
  ) {
    self.schedule = schedule
    self.validationInterval = validationInterval
    self.logInterval = logInterval
    self.checkpointInterval = checkpointInterval
  }
}

/// What a line of `metrics.jsonl` holds.
public struct MetricsLine: Codable, Sendable, Equatable {
  /// The training that it is of: `closure`, `dynamics-0`, …
  public var training: String
  /// Steps taken.
  public var step: Int
  /// The mean loss since the last line; nil where no step was taken.
  public var loss: Double?
  /// The validation score, where it was computed here.
  public var validation: Double?
  /// The learning rate of the last step.
  public var rate: Double
}

/// The training loop: steps, log lines, validation, the best parameters, checkpoints, stopping.
///
/// It carries on from the latest checkpoint with the bits of an uninterrupted run.
public struct TrainingLoop {
  /// The name of the training in metrics and messages.
  public let name: String
  /// The settings.
  public let settings: TrainingLoopSettings
  /// Where checkpoints go.
  public let checkpoints: CheckpointStore
  /// Where metrics go.
  public let metrics: AppendLog
  /// What ends the loop early.
  public let stop: StopFlag
  /// The instruction set in use, for the record.
  public let instructionSet: InstructionSet
  /// Told how far the training is.
  public let progress: ProgressObserver

  /// A loop over one training.
  public init(
    name: String, settings: TrainingLoopSettings, checkpoints: CheckpointStore, metrics: AppendLog, stop: StopFlag,
    instructionSet: InstructionSet, progress: any ProgressObserver
  ) {
    self.name = name
    self.settings = settings
    self.checkpoints = checkpoints
    self.metrics = metrics
    self.stop = stop
    self.instructionSet = instructionSet
    self.progress = progress
  }

  /// Trains to the end and leaves the task with its best parameters.
  ///
  /// - Throws: `MacrostateError(.stopped)` after a signal or at the wall-time limit, with a checkpoint written;
  ///   `.failure` where the loss or its gradient is no longer finite.
  public func run(_ task: some TrainingTask) throws -> TrainingState {
    var state =
      try checkpoints.restoreLatest(task.parameters, task.optimizer) ?? TrainingState(instructionSet: instructionSet)
    if state.instructionSet != instructionSet {
      progress.warn(
        "\(name): the checkpoint was made with \(state.instructionSet.rawValue) kernels, this machine uses "
          + "\(instructionSet.rawValue): results will differ in rounding")
    }
    let steps = settings.schedule.steps
    var lastSave = ContinuousClock.now
    var isBest = false
    if !state.isFinished && (state.step == 0 && state.bestScore == nil || state.lacksLine == true) {
      isBest = try record(task, &state)
    }
    while !state.isFinished {
      if state.step == steps { state.isFinished = true }
      let isDue = ContinuousClock.now - lastSave >= .seconds(settings.checkpointInterval)
      // The best parameters must be on disk before the next step changes them.
      if isBest || isDue || state.isFinished || stop.isSet {
        try save(task, &state, isBest: isBest)
        lastSave = .now
        isBest = false
      }
      if state.isFinished { break }
      try stop.check("\(name): a checkpoint is written at step \(state.step) of \(steps)")

      let rate = settings.schedule.rate(at: state.step)
      let (loss, norm) = try task.step(state.step, rate: rate)
      guard loss.isFinite && norm.isFinite else { throw divergence(loss: loss, step: state.step) }
      state.step += 1
      state.lossSum += loss
      state.lossCount += 1
      isBest = try record(task, &state)
      progress.update(
        name, done: state.step, of: steps, note: state.bestScore.map { "best \(task.scoreName) \(shortText($0))" } ?? ""
      )
    }
    try checkpoints.restoreBest(task.parameters, task.optimizer)
    return state
  }

  /// Validates and writes a line of metrics where one is due at the step that was reached.
  ///
  /// Where that fails, the steps are not lost: a checkpoint is written, and the line first thing when it is carried on.
  ///
  /// - Returns: whether the parameters are the best so far.
  private func record(_ task: some TrainingTask, _ state: inout TrainingState) throws -> Bool {
    var reached = state
    do {
      state.lacksLine = nil
      if state.step % settings.validationInterval == 0 || state.step == settings.schedule.steps {
        return try validate(task, &state)
      }
      if state.step % settings.logInterval == 0 { try log(&state, validation: nil) }
      return false
    } catch {
      reached.lacksLine = true
      reached.metricsByteCount = metrics.byteCount
      // The error that came first says what there is to do.
      try? checkpoints.save(reached, parameters: task.parameters, optimizer: task.optimizer, isBest: false)
      throw error
    }
  }

  private func validate(_ task: some TrainingTask, _ state: inout TrainingState) throws -> Bool {
    let score = try task.optimizer.withAverage(of: task.parameters) { try task.validationScore() }
    try log(&state, validation: score)
    guard score.isFinite || state.bestScore == nil else { return false }
    guard state.bestScore.map({ score < $0 }) ?? true else { return false }
    state.bestScore = score.isFinite ? score : .greatestFiniteMagnitude
    state.bestStep = state.step
    return true
  }

  private func log(_ state: inout TrainingState, validation: Double?) throws {
    let line = MetricsLine(
      training: name, step: state.step, loss: state.lossCount > 0 ? state.lossSum / Double(state.lossCount) : nil,
      validation: validation.flatMap { $0.isFinite ? $0 : nil },
      rate: settings.schedule.rate(at: max(state.step - 1, 0)))
    try metrics.append(line.jsonText())
    state.lossSum = 0
    state.lossCount = 0
  }

  private func save(_ task: some TrainingTask, _ state: inout TrainingState, isBest: Bool) throws {
    try metrics.sync()
    state.metricsByteCount = metrics.byteCount
    try checkpoints.save(state, parameters: task.parameters, optimizer: task.optimizer, isBest: isBest)
  }

  private func divergence(loss: Double, step: Int) -> MacrostateError {
    MacrostateError(
      .failure,
      "\(name): the \(loss.isFinite ? "gradient" : "loss") is no longer a finite number at step \(step): the training "
        + "has diverged. Lower its learning_rate, or set gradient_clip; the last checkpoint is kept")
  }
}

extension TrainingState {
  /// A word where a training has come to nothing: no validation was better than that of the random start, which is kept.
  func startWarning(_ name: String, _ scoreName: String) -> String? {
    guard isFinished, step > 0, bestStep == 0 else { return nil }
    let score = bestScore.map { $0 < .greatestFiniteMagnitude ? shortText($0) : "not finite" } ?? "none"
    return "\(name): no validation in \(step) steps was better than that of the random start (\(scoreName) \(score)), "
      + "which is kept: nothing was learned. Lower its learning_rate, train longer, or look at the scale of the data"
  }
}

extension MetricsLine {
  func jsonText() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

/// A number as people write it: three digits.
func shortText(_ value: Double) -> String { String(format: "%.3g", value) }
