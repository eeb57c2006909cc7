import ClosureModels
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import Testing

/// Encoders that are trained together with a dynamics, alone or beside a reconstruction.
@Suite struct JointDynamicsTests {
  /// Windows of S = 2 species, two observables; the second species is empty in some.
  private static let windows = 5
  private let source = Sets(
    positions: (0..<4 * Self.windows).map { set in
      set % 4 == 3 ? [] : Sets.cloud(12 + set, shift: 0.1 * Float(set), seed: UInt64(set))
    })
  private let batch = Array(0..<4 * Self.windows)

  private func frames(_ count: Int = Self.windows, constants: Int = 0) -> [FrameWindow] {
    (0..<count).map { i in
      FrameWindow(
        now: [0.3 * Float(i), -0.2], next: [0.3 * Float(i) + 0.1, -0.3 + 0.05 * Float(i)],
        constants: (0..<constants).map { 0.4 * Float(i) - 0.7 * Float($0) }, timeStep: 0.5 + 0.1 * Float(i))
    }
  }

  private func model(
    _ objective: ClosureObjective.Shape, drift: DifferentialEquation.Drift = .mlp,
    integrator: DifferentialEquation.Integrator = .euler, weight: Double = 1, species: Int = 2,
    diffusion: DifferentialEquation.Diffusion = .none, constants: Int = 0
  ) -> ClosureModel {
    let d = 2 + 2 * species + constants
    var random = RandomStream(seed: 7, purpose: .evaluation)
    let scaling = MacrostateScaling(
      MacrostateTrajectories(
        Macrostate(observableCount: 2, closureCount: d - 2 - constants, constantCount: constants),
        values: random.normals(20 * d),
        times: (0..<20).map(Double.init),
        offsets: [0, 20]))
    let dynamics = DifferentialEquation.Shape(
      dimension: d, constantCount: constants, drift: drift, widths: [8], activation: .tanh, integrator: integrator,
      diffusion: diffusion,
      diffusionWidths: [8])
    return ClosureModel(
      .init(
        dimension: 2, speciesCount: species, closureDimension: 2, encoder: Bench.model().shape.encoder,
        objective: objective,
        dynamics: DynamicsTerm(
          weight: weight, model: dynamics, scaling: scaling,
          macrostate: Macrostate(observableCount: 2, closureCount: d - 2 - constants, constantCount: constants))),
      scaling: .identity(columns: 2))
  }

