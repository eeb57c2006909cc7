import ClosureModels
import MacrostateAutodiff

/// Stage I: training the closure variables by the objective of their model.
final class ClosureTask: TrainingTask {
  private let trainer: ClosureTrainer
  private let evaluation: ClosureEvaluation
  private let batches: ClosureBatches
  private let validation: ClosureBatches.Batch
  private let seed: UInt64
  /// What makes of a loss a score; computed once.
  private let offset: Double
  private var hasRead = false

  init(
    trainer: ClosureTrainer, evaluation: ClosureEvaluation, batches: ClosureBatches, validation: ClosureBatches.Batch,
    seed: UInt64
  ) throws {
    self.trainer = trainer
    self.evaluation = evaluation
    self.batches = batches
    self.validation = validation
    self.seed = seed
    offset = try evaluation.offset(validation.sets, seed: seed)
  }

  var parameters: Parameters { trainer.parameters }
  var optimizer: Adam { trainer.optimizer }
  var scoreName: String { trainer.model.scoreName }

  func step(_ step: Int, rate: Double) throws -> (loss: Double, gradientNorm: Double) {
    batches.readAhead(ofStep: step, isFirst: !hasRead)
    hasRead = true
    let batch = batches.batch(ofStep: step)
    let result = try trainer.step(batch: batch.sets, windows: batch.windows, seed: seed, step: step, rate: rate)
    // With the validation's offset (the mixture's entropy, for a density) training and validation losses compare.
    return (result.loss + offset, result.gradientNorm)
  }

  /// The objective's own score on the validation sets: for the density KL(q_X ‖ p(· | ẑ)), in nats.
  func validationScore() throws -> Double {
    try evaluation.loss(validation.sets, windows: validation.windows, seed: seed) + offset
  }
}
