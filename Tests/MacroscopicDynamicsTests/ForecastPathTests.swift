import Foundation
import MacroscopicDynamics
import MacrostateCompute
import Testing

/// Sampled paths of stochastic dynamics: what names them, what they are put together from, and what they are good for.
@Suite struct ForecastPathTests {
  private static let noisy = Bench.linear(
    [-1, 0.2, 0, -1], [0.4, 0.1], diffusion: .lowerTriangular, rawDiffusion: [0.1, 0.5, 0.2])
  private let times = [0, 0.1, 0.2, 0.4]

  private func ensemble(_ count: Int) -> ForecastEnsemble {
    ForecastEnsemble(Array(repeating: Self.noisy, count: count))
  }

  private func starts(_ count: Int) -> [Float] { (0..<2 * count).map { Float($0 % 7) / 7 } }

  @Test func aMeanOverPathsThatAgreeIsTheirValue() {
    let constant = 1_000_000_000.123
    let paths = Array(repeating: constant, count: 200)
    #expect(paths.reduce(0, +) / 200 != constant)
    #expect(paths.pathMean == constant && paths[7..<50].pathMean == constant)
    #expect([1.0, 2, 6].pathMean == 3)
    #expect([Double]().pathMean.isNaN)
  }

  @Test func everyPathHasNoiseOfItsOwnThatDoesNotDependOnTheOthers() throws {
    func paths(_ count: Int, samples: Int, times: [Double], seed: UInt64 = 4, threads: Int = 2) throws
      -> [[[Float]]]
    {
      try ensemble(2).forecast(
        starts: starts(count), times: Array(repeating: times, count: count), realisations: samples, seed: seed,
        compute: Compute(Bench.kernels, threads: threads)
      ).paths
    }
    let long = (0..<200).map { 0.05 * Double($0) }
    let many = try paths(90, samples: 4, times: long)
    let few = try paths(3, samples: 2, times: Array(long.prefix(131)), threads: 1)
    for start in 0..<3 {
      for member in 0..<2 {
        for sample in 0..<2 {
          #expect(few[2 * member + sample][start] == Array(many[4 * member + sample][start].prefix(2 * 131)))
        }
      }
    }
    let ends = (0..<90).flatMap { start in (0..<8).map { many[$0][start].last ?? 0 } }
    #expect(Set(ends).count == ends.count, "start, sample and member all name the noise")
    #expect(try paths(3, samples: 2, times: long, seed: 5) != paths(3, samples: 2, times: long))
  }

  @Test func modelsOfSomeComponentsArePutTogether() throws {
    // z₀ with ẑ = z₂ and z₁ with ẑ: each model has a ẑ of its own, and the first model's is read off.
    let scaling = Bench.unitScaling(3)
    let first = Bench.linear([-1, 1, 0, -0.5], [0, 0], scaling: scaling.selecting([0, 2]))
    let second = Bench.linear([-2, 0, 0, -3], [0, 0], scaling: scaling.selecting([1, 2]))
    let member = ForecastMember([
      .init(components: [0, 2], model: first.model, parameters: first.parameters),
      .init(components: [1, 2], model: second.model, parameters: second.parameters),
    ])
    #expect(member.dimension == 3)
    let forecast = try ForecastEnsemble([member]).forecast(
      starts: [1, 10, 4, 2, 20, 8], times: [[0, 0.1], [0, 0.1]], compute: Bench.compute)
    let wanted: [[Float]] = [[1, 10, 4, 1.3, 8, 3.8], [2, 20, 8, 2.6, 16, 7.6]]
    for (path, expected) in zip(forecast.paths[0], wanted) {
      #expect(zip(path, expected).allSatisfy { abs($0 - $1) < 1e-5 }, "\(path)")
    }
  }

