import MacrostateAutodiff
import MacrostateCompute
import MacrostateTraining

/// The likelihood of given trajectories under an SDE, without gradients.
public struct DynamicsLikelihood {
  private let workspaces: [DynamicsWorkspace]
  private let pairs: [Int]
  private let compute: Compute

  /// The likelihood of the steps of `data` under `model`.
  public init(
    _ model: DynamicsModel, parameters: Parameters, data: MacrostateTrajectories, compute: Compute
  ) {
    workspaces = Lanes(parameters, kernels: compute.kernels, wantsGradient: false).all.map {
      DynamicsWorkspace(model, data, on: $0)
    }
    pairs = data.pairs
    self.compute = compute
  }

  /// The mean over steps of −log N(Δz; gΔt, Δt ΣΣᵀ), z in units of the training increments.
  public func mean() throws -> Double {
    let block = 512
    let total = pairs.count
    try compute.pool.run(tasks: Lanes.count) { [workspaces, pairs] number in
      let workspace = workspaces[number]
      let share = Lanes.share(number, of: total)
      workspace.lane.loss = 0
      for begin in stride(from: share.lowerBound, to: share.upperBound, by: block) {
        workspace.addPairs(
          pairs[begin..<min(begin + block, share.upperBound)], weight: 1 / Double(total), isTraining: false)
      }
      workspace.lane.rest()
    }
    return workspaces.reduce(0) { $0 + $1.lane.loss }
  }
}
