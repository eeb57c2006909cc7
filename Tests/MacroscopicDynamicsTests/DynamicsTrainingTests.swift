import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import Testing

@Suite struct DynamicsTrainingTests {
  /// A few steps of unequal length in two dimensions.
  private let data = MacrostateTrajectories(
    Macrostate(observableCount: 1, closureCount: 1), values: [0, 1, 0.5, 0.8, 0.7, 0.1, -0.4, 0.3, 0.2, -0.6],
    times: [0, 0.2, 0.5, 0, 0.4], offsets: [0, 3, 5])

  /// The loss of one step at a learning rate of 0, after which nothing has changed.
  private func loss(
    _ pair: (model: DifferentialEquation, parameters: Parameters), _ data: MacrostateTrajectories, window: Int? = nil
  ) throws -> (loss: Double, gradientNorm: Double) {
    let trainer = BatchTrainer(
      pair.model, parameters: pair.parameters, data: data, window: window, optimizer: .init(), compute: Bench.compute)
    return try trainer.step(data.windows(length: window ?? 1), rate: 0)
  }

  @Test func earlyFramesAreDrawnMoreOften() {
    #expect(earlyIndices(count: 4, power: 1) == [0, 1, 2, 3])
    #expect(earlyIndices(count: 0, power: 2).isEmpty && earlyIndices(count: 1, power: 2) == [0])
    let early = earlyIndices(count: 100, power: 2)
    #expect(early.count == 100 && early.allSatisfy { (0..<100).contains($0) })
    #expect(early.count { $0 < 25 } == 50, "u² < 1/4 for u < 1/2")
    let trajectories = MacrostateTrajectories(
      Macrostate(observableCount: 1, closureCount: 0), values: Array(repeating: 0, count: 9),
      times: (0..<9).map(Double.init),
      offsets: [0, 5, 9])
    let starts = trajectories.windows(length: 2, framePower: 3)
    #expect(starts.count == 3 + 2 && starts.allSatisfy { [0, 1, 2, 5, 6].contains($0) }, "\(starts)")
  }

  @Test func likelihoodIsThatOfEquation5() throws {
    let scaling = MacrostateScaling(data)
    let deviations = [0.6, 1.3]
    let pair = Bench.linear(
      [-0.5, 0.2, 0.1, -1], [0.3, -0.2], diffusion: .constant, rawDiffusion: deviations.map(Bench.raw),
      scaling: scaling)
    var expected = 0.0
    for frame in data.pairs {
      let dt = data.times[frame + 1] - data.times[frame]
      let z = (0..<2).map { Double(scaling.scaled(data.value(frame, $0), $0)) }
      let next = (0..<2).map { Double(scaling.scaled(data.value(frame + 1, $0), $0)) }
      let drift = [-0.5 * z[0] + 0.2 * z[1] + 0.3, 0.1 * z[0] - z[1] - 0.2]
      for j in 0..<2 {
        let unit = Double(scaling.noiseUnit[j]) * dt.squareRoot()
        let residual = next[j] - z[j] - drift[j] * Double(scaling.driftUnit[j]) * dt
        let u = residual / (unit * deviations[j])
        expected += (0.5 * u * u + log(deviations[j]) + 0.5 * log(2 * .pi)) / 3
      }
    }
    #expect(abs(try loss(pair, data).loss - expected) < 1e-5)
    let mean = try WindowLoss(
      pair.model, parameters: pair.parameters, data: data, compute: Bench.compute
    ).mean()
    #expect(abs(mean - expected) < 1e-5)
  }

  @Test(arguments: [
    (DifferentialEquation.Diffusion.none, DifferentialEquation.Integrator.euler, nil as Int?),
    (.none, .rungeKutta4, nil), (.none, .euler, 2), (.none, .rungeKutta4, 2), (.constant, .euler, nil),
    (.diagonal, .euler, nil), (.lowerTriangular, .euler, nil),
  ])
  func gradientsAgreeWithDifferences(
    diffusion: DifferentialEquation.Diffusion, integrator: DifferentialEquation.Integrator, window: Int?
  ) throws {
    let shape = DifferentialEquation.Shape(
      dimension: 2, widths: [8], activation: .tanh, integrator: integrator, diffusion: diffusion, diffusionWidths: [8])
    let model = DifferentialEquation(shape, scaling: MacrostateScaling(data))
    let parameters = model.initialParameters(seed: 2, member: 1)
    let trainer = BatchTrainer(
      model, parameters: parameters, data: data, window: window, optimizer: .init(beta1: 0), compute: Bench.compute)
    // With β₁ = 0 the first moment after a step is the gradient itself.
    _ = try trainer.step(data.windows(length: window ?? 1), rate: 0)
    let gradient = trainer.optimizer.first.storage
    // Along the gradient the loss must grow by ‖g‖ a unit of length.
    let norm = trainer.optimizer.first.norm
    let start = parameters.storage
    let h = 0.01
    let values = try [h, -h].map { sign in
      parameters.storage = zip(start, gradient).map { $0 + Float(sign / norm) * $1 }
      return try loss((model, parameters), data, window: window).loss
    }
    let slope = (values[0] - values[1]) / (2 * h)
    #expect(norm > 1e-3)
    #expect(abs(slope / norm - 1) < 5e-3, "\(slope) \(norm)")
  }

