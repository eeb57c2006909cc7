import MacrostateAutodiff
import MacrostateParallel

/// Training steps of a density closure model: loss and gradient over the lanes, then one step of Adam.
public final class DensityTrainer {
  /// The model in training.
  public let model: DensityClosureModel
  /// Its parameters, changed by every step.
  public let parameters: Parameters
  /// The optimiser with its moments.
  public let optimizer: Adam

  private let source: any PointSetSource
  private let lanes: [DensityLane]
  private let kernels: Kernels
  private let pool: WorkerPool

  /// A trainer of `model` on the sets of `source`.
  public init(
    _ model: DensityClosureModel, parameters: Parameters, source: any PointSetSource, optimizer: Adam.Settings,
    kernels: Kernels, pool: WorkerPool
  ) {
    self.model = model
    self.parameters = parameters
    self.source = source
    self.optimizer = Adam(model.layout, settings: optimizer)
    self.kernels = kernels
    self.pool = pool
    let arenas = ArenaPool()
    lanes = (0..<PointTiles.lanes).map { _ in
      DensityLane(model, source, parameters, kernels: kernels, wantsGradient: true, arenas: arenas)
    }
  }

  /// What a step reports.
  public struct StepResult: Sendable {
    /// The mean of −log p(x | ẑ) over sets and samples, in scaled coordinates and nats.
    public var loss: Double
    /// The norm of the gradient before clipping; not finite where the training has diverged.
    public var gradientNorm: Double
  }

  /// One step on the sets `batch`; the samples of q_X are named by (seed, step, position in the batch).
  public func step(batch: [Int], seed: UInt64, step: Int, rate: Double) throws -> StepResult {
    let loss = try gradient(batch: batch, seed: seed, step: step)
    let norm = try optimizer.step(
      parameters, gradients: lanes.compactMap(\.gradient), rate: rate, kernels: kernels, pool: pool)
    return StepResult(loss: loss, gradientNorm: norm)
  }

  /// The loss of a batch, with its gradient left in the lanes.
  private func gradient(batch: [Int], seed: UInt64, step: Int) throws -> Double {
    let sets = batch.filter { source.pointCount(ofSet: $0) > 0 }
    let tiles = PointTiles(counts: sets.map { source.pointCount(ofSet: $0) }).tiles
    let weight = 1 / Double(max(sets.count, 1) * model.shape.samples)
    try pool.run(tasks: lanes.count) { [lanes] index in
      let lane = lanes[index]
      lane.gradient?.clear()
      lane.loss = 0
      for tile in tiles[index] {
        lane.train(tile.map { .init(set: sets[$0], position: $0) }, seed: seed, step: step, weight: weight)
      }
      lane.end()
    }
    return lanes.reduce(0) { $0 + $1.loss }
  }
}
