import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import Testing

/// Components of z that do not change along a trajectory: g and Σ see them and leave them as they are.
@Suite struct ConstantComponentTests {
  /// dz = −c (z − c) dt + 0.3 c dB in exact steps, with a constant c of each trajectory: z = [z, c].
  private func relaxations(
    _ count: Int, frames: Int = 41, noise: Double = 0, seed: UInt64 = 1
  ) -> MacrostateTrajectories {
    var random = RandomStream(seed: seed, purpose: .evaluation)
    let step = 0.05
    let paths = (0..<count).map { _ -> [[Float]] in
      let c = 1 + Double(random.nextUniform())
      let decay = exp(-c * step)
      let deviation = noise * c * ((1 - decay * decay) / (2 * c)).squareRoot()
      var z = 2 * Double(random.normals(1)[0])
      return (0..<frames).map { _ in
        defer { z = c + decay * (z - c) + deviation * Double(random.normals(1)[0]) }
        return [Float(z), Float(c)]
      }
    }
    return Bench.trajectories(paths, step: step, observables: 1, constants: 1)
  }

  private func trained(
    _ data: MacrostateTrajectories, drift: DifferentialEquation.Drift = .mlp,
    integrator: DifferentialEquation.Integrator = .euler, diffusion: DifferentialEquation.Diffusion = .none,
    steps: Int = 1500
  ) throws -> (model: DifferentialEquation, parameters: Parameters) {
    let model = DifferentialEquation(
      .init(
        dimension: data.dimension, constantCount: data.macrostate.constants.count, drift: drift, widths: [16],
        activation: .tanh,
        integrator: integrator, diffusion: diffusion, diffusionWidths: [8]), scaling: MacrostateScaling(data))
    let parameters = model.initialParameters(seed: 2, member: 0)
    let trainer = BatchTrainer(
      model, parameters: parameters, data: data, optimizer: .init(clipNorm: 10), compute: Bench.compute)
    var random = RandomStream(seed: 3, purpose: .dynamicsMinibatch)
    let pairs = data.pairs
    for step in 0..<steps {
      let batch = (0..<128).map { _ in pairs[random.next(below: pairs.count)] }
      _ = try trainer.step(batch, rate: 0.01 * (1 - Double(step) / Double(steps)))
    }
    return (model, parameters)
  }

  /// The mean error of z at the end of rollouts of new trajectories.
  private func error(_ model: DifferentialEquation, _ parameters: Parameters, _ test: MacrostateTrajectories) throws
    -> Double
  {
    let starts = (0..<test.count).flatMap { Array(test.state(test.offsets[$0])) }
    let rollout = try model.rollout(
      parameters, starts: starts, steps: Array(repeating: 0.05, count: 40), compute: Bench.compute)
    return (0..<test.count).reduce(0) { sum, m in
      sum + abs(Double(rollout.series(m, 0)[40] - test.value(test.offsets[m + 1] - 1, 0))) / Double(test.count)
    }
  }

  @Test(arguments: [DifferentialEquation.Integrator.euler, .rungeKutta4])
  func whatFollowsFromAConstantIsLearnedWithItAndNotWithout(integrator: DifferentialEquation.Integrator) throws {
    let (data, test) = (relaxations(60), relaxations(40, seed: 2))
    let (model, parameters) = try trained(data, integrator: integrator)
    #expect(try error(model, parameters, test) < 0.03)
    let blind = try trained(data.selecting([0]), integrator: integrator)
    #expect(try error(blind.model, blind.parameters, test.selecting([0])) > 0.1)
  }

  @Test(
    arguments: [DifferentialEquation.Drift.mlp, .onsager],
    [DifferentialEquation.Diffusion.none, .constant, .diagonal, .lowerTriangular])
  func constantsKeepTheirBits(drift: DifferentialEquation.Drift, diffusion: DifferentialEquation.Diffusion) throws {
    let data = relaxations(8, noise: 0.3)
    let (model, parameters) = try trained(data, drift: drift, diffusion: diffusion, steps: 30)
    let starts = (0..<data.count).flatMap { Array(data.state(data.offsets[$0])) }
    let rollout = try model.rollout(
      parameters, starts: starts, steps: Array(repeating: 0.05, count: 300), noise: PathNoise(seed: 1), samples: 3,
      compute: Bench.compute)
    for m in 0..<data.count {
      for sample in 0..<3 {
        let series = rollout.series(m, sample: sample, 1)
        #expect(Set(series).count == 1)
        #expect(abs(series[0] - starts[2 * m + 1]) <= 1e-6)
        #expect(Set(rollout.series(m, sample: sample, 0)).count > 20, "the rest moves")
      }
    }
  }

