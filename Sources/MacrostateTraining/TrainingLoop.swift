import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import MacrostateStorage

/// The training loop: steps, log lines, validation, the best parameters, checkpoints, stopping.
///
/// It carries on from the latest checkpoint with the bits of an uninterrupted run.
struct TrainingLoop<Goal: Objective> {
  let name: TrainingName
  let trainer: Trainer<Goal>
  let schedule: LearningRateSchedule
  /// Steps between validations.
  let validationInterval: Int
  let checkpoints: CheckpointStore
  let session: Session

  /// Trains to the end and leaves the objective with its best parameters.
  ///
  /// - Throws: `MacrostateError(.stopped)` after a signal or at the wall-time limit, with a checkpoint written;
  ///   `.failure` where the loss or its gradient is no longer finite.
  func run() throws -> TrainingState {
    let instructionSet = session.compute.kernels.instructionSet
    var state =
      try checkpoints.restoreLatest(trainer.parameters, trainer.optimizer)
      ?? TrainingState(instructionSet: instructionSet)
    if state.instructionSet != instructionSet {
      session.progress.warn(
        "\(name): the checkpoint was made with \(state.instructionSet.rawValue) kernels, this machine uses "
          + "\(instructionSet.rawValue): results will differ in rounding")
    }
    let steps = schedule.steps
    var lastSave = ContinuousClock.now
    var isBest = false
    if !state.isFinished && (state.step == 0 && state.bestScore == nil || state.lacksLine == true) {
      isBest = try record(&state)
    }
    while !state.isFinished {
      if state.step == steps { state.isFinished = true }
      let isDue = ContinuousClock.now - lastSave >= .seconds(session.checkpointInterval)
      // The best parameters must be on disk before the next step changes them.
      if isBest || isDue || state.isFinished || session.stop.isSet {
        try save(&state, isBest: isBest)
        lastSave = .now
        isBest = false
      }
      if state.isFinished { break }
      try session.stop.check("\(name): a checkpoint is written at step \(state.step) of \(steps)")

      let rate = schedule.rate(at: state.step)
      let (loss, norm) = try trainer.step(state.step, rate: rate)
      guard loss.isFinite && norm.isFinite else { throw divergence(loss: loss, step: state.step) }
      state.step += 1
      state.lossSum += loss
      state.lossCount += 1
      isBest = try record(&state)
      session.progress.update(
        name.rawValue, done: state.step, of: steps,
        note: state.bestScore.map { "best \(trainer.objective.scoreName) \(shortText($0))" } ?? ""
      )
    }
    try checkpoints.restoreBest(trainer.parameters, trainer.optimizer)
    return state
  }

  /// Validates and writes a line of metrics where one is due at the step that was reached.
  ///
  /// Where that fails, the steps are not lost: a checkpoint is written, and the line first thing when it is carried on.
  ///
  /// - Returns: whether the parameters are the best so far.
  private func record(_ state: inout TrainingState) throws -> Bool {
    var reached = state
    do {
      state.lacksLine = nil
      if state.step % validationInterval == 0 || state.step == schedule.steps {
        return try validate(&state)
      }
      if state.step % session.logInterval == 0 { try log(&state, validation: nil) }
      return false
    } catch {
      reached.lacksLine = true
      reached.metricsByteCount = session.metrics.byteCount
      // The error that came first says what there is to do.
      try? checkpoints.save(reached, parameters: trainer.parameters, optimizer: trainer.optimizer, isBest: false)
      throw error
    }
  }

  private func validate(_ state: inout TrainingState) throws -> Bool {
    let score = try trainer.validationScore()
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
      rate: schedule.rate(at: max(state.step - 1, 0)))
    // A line that was written after the last checkpoint is the same again.
    if state.step > session.lastStep(of: name) { try session.metrics.append(line.jsonText()) }
    state.lossSum = 0
    state.lossCount = 0
  }

  private func save(_ state: inout TrainingState, isBest: Bool) throws {
    try session.metrics.sync()
    state.metricsByteCount = session.metrics.byteCount
    try checkpoints.save(state, parameters: trainer.parameters, optimizer: trainer.optimizer, isBest: isBest)
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
  package func startWarning(_ name: TrainingName, _ scoreName: String) -> String? {
    guard isFinished, step > 0, bestStep == 0 else { return nil }
    let score = bestScore.map { $0 < .greatestFiniteMagnitude ? shortText($0) : "not finite" } ?? "none"
    return "\(name): no validation in \(step) steps was better than that of the random start (\(scoreName) \(score)), "
      + "which is kept: nothing was learned. Lower its learning_rate, train longer, or look at the scale of the data"
  }
}

/// A number as people write it: three digits.
package func shortText(_ value: Double) -> String { String(format: "%.3g", value) }
