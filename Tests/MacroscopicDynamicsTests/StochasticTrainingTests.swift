import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import Testing

/// Training of SDEs by their likelihood.
@Suite struct StochasticTrainingTests {
  /// Ornstein–Uhlenbeck processes dzᵢ = −θᵢ zᵢ dt + dBᵢ with correlated noise, in exact steps: z(t + Δt) is Gaussian about
  /// e^{−θΔt} z with the covariance Sᵢⱼ (1 − e^{−(θᵢ + θⱼ)Δt})/(θᵢ + θⱼ).
  private struct Process {
    let rates = [1.0, 2.5]
    /// S = ΣΣᵀ: correlation 0.5.
    let noise = [[0.36, 0.18], [0.18, 0.36]]
    let step = 0.05
    let scale = [1.0, 40.0]
    let shift = [0.0, 1000.0]

    func stepCovariance(_ i: Int, _ j: Int) -> Double {
      let rate = rates[i] + rates[j]
      return noise[i][j] * (1 - exp(-rate * step)) / rate
    }

    /// Trajectories in units of their own: the second component is 1000 + 40 z₂.
    func trajectories(_ count: Int, frames: Int, seed: UInt64) -> MacrostateTrajectories {
      var random = RandomStream(seed: seed, purpose: .evaluation)
      let l00 = stepCovariance(0, 0).squareRoot()
      let l10 = stepCovariance(1, 0) / l00
      let l11 = (stepCovariance(1, 1) - l10 * l10).squareRoot()
      return Bench.trajectories(
        (0..<count).map { _ in
          var z = random.normals(2).map { 0.5 * Double($0) }
          return (0..<frames).map { _ in
            let eta = random.normals(2).map(Double.init)
            z = [
              exp(-rates[0] * step) * z[0] + l00 * eta[0], exp(-rates[1] * step) * z[1] + l10 * eta[0] + l11 * eta[1],
            ]
            return (0..<2).map { Float(shift[$0] + scale[$0] * z[$0]) }
          }
        }, step: step)
    }
  }

  private func trained(
    _ data: MacrostateTrajectories, diffusion: DifferentialEquation.Diffusion, steps: Int, rate: Double = 0.01,
    clip: Double? = 10, widths: [Int] = [16]
  ) throws -> (model: DifferentialEquation, parameters: Parameters) {
    let model = DifferentialEquation(
      .init(
        dimension: data.dimension, widths: widths, activation: .tanh, integrator: .euler, diffusion: diffusion,
        diffusionWidths: [8]), scaling: MacrostateScaling(data))
    let parameters = model.initialParameters(seed: 2, member: 0)
    let trainer = BatchTrainer(
      model, parameters: parameters, data: data, optimizer: .init(clipNorm: clip), compute: Bench.compute)
    let pairs = data.pairs
    var random = RandomStream(seed: 3, purpose: .dynamicsMinibatch)
    for step in 0..<steps {
      let batch = (0..<512).map { _ in pairs[random.next(below: pairs.count)] }
      let (loss, norm) = try trainer.step(batch, rate: rate * (1 - Double(step) / Double(steps)))
      #expect(loss.isFinite && norm.isFinite)
    }
    return (model, parameters)
  }

  @Test func driftAndCorrelatedNoiseOfAKnownProcessAreFound() throws {
    let process = Process()
    let data = process.trajectories(200, frames: 101, seed: 1)
    let (model, parameters) = try trained(data, diffusion: .lowerTriangular, steps: 1500)
    let states: [Float] = (0..<25).flatMap { i -> [Float] in
      let z = [0.3 * Double(i % 5 - 2), 0.2 * Double(i / 5 - 2)]
      return (0..<2).map { Float(process.shift[$0] + process.scale[$0] * z[$0]) }
    }
    let drifts = model.drift(parameters, ofStates: states, kernels: Bench.kernels)
    // The drift of an Euler step: (e^{−θΔt} − 1)/Δt z. Its standard error at a typical state, from 20 000 steps of noise
    // 0.6/√Δt, is 0.02 a parameter; a network of some ten that matter there has about 0.06.
    for j in 0..<2 {
      let factor = (exp(-process.rates[j] * process.step) - 1) / process.step
      let errors = (0..<25).map { i -> Double in
        let z = (Double(states[2 * i + j]) - process.shift[j]) / process.scale[j]
        return drifts[2 * i + j] / process.scale[j] - factor * z
      }
      let rms = (errors.reduce(0) { $0 + $1 * $1 } / 25).squareRoot()
      #expect(rms < 0.12, "component \(j): \(rms)")
    }
    let factors = try #require(model.diffusion(parameters, ofStates: states, kernels: Bench.kernels))
    for (i, j) in [(0, 0), (1, 0), (1, 1)] {
      let expected = process.stepCovariance(i, j) / process.step
      let found = factors.map { factor -> Double in
        let rows = [[factor[0], 0], [factor[1], factor[2]]]
        return (rows[i][0] * rows[j][0] + rows[i][1] * rows[j][1]) / (process.scale[i] * process.scale[j])
      }
      let mean = found.reduce(0, +) / 25
      // The standard error of a variance from 20 000 steps is 1 %; Σ may depend on z here.
      #expect(abs(mean / expected - 1) < 0.05, "S\(i)\(j): \(mean) for \(expected)")
      #expect(found.allSatisfy { abs($0 / expected - 1) < 0.25 }, "S\(i)\(j): \(found)")
    }
  }

