import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import MacrostateTraining

/// An SDE of four components: g 4-128-128-4 and a lower-triangular Σ 4-32-32-10, both with tanh; likelihood training, and
/// ensembles of paths by Euler–Maruyama.
struct StochasticRows {
  /// Paths of each start, and their steps.
  private static let (samples, steps) = (50, 500)

  private let data: MacrostateTrajectories
  private let model: DifferentialEquation
  private let compute: Compute

  init(threads: Int) {
    let (trajectories, frames, dimension) = (200, 301, 4)
    var random = RandomStream(seed: 2, purpose: .simulation)
    data = MacrostateTrajectories(
      Macrostate(observableCount: 2, closureCount: dimension - 2),
      values: random.normals(trajectories * frames * dimension),
      times: (0..<trajectories * frames).map { 0.4 * Double($0 % frames) },
      offsets: (0...trajectories).map { $0 * frames })
    model = DifferentialEquation(
      .init(
        dimension: dimension, widths: [128, 128], activation: .tanh, integrator: .euler, diffusion: .lowerTriangular,
        diffusionWidths: [32, 32]),
      scaling: MacrostateScaling(data))
    compute = Compute(threads: threads)
  }

  func training(pairs: Int, seconds: Double) throws -> BenchmarkCommand.Line {
    let loss = DynamicsLoss(
      model, parameters: model.initialParameters(seed: 0, member: 0), data: data, batch: pairs, seed: 0,
      validation: DynamicsValidation(data, scale: .physical))
    let trainer = Trainer(loss, optimizer: .init(), compute: compute)
    let rate = try rate(units: 1, seconds: seconds) { _ = try trainer.step($0, rate: 1e-4) }
    return .init(row: "train-sde", unit: "steps/s", rate: rate, parameters: model.layout.count)
  }

  /// - Parameter paths: of all starts together.
  func ensemble(paths: Int, seconds: Double) throws -> BenchmarkCommand.Line {
    let ensemble = ForecastEnsemble([(model, model.initialParameters(seed: 0, member: 0))])
    let starts = max(1, paths / Self.samples)
    let times = Array(repeating: (0...Self.steps).map { 0.002 * Double($0) }, count: starts)
    let rate = try rate(units: Double(starts * Self.samples * Self.steps), seconds: seconds) { call in
      _ = try ensemble.forecast(
        starts: Array(data.values.prefix(starts * data.dimension)), times: times, realisations: Self.samples,
        seed: UInt64(call), compute: compute)
    }
    return .init(row: "ensemble", unit: "trajectory-steps/s", rate: rate, parameters: model.layout.count)
  }
}
