import MacrostateAutodiff
import MacrostateCompute
import MacrostateTraining

/// The loss of the windows of given trajectories, without gradients: for a stochastic dynamics −log N of their steps.
public struct WindowLoss {
  private let workspaces: [DynamicsWorkspace]
  private let frames: [Int]
  private let compute: Compute

  /// The loss of `model` on `data`.
  public init(
    _ model: any DynamicsModel, parameters: Parameters, data: MacrostateTrajectories, compute: Compute
  ) {
    workspaces = Lanes(parameters, kernels: compute.kernels, wantsGradient: false).all.map {
      DynamicsWorkspace(model, data, on: $0)
    }
    frames = data.windows(length: model.windowLength)
    self.compute = compute
  }

  /// The mean over windows; for an SDE of −log N(Δz; gΔt, Δt ΣΣᵀ), z in units of the training increments.
  public func mean() throws -> Double {
    let block = 512
    let total = frames.count
    try compute.pool.run(tasks: Lanes.count) { [workspaces, frames] number in
      let workspace = workspaces[number]
      let share = Lanes.share(number, of: total)
      workspace.lane.loss = 0
      for begin in stride(from: share.lowerBound, to: share.upperBound, by: block) {
        workspace.addLoss(
          frames[begin..<min(begin + block, share.upperBound)], weight: 1 / Double(total), isTraining: false)
      }
      workspace.lane.rest()
    }
    return workspaces.reduce(0) { $0 + $1.lane.loss }
  }
}
