import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import MacrostateTraining

/// Stage II and rollouts: g 9-128-128-9 with tanh.
struct DynamicsRows {
  private let data: MacrostateTrajectories
  private let model: DifferentialEquation
  private let compute: Compute

  init(threads: Int) {
    let (trajectories, frames, dimension) = (200, 301, 9)
    var random = RandomStream(seed: 2, purpose: .simulation)
    data = MacrostateTrajectories(
      Macrostate(observableCount: 1, closureCount: dimension - 1),
      values: random.normals(trajectories * frames * dimension),
      times: (0..<trajectories * frames).map { 0.02 * Double($0 % frames) },
      offsets: (0...trajectories).map { $0 * frames })
    model = DifferentialEquation(
      .init(dimension: dimension, widths: [128, 128], activation: .tanh, integrator: .euler),
      scaling: MacrostateScaling(data))
    compute = Compute(threads: threads)
  }

  func training(pairs: Int, seconds: Double) throws -> BenchmarkCommand.Line {
    let loss = DynamicsLoss(
      model, parameters: model.initialParameters(seed: 0, member: 0), data: data, batch: pairs, seed: 0,
      validation: DynamicsValidation(data, scale: .physical))
    let trainer = Trainer(loss, optimizer: .init(), compute: compute)
    let rate = try rate(units: 1, seconds: seconds) { _ = try trainer.step($0, rate: 1e-4) }
    return .init(
      row: "train-dynamics", unit: "steps/s", rate: rate, parameters: model.layout.count, peakShare: nil,
      residentMegabytes: nil)
  }

  func rollout(trajectories: Int, seconds: Double) throws -> BenchmarkCommand.Line {
    let parameters = model.initialParameters(seed: 0, member: 0)
    let starts = Array(data.values.prefix(trajectories * data.dimension))
    let steps = Array(repeating: 0.002, count: 300)
    let rate = try rate(units: Double(trajectories * steps.count), seconds: seconds) { _ in
      _ = try model.rollout(parameters, starts: starts, steps: steps, compute: compute)
    }
    return .init(
      row: "rollout", unit: "trajectory-steps/s", rate: rate, parameters: model.layout.count, peakShare: nil,
      residentMegabytes: nil)
  }
}
