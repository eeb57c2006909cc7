import MacrostateAutodiff
import MacrostateCompute

/// The likelihood of given trajectories under an SDE, without gradients.
public struct DynamicsLikelihood {
  private let lanes: [DynamicsLane]
  private let pairs: [Int]
  private let compute: Compute

  /// The likelihood of the steps of `data` under `model`.
  public init(
    _ model: DynamicsModel, parameters: Parameters, data: MacrostateTrajectories, compute: Compute
  ) {
    let arenas = ArenaPool()
    lanes = (0..<8).map { _ in DynamicsLane(model, data, parameters, kernels: compute.kernels, arenas: arenas) }
    pairs = data.pairs
    self.compute = compute
  }

  /// The mean over steps of −log N(Δz; gΔt, Δt ΣΣᵀ), z in units of the training increments.
  public func mean() throws -> Double {
    let block = 512
    let total = pairs.count
    try compute.pool.run(tasks: lanes.count) { [lanes, pairs] index in
      lanes[index].loss = 0
      let end = (index + 1) * total / lanes.count
      for begin in stride(from: index * total / lanes.count, to: end, by: block) {
        lanes[index].addPairs(pairs[begin..<min(begin + block, end)], weight: 1 / Double(total), isTraining: false)
      }
      lanes[index].end()
    }
    return lanes.reduce(0) { $0 + $1.loss }
  }
}
