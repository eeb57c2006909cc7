import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import Testing

@Suite struct OnsagerDynamicsTests {
  /// Damped oscillators x″ = −x − 0.3 x′ from several starts, their components in units of very different size.
  private func oscillators(seed: UInt64, count: Int) -> MacrostateTrajectories {
    var random = RandomStream(seed: seed, purpose: .evaluation)
    let frequency = (1 - 0.15 * 0.15).squareRoot()
    let paths = (0..<count).map { _ in
      let start = random.normals(2)
      let (x, v) = (Double(start[0]), Double(start[1]))
      return (0..<101).map { frame in
        let t = 0.1 * Double(frame)
        let (c, s) = (cos(frequency * t), sin(frequency * t) / frequency)
        let decay = exp(-0.15 * t)
        return [
          Float(100 * decay * (x * c + (v + 0.15 * x) * s)), Float(0.01 * decay * (v * c - (x + 0.15 * v) * s)),
        ]
      }
    }
    return Bench.trajectories(paths, step: 0.1)
  }

  private func model(
    _ data: MacrostateTrajectories, widths: [Int] = [32, 32],
    integrator: DifferentialEquation.Integrator = .rungeKutta4,
    diffusion: DifferentialEquation.Diffusion = .none, seed: UInt64 = 1
  ) -> (model: DifferentialEquation, parameters: Parameters) {
    let shape = DifferentialEquation.Shape(
      dimension: data.dimension, drift: .onsager, widths: widths, activation: .tanh, integrator: integrator,
      diffusion: diffusion, diffusionWidths: [8])
    let model = DifferentialEquation(shape, scaling: MacrostateScaling(data))
    return (model, model.initialParameters(seed: seed, member: 0))
  }