  @Test func pathsThatLeaveTheTrainingRangeOrRunAwayAreCounted() throws {
    // Training saw −1 … 1; z grows by a tenth a step from 1 and passes 1 + 0.1 · 2 in the second.
    let (model, parameters) = Bench.linear([1], [0])
    let times = (0..<6).map { 0.1 * Double($0) }
    let forecast = try ForecastEnsemble([(model, parameters)]).forecast(
      starts: [1, 0.1], times: [times, times], compute: Bench.compute)
    let departures = forecast.departures(from: model.scaling, moving: model.shape.movingCount)
    #expect(departures.map { [$0.trajectory, $0.sample, $0.frame, $0.component] } == [[0, 0, 2, 0]])
    #expect(forecast.departures(from: model.scaling, moving: model.shape.movingCount, tolerance: 1).isEmpty)

    let fast = Bench.linear([9], [0], diffusion: .constant, rawDiffusion: [Bench.raw(deviation: 0.1)])
    let paths = try ForecastEnsemble([fast]).forecast(
      starts: [0, 1], times: Array(repeating: (0..<12).map(Double.init), count: 2), realisations: 4,
      compute: Bench.compute)
    #expect(paths.paths.joined().joined().allSatisfy { $0.isFinite })
    #expect(paths.divergences.count == 8 && Set(paths.divergences.map(\.sample)) == [0, 1, 2, 3])
  }

  // MARK: Statistics of a known process

  /// z' = −θz dt + σ dW in its exact steps.
  private func exact(theta: Double, sigma: Double, start: Double, step: Double, count: Int, seed: UInt64) -> [Double] {
    var random = RandomStream(seed: seed, purpose: .evaluation)
    let decay = exp(-theta * step)
    let spread = sigma * ((1 - decay * decay) / (2 * theta)).squareRoot()
    return random.normals(count).map { start * decay + spread * Double($0) }
  }

  @Test func eulerMaruyamaConvergesWeaklyWithOrderOne() throws {
    // E z(1) and Var z(1) from z = 1; the variance is 0.3² (1 − e⁻²)/2.
    let sigma = 0.3
    let pair = Bench.linear([-1], [0], diffusion: .constant, rawDiffusion: [Bench.raw(deviation: sigma)])
    let count = 60_000
    func moments(steps: Int) throws -> (mean: Double, variance: Double) {
      let rollout = try pair.model.rollout(
        pair.parameters, starts: [1], steps: Array(repeating: 1 / Double(steps), count: steps),
        noise: PathNoise(seed: 3), samples: count, compute: Bench.compute)
      let ends = (0..<count).map { Double(rollout.values[$0 * (steps + 1) + steps]) }
      let mean = ends.reduce(0, +) / Double(count)
      return (mean, ends.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count))
    }
    let (coarse, fine) = (try moments(steps: 4), try moments(steps: 8))
    let truth = (mean: exp(-1.0), variance: sigma * sigma * (1 - exp(-2.0)) / 2)
    // Standard errors of mean and variance: 0.0008 and 0.0002, errors of the fine steps: 0.024 and 0.0027.
    let orders = [
      log2((coarse.mean - truth.mean) / (fine.mean - truth.mean)),
      log2((coarse.variance - truth.variance) / (fine.variance - truth.variance)),
    ]
    #expect(abs(orders[0] - 1.08) < 0.1, "\(orders)")
    #expect(abs(orders[1] - 1.1) < 0.35, "\(orders)")
  }

  @Test func bandsOfTheTrueProcessCoverItsPaths() throws {
    let (theta, sigma, starts, samples) = (1.0, 0.5, 400, 400)
    let pair = Bench.linear(
      [Float(-theta)], [0], diffusion: .constant, rawDiffusion: [Bench.raw(deviation: sigma)])
    let first = (0..<starts).map { Float($0) / Float(starts) }
    let steps = 100
    let times = (0...steps).map { Double($0) / Double(steps) }
    let paths = try ForecastEnsemble([pair]).forecast(
      starts: first, times: Array(repeating: times, count: starts), realisations: samples, seed: 8,
      compute: Bench.compute
    ).paths
    var inside = [0.5: 0, 0.9: 0]
    for start in 0..<starts {
      let truth = exact(theta: theta, sigma: sigma, start: Double(first[start]), step: 1, count: 1, seed: UInt64(start))
      let ends = (0..<samples).map { Double(paths[$0][start].last ?? 0) }.sorted()
      for share in inside.keys {
        let edge = Int((1 - share) / 2 * Double(samples))
        if truth[0] > ends[edge] && truth[0] < ends[samples - 1 - edge] { inside[share, default: 0] += 1 }
      }
    }
    for (share, count) in inside {
      // Four standard errors of a share of 400, and what a band of 400 samples lacks.
      let error = 4 * (share * (1 - share) / Double(starts)).squareRoot() + 0.01
      #expect(abs(Double(count) / Double(starts) - share) < error, "\(share): \(count)")
    }
  }
}
