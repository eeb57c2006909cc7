import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks

/// Stage II and rollouts: g 9-128-128-9 with tanh.
struct DynamicsRows {
  private let data: MacrostateTrajectories
  private let model: DynamicsModel
  private let compute: Compute

  init(threads: Int) {
    let (trajectories, frames, dimension) = (200, 301, 9)
    var random = RandomStream(seed: 2, purpose: .simulation)
    data = MacrostateTrajectories(
      Macrostate(observableCount: 1, closureCount: dimension - 1),
      values: random.normals(trajectories * frames * dimension),
      times: (0..<trajectories * frames).map { 0.02 * Double($0 % frames) },
      offsets: (0...trajectories).map { $0 * frames })
    model = DynamicsModel(
      .init(dimension: dimension, widths: [128, 128], activation: .tanh, integrator: .euler),
      scaling: MacrostateScaling(data))
    compute = Compute(threads: threads)
  }

  func training(pairs: Int, seconds: Double) throws -> BenchmarkCommand.Line {
    let trainer = DynamicsTrainer(
      model, parameters: model.initialParameters(seed: 0, member: 0), data: data, optimizer: .init(), compute: compute)
    let frames = data.pairs
    let rate = try rate(units: 1, seconds: seconds) { step in
      var random = RandomStream(seed: 0, purpose: .dynamicsMinibatch, step: step)
      _ = try trainer.step(pairs: (0..<pairs).map { _ in frames[random.next(below: frames.count)] }, rate: 1e-4)
    }
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