  @Test func threadsDoNotChangeBits() throws {
    let results = try [1, 2].map { threads in
      let model = DifferentialEquation(
        .init(dimension: 2, widths: [8], activation: .tanh, integrator: .euler, diffusion: .lowerTriangular),
        scaling: MacrostateScaling(data))
      let parameters = model.initialParameters(seed: 4, member: 0)
      let trainer = BatchTrainer(
        model, parameters: parameters, data: data, optimizer: .init(), compute: Compute(Bench.kernels, threads: threads)
      )
      for step in 0..<5 {
        _ = try trainer.step((0..<40).map { data.pairs[($0 + step) % 3] }, rate: 0.01)
      }
      return parameters.storage
    }
    #expect(results[0] == results[1])
  }

  @Test func trainingRecoversDriftAndCorrelatedNoise() throws {
    // dz = −θ z dt + Σ dW with the factor [[0.6, 0], [0.3, 0.52]]: correlation 0.5.
    let truth = Bench.linear(
      [-1, 0, 0, -2], [0, 0], diffusion: .lowerTriangular,
      rawDiffusion: [Bench.raw(deviation: 0.6), 0.3, Bench.raw(deviation: 0.52)])
    let rollout = try truth.model.rollout(
      truth.parameters, starts: Array(repeating: 0, count: 400), steps: Array(repeating: 0.1, count: 100),
      noise: PathNoise(seed: 1), compute: Bench.compute)
    let paths = (0..<200).map { m in
      (0..<101).map { t in (0..<2).map { rollout.values[(m * 101 + t) * 2 + $0] } }
    }
    let data = Bench.trajectories(paths, step: 0.1)
    let start = Bench.linear(
      [0, 0, 0, 0], [0, 0], diffusion: .lowerTriangular, rawDiffusion: [0, 0, 0], scaling: MacrostateScaling(data))
    let trainer = BatchTrainer(
      start.model, parameters: start.parameters, data: data, optimizer: .init(), compute: Bench.compute)
    let pairs = data.pairs
    var random = RandomStream(seed: 3, purpose: .dynamicsMinibatch)
    for step in 0..<600 {
      let batch = (0..<1024).map { _ in pairs[random.next(below: pairs.count)] }
      _ = try trainer.step(batch, rate: 0.05 * (1 - Double(step) / 600))
    }
    let scaling = start.model.scaling
    let weight = start.parameters[start.parameters.layout.weights[0]]
    // g in units of the data: driftUnit · spread · W / spread.
    let rates = [weight[0] * scaling.driftUnit[0], weight[3] * scaling.driftUnit[1]]
    // The standard error of a rate after T = 2000 units of time is √(2θ/T): 0.03 and 0.045.
    #expect(abs(rates[0] + 1) < 0.13, "\(rates)")
    #expect(abs(rates[1] + 2) < 0.18, "\(rates)")
    let once = try start.model.rollout(
      start.parameters, starts: Array(repeating: 0, count: 16000), steps: [0.1], noise: PathNoise(seed: 2),
      compute: Bench.compute)
    var moments = [0.0, 0.0, 0.0]
    for row in 0..<8000 {
      let (x, y) = (Double(once.values[row * 4 + 2]), Double(once.values[row * 4 + 3]))
      for (i, product) in [x * x, y * y, x * y].enumerated() { moments[i] += product / 800 }
    }
    #expect(abs(moments[0] / 0.36 - 1) < 0.07, "\(moments)")
    #expect(abs(moments[1] / 0.3604 - 1) < 0.07, "\(moments)")
    #expect(abs(moments[2] / (moments[0] * moments[1]).squareRoot() - 0.5) < 0.05, "\(moments)")
  }
}