  /// dV/dt of the drift that is integrated, driftUnit · g, in scaled z.
  @Test func theLawHoldsForTheIntegratedDrift() throws {
    var data = oscillators(seed: 1, count: 4)
    // Very unlike rates: the second component is all but at rest.
    data = Bench.trajectories(
      (0..<4).map { m in data.frames(of: m).map { [data.value($0, 0), 1 + Float($0 % 2) * 1e-3 * Float(m)] } }, step: 2)
    for seed in 0..<10 as Range<UInt64> {
      let (model, parameters) = model(data, widths: [8], seed: seed)
      let tape = Tape(kernels: Bench.kernels, parameters: parameters)
      var random = RandomStream(seed: seed, purpose: .evaluation)
      let states = random.normals(200).map { 2 * $0 }
      let z = states.withUnsafeBufferPointer { tape.copyPadded($0, rows: 100, columns: 2) }
      let slope = tape.array(try #require(model.onsagerNet).energyGradient(tape, z))
      let drift = tape.array(model.drift(tape, z))
      for row in 0..<100 {
        let terms = (0..<2).map { j in
          Double(slope[row * 2 + j]) * Double(drift[row * 2 + j] * model.scaling.driftUnit[j])
        }
        #expect(terms[0] + terms[1] <= 1e-6 * (abs(terms[0]) + abs(terms[1])))
        #expect(terms[0] + terms[1] < 0)
      }
    }
  }

  @Test func theEnergyNeverRisesAlongSmallSteps() throws {
    let data = oscillators(seed: 1, count: 4)
    for seed in 0..<5 as Range<UInt64> {
      let (model, parameters) = model(data, widths: [16], seed: seed)
      let starts: [Float] = [150, 0.01, -80, 0.02, 10, -0.03]
      let rollout = try model.rollout(
        parameters, starts: starts, steps: Array(repeating: 0.02, count: 300), compute: Bench.compute)
      let energies = try #require(model.energy(parameters, ofStates: rollout.values, kernels: Bench.kernels))
      for path in 0..<3 {
        let series = energies[path * 301..<(path + 1) * 301]
        for (before, after) in zip(series, series.dropFirst()) {
          // Beyond rounding: z is in single precision.
          #expect(after <= before * (1 + 1e-5), "seed \(seed): \(before) \(after)")
        }
        #expect((series.last ?? 0) < 0.9 * (series.first ?? 0))
      }
    }
  }

  @Test func trainingLearnsADampedOscillator() throws {
    let (training, validation) = (oscillators(seed: 2, count: 40), oscillators(seed: 3, count: 10))
    let (model, parameters) = model(training)
    let trainer = BatchTrainer(
      model, parameters: parameters, data: training, optimizer: .init(), compute: Bench.compute)
    let pairs = training.pairs
    var random = RandomStream(seed: 3, purpose: .dynamicsMinibatch)
    let steps = 2000
    for step in 0..<steps {
      let batch = (0..<256).map { _ in pairs[random.next(below: pairs.count)] }
      _ = try trainer.step(batch, rate: 3e-3 * (1 - Double(step) / Double(steps)))
    }
    let starts = (0..<validation.count).flatMap { Array(validation.state(validation.offsets[$0])) }
    let rollout = try model.rollout(
      parameters, starts: starts, steps: Array(repeating: 0.1, count: 100), compute: Bench.compute)
    let errors = (0..<validation.count).map { m in
      RelativeError.ofTrajectory(
        truth: validation.frames(of: m).flatMap {
          [validation.value($0, 0), validation.value($0, 1)].map(Double.init)
        },
        prediction: zip(rollout.series(m, 0), rollout.series(m, 1)).flatMap { [Double($0), Double($1)] },
        observables: 2, scale: .variance)
    }
    let error = errors.reduce(0, +) / Double(errors.count)
    #expect(error < 2e-3, "\(errors)")
    // The law survives training.
    let energies = try #require(model.energy(parameters, ofStates: rollout.values, kernels: Bench.kernels))
    for path in 0..<validation.count {
      for at in path * 101..<path * 101 + 100 { #expect(energies[at + 1] <= energies[at] * (1 + 1e-5)) }
    }
  }

  @Test(
    arguments: [DifferentialEquation.Diffusion.none, .lowerTriangular],
    [DifferentialEquation.Integrator.euler, .rungeKutta4])
  func gradientsAgreeWithDifferences(
    diffusion: DifferentialEquation.Diffusion, integrator: DifferentialEquation.Integrator
  ) throws {
    let data = oscillators(seed: 4, count: 2)
    let pair = model(data, widths: [6], integrator: integrator, diffusion: diffusion)
    func trainer() -> BatchTrainer {
      // With β₁ = 0 the first moment after a step is the gradient itself.
      BatchTrainer(
        pair.model, parameters: pair.parameters, data: data, optimizer: .init(beta1: 0), compute: Bench.compute)
    }
    let first = trainer()
    _ = try first.step(data.pairs, rate: 0)
    let (gradient, norm) = (first.optimizer.first.storage, first.optimizer.first.norm)
    let start = pair.parameters.storage
    let h = 0.003
    let losses = try [h, -h].map { sign in
      pair.parameters.storage = zip(start, gradient).map { $0 + Float(sign / norm) * $1 }
      return try trainer().step(data.pairs, rate: 0).loss
    }
    let slope = (losses[0] - losses[1]) / (2 * h)
    #expect(norm > 1e-3)
    #expect(abs(slope / norm - 1) < 5e-3, "\(slope) \(norm)")
  }

  @Test func threadsDoNotChangeBits() throws {
    let data = oscillators(seed: 5, count: 3)
    let results = try [1, 2].map { threads in
      let (model, parameters) = model(data, widths: [8])
      let pool = WorkerPool(threads: threads)
      let trainer = BatchTrainer(
        model, parameters: parameters, data: data, optimizer: .init(), compute: Compute(Bench.kernels, pool: pool))
      for step in 0..<5 { _ = try trainer.step(Array(data.pairs[step * 40..<step * 40 + 40]), rate: 0.01) }
      let rollout = try model.rollout(
        parameters, starts: Array(data.values.prefix(400)), steps: [0.1, 0.2],
        compute: Compute(Bench.kernels, pool: pool))
      return parameters.storage + rollout.values
    }
    #expect(results[0] == results[1])
  }

  @Test func aShapeKnowsItsDriftAndOldShapesHavePerceptrons() throws {
    let shape = model(oscillators(seed: 1, count: 1)).model.shape
    let written = try JSONEncoder().encode(shape)
    #expect(try JSONDecoder().decode(DifferentialEquation.Shape.self, from: written) == shape)
    let old = """
      {"dimension": 2, "widths": [4], "activation": "tanh", "integrator": "rk4", "diffusion": "none",
       "diffusionWidths": []}
      """
    let read = try JSONDecoder().decode(DifferentialEquation.Shape.self, from: Data(old.utf8))
    #expect(read.drift == .mlp)
    let perceptron = DifferentialEquation(read, scaling: Bench.unitScaling(2))
    #expect(perceptron.onsagerNet == nil)
    #expect(
      perceptron.energy(perceptron.initialParameters(seed: 1, member: 0), ofStates: [1, 2], kernels: Bench.kernels)
        == nil)
  }
}
