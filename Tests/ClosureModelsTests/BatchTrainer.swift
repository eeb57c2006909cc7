import ClosureModels
import MacrostateAutodiff
import MacrostateCompute
import MacrostateTraining
import Synchronization

/// A trainer of stage I whose batches a test hands over.
final class BatchTrainer {
  let model: ClosureModel
  let parameters: Parameters
  private let trainer: Trainer<ClosureLoss>
  private let batches = HandedBatches()

  init(
    _ model: ClosureModel, _ source: any PointSetSource, seed: UInt64, optimizer: Adam.Settings, compute: Compute
  ) throws {
    self.model = model
    parameters = model.initialParameters(seed: 1)
    let loss = try ClosureLoss(
      model, parameters: parameters, source: source, batches: batches, validation: ClosureBatch(sets: []), seed: seed,
      compute: compute)
    trainer = Trainer(loss, optimizer: optimizer, compute: compute)
  }

  var optimizer: Adam { trainer.optimizer }

  func step(
    batch: [Int], windows: [FrameWindow] = [], step: Int, rate: Double
  ) throws -> (loss: Double, gradientNorm: Double) {
    batches.next.withLock { $0 = ClosureBatch(sets: batch, windows: windows) }
    return try trainer.step(step, rate: rate)
  }
}

/// Batches from outside.
private final class HandedBatches: ClosureBatchSource {
  let next = Mutex(ClosureBatch(sets: []))
  func batch(ofStep step: Int) -> ClosureBatch { next.withLock(\.self) }
}