  @Test(arguments: [DifferentialEquation.Diffusion.constant, .diagonal, .lowerTriangular])
  func withoutNoiseTheLikelihoodStaysFinite(diffusion: DifferentialEquation.Diffusion) throws {
    // A smooth decay, and a component that never changes: Σ sinks to its floor and no further.
    let data = Bench.trajectories(
      (0..<20).map { m in (0..<30).map { t in [Float(exp(-0.1 * Double(t)) * Double(m + 1)), 3] } }, step: 0.1)
    let (model, parameters) = try trained(data, diffusion: diffusion, steps: 400)
    let mean = try WindowLoss(
      model, parameters: parameters, data: data, compute: Bench.compute
    ).mean()
    let least = 2 * (log(DifferentialEquation.diffusionFloor) + 0.5 * log(2 * .pi))
    #expect(mean.isFinite && mean > least && mean < 0, "\(mean), at least \(least)")
    let rollout = try model.rollout(
      parameters, starts: [10, 3], steps: Array(repeating: 0.1, count: 200), noise: PathNoise(seed: 1), samples: 50,
      compute: Bench.compute)
    #expect(rollout.values.allSatisfy { $0.isFinite })
  }

  @Test(arguments: [1e-6, 1.0, 1e6])
  func theUnitsOfTheDataDoNotMatter(unit: Float) throws {
    func loss(_ unit: Float) throws -> Double {
      let paths: [[[Float]]] = (0..<10).map { m in
        (0..<20).map { t in
          let (a, b): (Float, Float) = (Float(t * (m + 2)), Float(3 * t + m))
          return [unit * sin(a), unit * cos(b)]
        }
      }
      let data = Bench.trajectories(paths, step: 0.1)
      let (model, parameters) = try trained(data, diffusion: .lowerTriangular, steps: 100)
      return try WindowLoss(
        model, parameters: parameters, data: data, compute: Bench.compute
      ).mean()
    }
    #expect(abs(try loss(unit) - loss(1)) < 0.02)
  }

  @Test func anOutlierNeitherStopsNorSpoilsTheTraining() throws {
    let process = Process()
    let clean = process.trajectories(40, frames: 51, seed: 5)
    var values = clean.values
    values[2 * 700] += 1e4
    let data = MacrostateTrajectories(
      Macrostate(observableCount: 2, closureCount: 0), values: values, times: clean.times, offsets: clean.offsets)
    let (model, parameters) = try trained(data, diffusion: .lowerTriangular, steps: 400)
    let rollout = try model.rollout(
      parameters, starts: Array(clean.state(0)), steps: Array(repeating: 0.05, count: 100), noise: PathNoise(seed: 1),
      samples: 20, compute: Bench.compute)
    #expect(rollout.values.allSatisfy { $0.isFinite } && rollout.divergences.isEmpty)
  }

  @Test(arguments: Kernels.available.map(\.instructionSet))
  func everyInstructionSetHasTheSameLikelihoodAndNoise(instructionSet: InstructionSet) throws {
    let data = Process().trajectories(5, frames: 11, seed: 2)
    func results(_ kernels: Kernels) throws -> (Double, [Float]) {
      let model = DifferentialEquation(
        .init(
          dimension: 2, widths: [8], activation: .tanh, integrator: .euler, diffusion: .lowerTriangular,
          diffusionWidths: [8]), scaling: MacrostateScaling(data))
      let parameters = model.initialParameters(seed: 2, member: 0)
      let loss = try WindowLoss(
        model, parameters: parameters, data: data, compute: Compute(kernels, pool: Bench.pool)
      ).mean()
      let rollout = try model.rollout(
        parameters, starts: Array(data.state(0)), steps: [0.1, 0.1], noise: PathNoise(seed: 1), samples: 3,
        compute: Compute(kernels, pool: Bench.pool))
      return (loss, rollout.values)
    }
    let (one, best) = (try results(#require(Kernels(instructionSet))), try results(.best))
    #expect(abs(one.0 - best.0) < 1e-5)
    #expect(zip(one.1, best.1).allSatisfy { abs($0 - $1) < 1e-4 * max(1, abs($1)) })
  }
}
