import ClosureModels
import MacrostateAutodiff
import Microstates

/// Stage I: training the closure variables by the density of the points.
final class DensityTask: TrainingTask {
  private let trainer: DensityTrainer
  private let evaluation: DensityEvaluation
  private let batches: SetBatches
  private let validationSets: [Int]
  private let seed: UInt64
  /// E_q[log q_X] on the validation sets, which makes of the likelihood a KL divergence; computed once.
  private let mixtureLogDensity: Double

  init(
    trainer: DensityTrainer, evaluation: DensityEvaluation, batches: SetBatches, validationSets: [Int], seed: UInt64
  ) throws {
    self.trainer = trainer
    self.evaluation = evaluation
    self.batches = batches
    self.validationSets = validationSets
    self.seed = seed
    mixtureLogDensity = try evaluation.mixtureLogDensity(validationSets, seed: seed)
  }

  var parameters: Parameters { trainer.parameters }
  var optimizer: Adam { trainer.optimizer }

  func step(_ step: Int, rate: Double) throws -> (loss: Double, gradientNorm: Double) {
    let result = try trainer.step(batch: batches.sets(ofStep: step), seed: seed, step: step, rate: rate)
    // Training and validation losses differ by the mixture's entropy; with the validation's constant they compare.
    return (result.loss + mixtureLogDensity, result.gradientNorm)
  }

  /// KL(q_X ‖ p(· | ẑ)) on the validation sets, in nats.
  func validationScore() throws -> Double {
    try evaluation.negativeLogLikelihood(validationSets, seed: seed) + mixtureLogDensity
  }
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
