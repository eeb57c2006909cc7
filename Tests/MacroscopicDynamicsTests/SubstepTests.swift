import Foundation
import MacroscopicDynamics
import Testing

/// Steps longer than any in training are made in several.
@Suite struct SubstepTests {
  /// Units of 1, and a longest step in training of 0.1.
  private static let scaling: MacrostateScaling = {
    var scaling = Bench.unitScaling(1)
    scaling.largestStep = 0.1
    return scaling
  }()

  @Test func theyAreAsFewAsMayBe() {
    let expected = [(0.1, 1), (0.05, 1), (0.1 + 1e-12, 1), (0.11, 2), (0.2, 2), (0.30000000000000004, 3), (1, 10)]
    for (step, parts) in expected { #expect(Self.scaling.substeps(of: step) == parts, "\(step)") }
    #expect(Self.scaling.substeps(of: .infinity) == 1_000_000_000)
    var unknown = Self.scaling
    unknown.largestStep = 0
    #expect(unknown.substeps(of: 5) == 1)
  }

  @Test(arguments: [DifferentialEquation.Integrator.euler, .rungeKutta4])
  func aLongStepIsThatOfItsParts(integrator: DifferentialEquation.Integrator) throws {
    let (model, parameters) = Bench.linear([-1], [0], integrator: integrator, scaling: Self.scaling)
    func end(_ steps: [Double]) throws -> Float {
      try #require(
        model.rollout(parameters, starts: [1], steps: steps, compute: Bench.compute)
          .series(0, 0).last)
    }
    // Twelve parts of 0.1 of dz/dt = −z; in one step of 1.2 Euler's z would be below 0.
    let coarse = try end([0.5, 0.7])
    #expect(abs(coarse - (try end(Array(repeating: 0.1, count: 12)))) < 1e-6)
    let closed = integrator == .euler ? pow(0.9, 12) : exp(-1.2)
    #expect(abs(Double(coarse) - closed) < 1e-6)
  }

  @Test func noiseIsThatOfTheParts() throws {
    let pair = Bench.linear(
      [-1], [0], diffusion: .constant, rawDiffusion: [Bench.raw(deviation: 0.5)], scaling: Self.scaling)
    func paths(_ steps: [Double]) throws -> Rollout {
      try pair.model.rollout(
        pair.parameters, starts: [1, 2], steps: steps, noise: PathNoise(seed: 7), samples: 3, compute: Bench.compute)
    }
    // More than are drawn at once.
    let (coarse, fine) = (try paths(Array(repeating: 2, count: 15)), try paths(Array(repeating: 0.1, count: 300)))
    for start in 0..<2 {
      for sample in 0..<3 {
        let (a, b) = (coarse.series(start, sample: sample, 0), fine.series(start, sample: sample, 0))
        #expect(a.indices.allSatisfy { abs(a[$0] - b[20 * $0]) < 1e-4 })
      }
    }
  }

  @Test func anEnsembleSaysHowManyItMakes() {
    let pair = Bench.linear([-1], [0], scaling: Self.scaling)
    let ensemble = ForecastEnsemble([pair, pair])
    #expect(ensemble.steps(over: [0, 0.1, 0.35]) == (4, 3))
    #expect(ensemble.steps(over: [7]) == (0, 1))
  }

  // MARK: The step of the data

  private func step(_ times: [[Double]]) -> Double {
    let values = times.map { $0.map { [Float($0)] } }
    let data = MacrostateTrajectories(
      Macrostate(observableCount: 1, closureCount: 0), values: values.flatMap { $0.flatMap(\.self) },
      times: times.flatMap(\.self),
      offsets: times.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) })
    return data.typicalStep
  }

  @Test func theStepIsThatOfTheTimesGrid() {
    for (step, offset) in [(0.05, 0.0), (0.02, 0), (0.1, 1e6), (0.005, 12_345.675), (2.5e-7, 0), (250, 1e9), (7, 0)] {
      #expect(self.step([(0..<300).map { offset + Double($0) * step }]) == step, "\(step)")
    }
    // Of no few digits: as near as the times tell.
    #expect(abs(step([(0..<30).map { Double($0) / 3 }]) - 1.0 / 3) < 1e-14)
    #expect(step([[0, 0.1, 0.2], [5, 5.4]]) == 0.1)
    #expect(step([[3]]) == 0)
  }
}
