import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import MacrostateTraining
import Synchronization

/// A trainer of stage II whose batches a test hands over.
final class BatchTrainer {
  private let trainer: Trainer<HandedBatches>

  init(
    _ model: any DynamicsModel, parameters: Parameters, data: MacrostateTrajectories, window: Int? = nil,
    optimizer: Adam.Settings, compute: Compute
  ) {
    let loss = DynamicsLoss(
      model, parameters: parameters, data: data, target: window.map { .rollouts(length: $0) } ?? .windows, batch: 1,
      seed: 0, validation: DynamicsValidation(data, scale: .physical))
    trainer = Trainer(HandedBatches(loss), optimizer: optimizer, compute: compute)
  }

  var optimizer: Adam { trainer.optimizer }
  var parameters: Parameters { trainer.objective.parameters }

  /// A step on pairs or windows that begin at `frames`.
  func step(_ frames: [Int], rate: Double) throws -> (loss: Double, gradientNorm: Double) {
    trainer.objective.next.withLock { $0 = frames }
    return try trainer.step(0, rate: rate)
  }
}

/// A loss on batches from outside.
private final class HandedBatches: Objective {
  private let loss: DynamicsLoss
  let next = Mutex<[Int]>([])

  init(_ loss: DynamicsLoss) { self.loss = loss }

  var parameters: Parameters { loss.parameters }
  var scoreName: String { loss.scoreName }
  func workspace(on lane: Lane) -> DynamicsWorkspace { loss.workspace(on: lane) }
  func batch(ofStep step: Int) -> [Int] { next.withLock(\.self) }
  func addLoss(of batch: [Int], in workspace: DynamicsWorkspace) { loss.addLoss(of: batch, in: workspace) }
  func validationScore(_ compute: Compute) throws -> Double { try loss.validationScore(compute) }
}
