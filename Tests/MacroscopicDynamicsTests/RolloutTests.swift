import Foundation
import MacroscopicDynamics
import MacrostateCompute
import Testing

@Suite struct RolloutTests {
  /// The error at t = 1 of a rotation with decay, whose solution is known, in `steps` steps.
  private func error(_ integrator: DifferentialEquation.Integrator, steps: Int) throws -> Double {
    let (model, parameters) = Bench.linear([-0.5, -2, 2, -0.5], [0, 0], integrator: integrator)
    let rollout = try model.rollout(
      parameters, starts: [1, 0], steps: Array(repeating: 1 / Double(steps), count: steps), compute: Bench.compute)
    let (x, y) = (Double(rollout.series(0, 0)[steps]), Double(rollout.series(0, 1)[steps]))
    return hypot(x - exp(-0.5) * cos(2), y - exp(-0.5) * sin(2))
  }

  @Test func eulerConvergesWithOrderOne() throws {
    let order = log2(try error(.euler, steps: 128) / error(.euler, steps: 256))
    #expect(abs(order - 1) < 0.1, "\(order)")
  }

  @Test func rungeKuttaConvergesWithOrderFour() throws {
    let order = log2(try error(.rungeKutta4, steps: 4) / error(.rungeKutta4, steps: 8))
    #expect(abs(order - 4) < 0.3, "\(order)")
  }

  @Test func scalingIsUndoneInTheResult() throws {
    // dz/dt = −z in scaled units is dx/dt = −(x − mean) in those of the data.
    let data = Bench.trajectories([[[3], [7], [5]], [[9], [2]]], step: 0.5)
    let (model, parameters) = Bench.linear([-1], [0], scaling: MacrostateScaling(data))
    let scaling = model.scaling
    let rollout = try model.rollout(
      parameters, starts: [9], steps: [0.01], compute: Bench.compute)
    let expected = 9 - 0.01 * (9 - scaling.mean[0]) * scaling.driftUnit[0]
    #expect(abs(rollout.values[1] - expected) < 1e-5)
    #expect(rollout.values[0] == 9)
  }

  @Test func aRolloutThatRunsAwayIsReportedAndHeld() throws {
    // z₁ grows tenfold a step, z₀ stays: from 1, 1000 spreads are passed in step 3 (10⁰ → 10³).
    let (model, parameters) = Bench.linear([0, 0, 0, 9], [0, 0])
    let rollout = try model.rollout(
      parameters, starts: [0, 0, 0, 1, 0, 0.05], steps: [1, 1, 1, 1, 1], compute: Bench.compute)
    #expect(rollout.divergences.map { [$0.trajectory, $0.frame, $0.component] } == [[1, 3, 1], [2, 5, 1]])
    #expect(rollout.values.allSatisfy { $0.isFinite })
    #expect(rollout.series(1, 1) == [1, 10, 100, 100, 100, 100])
  }

  @Test func threadsDoNotChangeBits() throws {
    let (model, parameters) = Bench.linear(
      [-1, 0.2, 0, -1], [0, 0.1], diffusion: .lowerTriangular, rawDiffusion: [0.1, 0.5, 0.2])
    let starts = (0..<600).map { Float($0 % 7) / 7 }
    let results = try [1, 2].map { threads in
      try model.rollout(
        parameters, starts: starts, steps: [0.1, 0.2], noise: PathNoise(seed: 3),
        compute: Compute(Bench.kernels, threads: threads)
      ).values
    }
    #expect(results[0] == results[1])
  }

  @Test func forecastGroupsUnequalTimes() throws {
    let pair = Bench.linear([-1], [0])
    let times = [[0, 0.1, 0.2], [0, 0.5], [0, 0.1, 0.2], [1.0]]
    let forecast = try ForecastEnsemble([pair, Bench.linear([-2], [0])])
      .forecast(starts: [1, 2, 3, 4], times: times, compute: Bench.compute)
    let rates: [Float] = [1, 2]
    for (path, rate) in zip(forecast.paths, rates) {
      let (a, b) = (1 - 0.1 * rate, 1 - 0.5 * rate)
      let expected: [[Float]] = [[1, a, a * a], [2, 2 * b], [3, 3 * a, 3 * a * a], [4]]
      for (series, wanted) in zip(path, expected) {
        #expect(series.count == wanted.count)
        #expect(zip(series, wanted).allSatisfy { abs($0 - $1) < 1e-5 })
      }
    }
    #expect(abs(forecast.mean(1, 0)[1] - 0.5) < 1e-6)
  }

  @Test func anOrnsteinUhlenbeckProcessReachesItsStationaryState() throws {
    // z' = (1 − θΔt) z + σ√Δt η has the variance σ²Δt / (1 − (1 − θΔt)²), mean 0.4/θ.
    let (theta, sigma, dt) = (2.0, 0.7, 0.05)
    let (model, parameters) = Bench.linear(
      [Float(-theta)], [0.8], diffusion: .constant, rawDiffusion: [Bench.raw(deviation: sigma)])
    let count = 4000
    let rollout = try model.rollout(
      parameters, starts: Array(repeating: 0, count: count), steps: Array(repeating: dt, count: 100),
      noise: PathNoise(seed: 5), compute: Bench.compute)
    let last = (0..<count).map { Double(rollout.values[$0 * 101 + 100]) }
    let mean = last.reduce(0, +) / Double(count)
    let variance = last.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    let expected = sigma * sigma * dt / (1 - (1 - theta * dt) * (1 - theta * dt))
    #expect(abs(mean - 0.4) < 4 * (expected / Double(count)).squareRoot(), "\(mean)")
    #expect(abs(variance / expected - 1) < 4 * (2 / Double(count)).squareRoot(), "\(variance) \(expected)")
  }

  @Test func noiseOfALowerTriangularFactorIsCorrelated() throws {
    // L = [[1, 0], [0.5, √0.75]]: unit variances, correlation 0.5; rows of raw entries l00, l10, l11.
    let raw = [Bench.raw(deviation: 1), 0.5, Bench.raw(deviation: 0.75.squareRoot())]
    let (model, parameters) = Bench.linear([0, 0, 0, 0], [0, 0], diffusion: .lowerTriangular, rawDiffusion: raw)
    let count = 8000
    let rollout = try model.rollout(
      parameters, starts: Array(repeating: 0, count: 2 * count), steps: [0.25], noise: PathNoise(seed: 9),
      compute: Bench.compute)
    var moments = [0.0, 0.0, 0.0]
    for row in 0..<count {
      let (x, y) = (Double(rollout.values[row * 4 + 2]), Double(rollout.values[row * 4 + 3]))
      moments[0] += x * x / Double(count)
      moments[1] += y * y / Double(count)
      moments[2] += x * y / Double(count)
    }
    #expect(abs(moments[0] - 0.25) < 0.016)
    #expect(abs(moments[1] - 0.25) < 0.016)
    #expect(abs(moments[2] - 0.125) < 0.013)
  }
}