  @Test(arguments: [DifferentialEquation.Drift.mlp, .onsager], [DifferentialEquation.Integrator.euler, .rungeKutta4])
  func gradientsAgreeWithDifferences(drift: DifferentialEquation.Drift, integrator: DifferentialEquation.Integrator)
    throws
  {
    let model = model(.dynamics, drift: drift, integrator: integrator)
    #expect(
      abs(try Bench.slopeAlongGradient(model, source, batch: batch, windows: frames(), step: 0.002) - 1) < 0.01)
  }

  /// With components that do not change, and in each of the two losses.
  @Test(
    arguments: [DifferentialEquation.Drift.mlp, .onsager],
    [DifferentialEquation.Diffusion.none, .diagonal, .lowerTriangular])
  func gradientsAgreeWithDifferencesBesideConstants(
    drift: DifferentialEquation.Drift, diffusion: DifferentialEquation.Diffusion
  ) throws {
    for integrator in [DifferentialEquation.Integrator.euler] + (diffusion == .none ? [.rungeKutta4] : []) {
      let model = model(.dynamics, drift: drift, integrator: integrator, diffusion: diffusion, constants: 2)
      let windows = frames(constants: 2)
      #expect(abs(try Bench.slopeAlongGradient(model, source, batch: batch, windows: windows, step: 0.002) - 1) < 0.01)
      let other = windows.map { window in
        FrameWindow(
          now: window.now, next: window.next, constants: window.constants.map { $0 + 1 }, timeStep: window.timeStep)
      }
      #expect(
        try Bench.gradient(model, source, batch: batch, windows: windows).gradient
          != Bench.gradient(model, source, batch: batch, windows: other).gradient, "the dynamics sees the constants")
    }
  }

  @Test func gradientsAgreeWithDifferencesBesideADensity() throws {
    let model = model(Bench.model().shape.objective, weight: 3)
    #expect(
      abs(try Bench.slopeAlongGradient(model, source, batch: batch, windows: frames(), step: 0.002) - 1) < 0.01)
  }

  /// The gradient of each parameter by itself: a wrong part would hide in the length of a whole gradient.
  @Test func everyParameterOfTheEncoderHasItsGradient() throws {
    let model = model(.dynamics)
    let gradient = try Bench.gradient(model, source, batch: batch, windows: frames()).gradient
    let trainer = try Bench.trainer(model, source)
    let start = trainer.parameters.storage
    let chosen = gradient.indices.filter { gradient[$0] != 0 }.enumerated().filter { $0.offset % 7 == 0 }
    #expect(chosen.count > 20)
    let largest = gradient.map(abs).max() ?? 0
    for (_, i) in chosen {
      let losses = try [Float(0.01), -0.01].map { h in
        var storage = start
        storage[i] += h
        trainer.parameters.storage = storage
        return try trainer.step(batch: batch, windows: frames(), step: 2, rate: 0).loss
      }
      #expect(abs((losses[0] - losses[1]) / 0.02 - Double(gradient[i])) < 0.01 * Double(largest), "\(i)")
    }
  }

  @Test func aLargeSetHasItsGradient() throws {
    let large = Sets(positions: (0..<4).map { Sets.cloud(2500 + $0, shift: 0.3 * Float($0)) })
    let slope = try Bench.slopeAlongGradient(
      model(.dynamics, species: 1), large, batch: [0, 1, 2, 3], windows: frames(2), step: 0.002)
    #expect(abs(slope - 1) < 0.01)
  }

  @Test func threadsDoNotChangeBits() throws {
    for objective in [ClosureObjective.Shape.dynamics, Bench.model().shape.objective] {
      let results = try [1, 2].map { threads in
        let trainer = try Bench.trainer(model(objective), source, threads: threads)
        let losses = try (0..<4).map {
          try trainer.step(batch: batch, windows: frames(), step: $0, rate: 0.01).loss
        }
        return (losses, trainer.parameters.storage)
      }
      #expect(results[0].0 == results[1].0)
      #expect(results[0].1 == results[1].1)
    }
  }

  @Test func smallerClosureVariablesAreNoBetter() throws {
    let model = model(.dynamics)
    let trainer = try Bench.trainer(model, source)
    let layout = trainer.parameters.layout
    // A dynamics that says nothing: the whole of every increment is left, whatever its size.
    for weight in layout.weights where layout.name(of: weight).hasPrefix("drift") {
      trainer.parameters[weight] = Array(repeating: 0, count: weight.outputs * weight.inputs)
    }
    for bias in layout.biases where layout.name(of: bias).hasPrefix("drift") {
      trainer.parameters[bias] = Array(repeating: 0, count: bias.count)
    }
    func loss() throws -> Double {
      try trainer.step(batch: batch, windows: frames(), step: 2, rate: 0).loss
    }
    let before = try loss()
    let term = try #require(model.shape.dynamics)
    let observed = frames().reduce(0.0) { sum, window in
      sum
        + (0..<2).reduce(0.0) { inner, j in
          let unit = term.scaling.spread[j] * term.scaling.driftUnit[j] * window.timeStep
          return inner + Double((window.next[j] - window.now[j]) / unit)
            * Double((window.next[j] - window.now[j]) / unit)
        }
    }
    // Four closure variables with a share of 1 each, and the observables' increments in units of the scaling.
    #expect(abs(before - (4 + observed / Double(Self.windows)) / 6) < 1e-5)
    let last = try #require(layout.weights.last { layout.name(of: $0).hasPrefix("encoder") })
    trainer.parameters[last] = trainer.parameters[last].map { 0.1 * $0 }
    trainer.parameters.valuesChanged()
    #expect(abs(try loss() - before) < 1e-4)
  }

  @Test func trainingLearnsToPredict() throws {
    let trainer = try Bench.trainer(model(.dynamics), source, seed: 1)
    let evaluation = ClosureEvaluation(
      trainer.model, parameters: trainer.parameters, source: source, compute: Bench.compute)
    let before = try evaluation.loss(batch, windows: frames(), seed: 1)
    #expect(abs(before - (try trainer.step(batch: batch, windows: frames(), step: 0, rate: 0).loss)) < 1e-5)
    for step in 0..<300 { _ = try trainer.step(batch: batch, windows: frames(), step: step, rate: 0.01) }
    #expect(try evaluation.loss(batch, windows: frames(), seed: 1) < 0.3 * before)
  }

  // MARK: Stochastic dynamics

  private static let diffusions = [DifferentialEquation.Diffusion.constant, .diagonal, .lowerTriangular]

  @Test(arguments: diffusions, [DifferentialEquation.Drift.mlp, .onsager])
  func likelihoodsHaveTheirGradients(diffusion: DifferentialEquation.Diffusion, drift: DifferentialEquation.Drift)
    throws
  {
    let model = model(.dynamics, drift: drift, diffusion: diffusion)
    let slope = try Bench.slopeAlongGradient(model, source, batch: batch, windows: frames(), step: 0.0005)
    #expect(abs(slope - 1) < 0.02, "\(slope)")
    // The encoder's gradient by itself, which comes by way of the increments, their size, the drift and Σ.
    let gradient = try Bench.gradient(model, source, batch: batch, windows: frames()).gradient
    let trainer = try Bench.trainer(model, source)
    let start = trainer.parameters.storage
    let layout = trainer.parameters.layout
    let last = try #require(layout.weights.last { layout.name(of: $0).hasPrefix("encoder") })
    for i in 0..<4 {
      let losses = try [Float(0.005), -0.005].map { h in
        trainer.parameters.storage = start
        var values = trainer.parameters[last]
        values[3 * i] += h
        trainer.parameters[last] = values
        trainer.parameters.valuesChanged()
        return try trainer.step(batch: batch, windows: frames(), step: 2, rate: 0).loss
      }
      trainer.parameters.storage = gradient
      let expected = Double(trainer.parameters[last][3 * i])
      let largest = Double(gradient.map(abs).max() ?? 0)
      #expect(abs((losses[0] - losses[1]) / 0.01 - expected) < 0.02 * largest, "\(i)")
    }
  }

  @Test(arguments: diffusions) func anEncoderLearnsWithItsSDEAndDoesNotCollapse(
    diffusion: DifferentialEquation.Diffusion
  ) throws {
    let trainer = try Bench.trainer(model(.dynamics, diffusion: diffusion), source, seed: 1)
    let evaluation = ClosureEvaluation(
      trainer.model, parameters: trainer.parameters, source: source, compute: Bench.compute)
    let encoder = SetEncoder(
      trainer.model, parameters: trainer.parameters, source: source, compute: Bench.compute)
    /// The root mean square increment of ẑ of the windows.
    func size() throws -> Double {
      let z = try encoder.encode(batch, isOrdered: false)
      var sum = 0.0
      for i in 0..<4 * Self.windows {
        let increment = Double(z[8 * (i / 4) + 4 + i % 4] - z[8 * (i / 4) + i % 4])
        sum += increment * increment
      }
      return (sum / Double(4 * Self.windows)).squareRoot()
    }
    let before = (loss: try evaluation.loss(batch, windows: frames(), seed: 1), size: try size())
    for step in 0..<300 { _ = try trainer.step(batch: batch, windows: frames(), step: step, rate: 0.005) }
    let after = try evaluation.loss(batch, windows: frames(), seed: 1)
    #expect(after.isFinite && after < before.loss - 0.3, "\(before.loss) → \(after)")
    let sizeAfter = try size()
    #expect(sizeAfter > 0.1 * before.size, "\(before.size) → \(sizeAfter)")
  }

  @Test func shrinkingTheClosureVariablesNeverPays() throws {
    let model = model(.dynamics, diffusion: .constant)
    let trainer = try Bench.trainer(model, source)
    let layout = trainer.parameters.layout
    for weight in layout.weights where layout.name(of: weight).hasPrefix("drift") {
      trainer.parameters[weight] = Array(repeating: 0, count: weight.outputs * weight.inputs)
    }
    for bias in layout.biases where layout.name(of: bias).hasPrefix("drift") {
      trainer.parameters[bias] = Array(repeating: 0, count: bias.count)
    }
    let last = try #require(layout.weights.last { layout.name(of: $0).hasPrefix("encoder") })
    let sigma = try #require(layout.biases.first { layout.name(of: $0) == "diffusion.constant" })
    let whole = trainer.parameters[last]
    /// The least loss over a common Σ of the closure variables, ẑ scaled by `factor`.
    func best(_ factor: Float) throws -> Double {
      trainer.parameters[last] = whole.map { factor * $0 }
      return try stride(from: Float(-12), through: 3, by: 0.25).map { raw in
        trainer.parameters[sigma] = [0, 0] + Array(repeating: raw, count: 4)
        trainer.parameters.valuesChanged()
        return try trainer.step(batch: batch, windows: frames(), step: 2, rate: 0).loss
      }.min() ?? 0
    }
    let losses = try [1, 0.3, 1e-2, 1e-3, 1e-4].map { try best($0) }
    #expect(abs(losses[0] - losses[1]) < 0.05, "scaling changes nothing while Σ can follow: \(losses)")
    #expect(zip(losses[1...], losses[2...]).allSatisfy { $1 > $0 - 0.02 }, "\(losses)")
    #expect(losses[4] > losses[0] + 0.5, "\(losses)")
  }
}
