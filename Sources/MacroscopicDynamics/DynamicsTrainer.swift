import MacrostateAutodiff
import MacrostateCompute

/// Training steps of a dynamics model: loss and gradient over eight lanes, then one step of Adam.
public final class DynamicsTrainer {
  /// The model in training.
  public let model: DynamicsModel
  /// Its parameters, changed by every step.
  public let parameters: Parameters
  /// The optimiser with its moments.
  public let optimizer: Adam
  private let lanes: [DynamicsLane]
  private let compute: Compute

  /// A trainer of `model` on `data`.
  public init(
    _ model: DynamicsModel, parameters: Parameters, data: MacrostateTrajectories, optimizer: Adam.Settings,
    compute: Compute
  ) {
    self.model = model
    self.parameters = parameters
    self.optimizer = Adam(model.layout, settings: optimizer)
    self.compute = compute
    let arenas = ArenaPool()
    lanes = (0..<8).map { _ in DynamicsLane(model, data, parameters, kernels: compute.kernels, arenas: arenas) }
  }

  /// One step on the pairs (f, f + 1), f in `frames`.
  ///
  /// - Returns: the mean loss of the pairs and the norm of its gradient, not finite where the training has diverged.
  public func step(pairs frames: [Int], rate: Double) throws -> (loss: Double, gradientNorm: Double) {
    try step(frames, rate: rate) { lane, part in lane.addPairs(part, weight: 1 / Double(frames.count)) }
  }

  /// One step on rollouts of `length` steps from `frames`.
  public func step(
    windows frames: [Int], length: Int, rate: Double
  ) throws -> (loss: Double, gradientNorm: Double) {
    try step(frames, rate: rate) { lane, part in
      lane.addWindows(part, length: length, weight: 1 / Double(frames.count))
    }
  }

  private func step(
    _ frames: [Int], rate: Double, _ add: @escaping @Sendable (DynamicsLane, ArraySlice<Int>) -> Void
  ) throws -> (loss: Double, gradientNorm: Double) {
    try compute.pool.run(tasks: lanes.count) { [lanes] index in
      let lane = lanes[index]
      lane.gradient.clear()
      lane.loss = 0
      let part = index * frames.count / lanes.count..<(index + 1) * frames.count / lanes.count
      add(lane, frames[part])
      lane.end()
    }
    let norm = try optimizer.step(
      parameters, gradients: lanes.map(\.gradient), rate: rate, compute: compute)
    return (lanes.reduce(0) { $0 + $1.loss }, norm)
  }
}