  @Test func noiseDependsOnTheConstant() throws {
    let data = relaxations(200, noise: 0.3)
    let (model, parameters) = try trained(data, diffusion: .lowerTriangular, steps: 3000)
    for c in [1.2, 1.8] as [Float] {
      let factor = try #require(model.diffusion(parameters, ofStates: [c, c], kernels: Bench.kernels))
      #expect(factor[0].count == 1, "Σ has the components that move")
      // Of exact steps of Δt: σ √((1 − e^{−2cΔt})/(2cΔt)).
      let expected = 0.3 * Double(c) * ((1 - exp(-2 * Double(c) * 0.05)) / (2 * Double(c) * 0.05)).squareRoot()
      #expect(abs(factor[0][0] / expected - 1) < 0.06, "\(c): \(factor[0][0]) for \(expected)")
    }
  }

  @Test func theEnergyOfAnOnsagerNetFallsWithAConstantBesideIt() throws {
    let data = relaxations(8)
    let model = DifferentialEquation(
      .init(
        dimension: 2, constantCount: 1, drift: .onsager, widths: [8], activation: .tanh, integrator: .rungeKutta4),
      scaling: MacrostateScaling(data))
    for seed in 0..<10 as Range<UInt64> {
      let parameters = model.initialParameters(seed: seed, member: 0)
      let starts = (0..<data.count).flatMap { Array(data.state(data.offsets[$0])) }
      let rollout = try model.rollout(
        parameters, starts: starts, steps: Array(repeating: 0.002, count: 200), compute: Bench.compute)
      for m in 0..<data.count {
        let path = (0..<201).flatMap { t in (0..<2).map { rollout.values[(m * 201 + t) * 2 + $0] } }
        let energy = try #require(model.energy(parameters, ofStates: path, kernels: Bench.kernels))
        let rises = zip(energy, energy.dropFirst()).filter { before, after in after > before + 1e-6 * abs(before) }
        #expect(rises.isEmpty)
        let last = try #require(energy.last)
        #expect(last < energy[0])
      }
    }
  }

  /// Training saw constants that hardly differ: another one lies thousands of spreads away, and is no divergence.
  @Test func aConstantNeitherRunsAwayNorLeavesTheRange() throws {
    let data = relaxations(8)
    var scaling = MacrostateScaling(data)
    scaling.spread[1] = 1e-5
    scaling.least[1] = scaling.mean[1]
    scaling.greatest[1] = scaling.mean[1]
    let shape = DifferentialEquation.Shape(
      dimension: 2, constantCount: 1, widths: [4], activation: .tanh, integrator: .euler)
    let model = DifferentialEquation(shape, scaling: scaling)
    let times = (0..<4).map { 0.01 * Double($0) }
    let forecast = try ForecastEnsemble([(model, model.initialParameters(seed: 1, member: 0))]).forecast(
      starts: [scaling.mean[0], scaling.mean[1] + 0.5], times: [times], compute: Bench.compute)
    #expect(forecast.divergences.isEmpty)
    #expect(forecast.departures(from: scaling, moving: 1).isEmpty)
    #expect(Set(forecast.mean(0, 0)).count == 4, "it moves")
  }

  @Test func modelsOfEarlierTimesHaveNoConstants() throws {
    let shape = DifferentialEquation.Shape(dimension: 3, widths: [4], activation: .tanh, integrator: .euler)
    var object = try #require(
      JSONSerialization.jsonObject(with: JSONEncoder().encode(shape)) as? [String: Any])
    object["constantCount"] = nil
    let read = try JSONDecoder().decode(
      DifferentialEquation.Shape.self, from: JSONSerialization.data(withJSONObject: object))
    #expect(read == shape && read.movingCount == 3)
  }
}
