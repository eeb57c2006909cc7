import MacrostateAutodiff
import MacrostateParallel

/// Training steps of a closure model: loss and gradient over the lanes, then one step of Adam.
public final class ClosureTrainer {
  /// The model in training.
  public let model: ClosureModel
  /// Its parameters, changed by every step.
  public let parameters: Parameters
  /// The optimiser with its moments.
  public let optimizer: Adam

  private let source: any PointSetSource
  private let lanes: [ClosureLane]
  private let kernels: Kernels
  private let pool: WorkerPool

  /// A trainer of `model` on the sets of `source`.
  public init(
    _ model: ClosureModel, parameters: Parameters, source: any PointSetSource, optimizer: Adam.Settings,
    kernels: Kernels, pool: WorkerPool
  ) {
    self.model = model
    self.parameters = parameters
    self.source = source
    self.optimizer = Adam(model.layout, settings: optimizer)
    self.kernels = kernels
    self.pool = pool
    lanes = ClosureLane.all(model, source, parameters, kernels: kernels, wantsGradient: true)
  }

  /// What a step reports.
  public struct StepResult: Sendable {
    /// The mean of the objective over sets; for the density −log p(x | ẑ), in scaled coordinates and nats.
    public var loss: Double
    /// The norm of the gradient before clipping; not finite where the training has diverged.
    public var gradientNorm: Double
  }

  /// One step on the sets `batch`; random numbers are named by (seed, step, position in the batch). Sets without points
  /// are left out.
  public func step(batch: [Int], seed: UInt64, step: Int, rate: Double) throws -> StepResult {
    let loss = try gradient(batch: batch, seed: seed, step: step)
    let norm = try optimizer.step(
      parameters, gradients: lanes.compactMap(\.gradient), rate: rate, kernels: kernels, pool: pool)
    return StepResult(loss: loss, gradientNorm: norm)
  }

  /// The loss of a batch, with its gradient left in the lanes.
  private func gradient(batch: [Int], seed: UInt64, step: Int) throws -> Double {
    let sets = batch.filter { source.pointCount(ofSet: $0) > 0 }
    let tiles = PointTiles(
      counts: sets.map { source.pointCount(ofSet: $0) }, tilePoints: model.encoder.tilePoints
    ).tiles
    let weight = 1 / Double(max(sets.count, 1) * model.objective.termsPerSet)
    try pool.run(tasks: lanes.count) { [lanes] index in
      let lane = lanes[index]
      lane.gradient?.clear()
      lane.loss = 0
      for tile in tiles[index] {
        lane.train(
          tile.map { .init(set: sets[$0], position: $0) }, .training(seed: seed, step: step), weight: weight)
      }
      lane.end()
    }
    return lanes.reduce(0) { $0 + $1.loss }
  }
}
