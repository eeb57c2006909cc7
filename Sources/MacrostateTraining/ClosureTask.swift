import ClosureModels
import MacrostateAutodiff
import Microstates

/// Stage I: training the closure variables by the objective of their model.
final class ClosureTask: TrainingTask {
  private let trainer: ClosureTrainer
  private let evaluation: ClosureEvaluation
  private let batches: SetBatches
  private let validationSets: [Int]
  private let seed: UInt64
  /// What makes of a loss a score; computed once.
  private let offset: Double

  init(
    trainer: ClosureTrainer, evaluation: ClosureEvaluation, batches: SetBatches, validationSets: [Int], seed: UInt64
  ) throws {
    self.trainer = trainer
    self.evaluation = evaluation
    self.batches = batches
    self.validationSets = validationSets
    self.seed = seed
    offset = try evaluation.offset(validationSets, seed: seed)
  }

  var parameters: Parameters { trainer.parameters }
  var optimizer: Adam { trainer.optimizer }
  var scoreName: String { trainer.model.score.rawValue }

  func step(_ step: Int, rate: Double) throws -> (loss: Double, gradientNorm: Double) {
    let result = try trainer.step(batch: batches.sets(ofStep: step), seed: seed, step: step, rate: rate)
    // With the validation's offset (the mixture's entropy, for a density) training and validation losses compare.
    return (result.loss + offset, result.gradientNorm)
  }

  /// The objective's own score on the validation sets: for the density KL(q_X ‖ p(· | ẑ)), in nats.
  func validationScore() throws -> Double { try evaluation.loss(validationSets, seed: seed) + offset }
}

/// The sets of each training step: frames in an order that is shuffled anew every epoch, all species of a frame
/// together. A pure function of the seed and the step.
struct SetBatches {
  /// The frames to train on.
  let frames: [Int]
  /// S.
  let speciesCount: Int
  /// Frames in a step.
  let batch: Int
  /// What names the shuffles.
  let seed: UInt64

  func sets(ofStep step: Int) -> [Int] {
    var shuffles: [Int: ShuffledIndices] = [:]
    return (step * batch..<(step + 1) * batch).flatMap { position in
      let epoch = position / frames.count
      let shuffle = shuffles[epoch] ?? ShuffledIndices(count: frames.count, seed: seed, epoch: epoch)
      shuffles[epoch] = shuffle
      let frame = frames[shuffle[position % frames.count]]
      return (0..<speciesCount).map { frame * speciesCount + $0 }
    }
  }
}
