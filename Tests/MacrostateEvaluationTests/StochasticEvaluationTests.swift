import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import MacrostateEvaluation
import MacrostateStorage
import Microstates
import TestSupport
import Testing

/// Ornstein–Uhlenbeck processes, whose every distribution is normal: what bands must cover is known.
@Suite struct StochasticEvaluationTests {
  private static let runs = 400
  private static let steps = 24
  private static let step = 0.1

  /// dz = −z dt + Σ dW in two components, the second noisier than the first and correlated with it.
  private let model: DifferentialEquation
  private let ensemble: ForecastEnsemble
  private let pool = WorkerPool(threads: 2)
  private let starts: [Float]

  init() throws {
    let frames: [Float] = [-1, -1, 1, 1]
    var scaling = MacrostateScaling(
      MacrostateTrajectories(
        Macrostate(observableCount: 2, closureCount: 0), values: frames, times: [0, 1], offsets: [0, 2]))
    scaling.driftUnit = [1, 1]
    scaling.noiseUnit = [1, 1]
    model = DifferentialEquation(
      .init(
        dimension: 2, widths: [], activation: .identity, integrator: .euler, diffusion: .lowerTriangular,
        diffusionWidths: []), scaling: scaling)
    let parameters = model.initialParameters(seed: 1, member: 0)
    for weight in parameters.layout.weights {
      parameters[weight] =
        parameters.layout.name(of: weight) == "drift.0.weight" ? [-1, 0, 0, -1] : Array(repeating: 0, count: 6)
    }
    for bias in parameters.layout.biases {
      parameters[bias] = parameters.layout.name(of: bias) == "drift.0.bias" ? [0, 0] : [-2, 0.1, -1.2]
    }
    ensemble = ForecastEnsemble([(model, parameters)])
    starts = (0..<Self.runs).flatMap { i -> [Float] in
      let place = (x: i % 20, y: i / 20)
      return [Float(place.x) / 20, Float(place.y) / 20 - 0.5]
    }
  }

  private var times: [Double] { (0...Self.steps).map { Double($0) * Self.step } }

  /// Runs of the process with `factor` times its noise: the process is linear, so that a run is its mean plus noise.
  private func runs(seed: UInt64, factor: Float = 1) throws -> [[Double]] {
    func paths(noise: Bool) throws -> [Float] {
      try model.rollout(
        ensemble.members[0].parameters, starts: starts, steps: Array(repeating: Self.step, count: Self.steps),
        noise: noise ? PathNoise(seed: seed) : nil, compute: Compute(pool: pool)
      ).values
    }
    let (noisy, mean) = (try paths(noise: true), try paths(noise: false))
    let values = zip(noisy, mean).map { Double($1 + factor * ($0 - $1)) }
    let width = 2 * (Self.steps + 1)
    return (0..<Self.runs).map { Array(values[$0 * width..<($0 + 1) * width]) }
  }

  /// A data set whose observables are these runs.
  private func dataset(
    _ url: URL, _ runs: [[Double]], halfLength: (Int) -> Double = Double.init
  ) throws -> Dataset {
    let description = DatasetDescription(
      dimension: 1, observables: ["x", "y"].map { ObservableDescription(name: $0) }, parameterNames: ["half_l"],
      generator: .init(name: "test"), programVersion: "1")
    try DatasetWriter(
      url, description: description, plan: DatasetPlan(trajectoryCount: runs.count, trajectoriesPerShard: 999)
    )
    .writeMissingShards { m in
      Trajectory(
        frames: times.indices.map { t in
          Trajectory.Frame(time: times[t], positions: [[0]], observables: Array(runs[m][2 * t..<2 * t + 2]))
        }, parameters: [halfLength(m)])
    }
    return try Dataset.open(url)
  }

  private func evaluate(
    _ truths: [[Double]], twins: [[Double]]? = nil, independents: [[Double]]? = nil,
    halfLength: (Int) -> Double = Double.init, times: [[Double]]? = nil, pool: WorkerPool? = nil,
    by model: ForecastEnsemble? = nil
  ) throws -> StochasticResult {
    let folder = try TemporaryFolder()
    let regime = TestRegime(
      name: "in-dst", dataset: try dataset(folder.file("test"), truths, halfLength: halfLength),
      trajectories: Array(truths.indices), twins: try twins.map { try dataset(folder.file("twins"), $0) },
      independents: try independents.map { try dataset(folder.file("independents"), $0) })
    let pool = pool ?? self.pool
    let times = times ?? Array(repeating: self.times, count: truths.count)
    let paths = try PathEnsemble(
      model ?? ensemble, starts: Array(starts.prefix(2 * truths.count)), times: times, truths: truths, components: 2,
      compute: Compute(pool: pool))
    return try StochasticEvaluation(
      regime: regime, names: ["x", "y"], trajectories: regime.trajectories, times: times, truths: truths,
      compute: Compute(pool: pool)
    ).run(paths, withoutClosure: nil)
  }

  /// The probability that c times a normal number lies in the central band of the normal distribution.
  private func expected(_ level: Double, factor: Double) -> Double {
    let edge = level == 0.5 ? 0.67449 : 1.64485
    return erf(edge / factor / 2.0.squareRoot())
  }

  @Test(arguments: [0.5, 1, 2]) func bandsCoverWhatTheProcessSays(factor: Double) throws {
    let result = try evaluate(try runs(seed: 77, factor: Float(factor)))
    #expect(result.paths == 100 && result.coverage.map(\.observable) == ["x", "y"])
    for coverage in result.coverage {
      #expect(coverage.times == Array(times.dropFirst()))
      for band in coverage.bands {
        let expected = expected(band.level, factor: factor)
        // 400 runs with a memory of 10 of 24 steps are worth some 800 values.
        #expect(abs(band.overall - expected) < 4 * (expected * (1 - expected) / 800).squareRoot(), "\(band.level)")
        let error = (expected * (1 - expected) / 400).squareRoot()
        #expect(band.overTime.allSatisfy { abs($0 - expected) < 5 * error })
        #expect(abs(band.overTime.reduce(0, +) / Double(Self.steps) - band.overall) < 1e-12)
      }
    }
    let warned = result.warnings.contains { $0.contains("90 % bands of x") }
    #expect(warned == (factor != 1))
  }

  /// What does not vary is held by bands without a width.
  @Test func bandsOfWhatDoesNotVaryAreNotTooWide() throws {
    var scaling = model.scaling
    (scaling.driftUnit[1], scaling.noiseUnit[1]) = (0, 0)
    let constant = ForecastEnsemble([
      (DifferentialEquation(model.shape, scaling: scaling), ensemble.members[0].parameters)
    ])
    let truths = try runs(seed: 78).map { run in run.indices.map { $0 % 2 == 0 ? run[$0] : run[1] } }
    let result = try evaluate(truths, by: constant)
    #expect(result.coverage[1].overall(0.9) == 1)
    #expect(!result.warnings.contains { $0.contains("bands of y") }, "\(result.warnings)")
  }

  @Test func aModelThatIsTheProcessIsAtTheFloor() throws {
    let result = try evaluate(try runs(seed: 1), twins: try runs(seed: 2), independents: try runs(seed: 3).reversed())
    let model = try #require(result.discrepancy)
    let twins = try #require(result.twinFloor)
    let independents = try #require(result.independentFloor)
    #expect(model.times == Array(times.dropFirst()) && result.withoutClosure == nil)
    #expect(model.published.allSatisfy { $0 > 0 })
    #expect(abs(model.meanPublished / twins.meanPublished - 1) < 0.2)
    #expect(abs(model.meanUnbiased) < 3e-4 && abs(twins.meanUnbiased) < 5e-4 && abs(independents.meanUnbiased) < 1e-3)
    let noisier = try #require(try evaluate(try runs(seed: 1, factor: 2)).discrepancy)
    #expect(noisier.meanPublished > 3 * model.meanPublished && noisier.meanUnbiased > 5e-3)
  }

  @Test func casesAreGroupsOfEqualParameters() throws {
    let truths = try runs(seed: 5)
    let result = try evaluate(truths) { $0 % 2 == 0 ? 16 : 12 }
    #expect(result.cases.map(\.name) == ["half_l = 12", "half_l = 12", "half_l = 16", "half_l = 16"])
    #expect(result.cases.map(\.observable) == ["x", "y", "x", "y"])
    let first = try #require(result.cases.first)
    #expect(first.runs == 200 && first.predictedRuns == 200 * 16 && first.times == times)
    let last = stride(from: 1, to: truths.count, by: 2).map { truths[$0][2 * Self.steps] }
    #expect(first.truth.median.last == PredictiveQuantiles(last).quantile(0.5))
    for bands in [first.truth, first.prediction] {
      #expect(
        bands.lower90.indices.allSatisfy { t in
          bands.lower90[t] <= bands.lower50[t] && bands.lower50[t] <= bands.median[t]
            && bands.median[t] <= bands.upper50[t] && bands.upper50[t] <= bands.upper90[t]
        })
    }
    let wanted = TestCases(names: ["seed", "half_l"], parameters: (0..<9).map { ["seed": Double($0), "half_l": 12] })
    #expect(wanted.groups == [.init(name: "all runs", members: Array(0..<9))])
  }

  /// Pieces of one long run begin at different times.
  @Test func timesCountFromTheFirstFrame() throws {
    let (truths, twins) = (Array(try runs(seed: 6).prefix(20)), Array(try runs(seed: 7).prefix(20)))
    let together = try evaluate(truths, twins: twins)
    // Times as products of steps are rounded.
    let pieces = truths.indices.map { m in (0...Self.steps).map { Double(1500 * m + 100 * $0) * 0.001 } }
    let apart = try evaluate(truths, twins: twins, times: pieces)
    let discrepancy = try #require(apart.discrepancy)
    #expect(discrepancy.published == together.discrepancy?.published)
    #expect(apart.twinFloor?.published == together.twinFloor?.published && apart.twinFloor != nil)
    #expect(zip(discrepancy.times, times.dropFirst()).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(apart.coverage.map(\.bands) == together.coverage.map(\.bands))
    #expect(apart.cases.map(\.truth) == together.cases.map(\.truth) && !apart.cases.isEmpty)
    #expect(!apart.warnings.contains { $0.contains("different times") })
    // None from zero: times are still those since the start.
    let late = try #require(try evaluate(truths, times: pieces.map { $0.map { $0 + 3 } }).discrepancy)
    #expect(abs(late.times[0] - Self.step) < 1e-12)
    var uneven = pieces
    uneven[1][3] += 0.01
    let different = try evaluate(truths, times: uneven)
    #expect(different.discrepancy == nil && different.warnings.contains { $0.contains("different times") })
  }

  @Test func theSameOnOneThread() throws {
    let truths = Array(try runs(seed: 8).prefix(70))
    let one = try evaluate(truths, pool: WorkerPool(threads: 1))
    #expect(try JSONFile.text(one) == JSONFile.text(try evaluate(truths)))
  }

  @Test func floorsThatDoNotFitAreRefused() throws {
    let truths = try runs(seed: 9)
    func message(twins: [[Double]]? = nil, independents: [[Double]]? = nil) -> String? {
      let error = #expect(throws: MacrostateError.self) {
        try evaluate(truths, twins: twins, independents: independents)
      }
      return error?.kind == .badData ? error?.message : nil
    }
    #expect(message(twins: Array(truths.prefix(7)))?.contains("7 twins for 400 runs of the test 'in-dst'") == true)
    // The same runs in another order: others start where these do.
    let shifted = message(twins: Array(truths.dropFirst() + truths.prefix(1))) ?? ""
    for part in ["/twins: run 0 begins with x = 0.05", "trajectory 0 of", "/test with 0.0", "data.independents"] {
      #expect(shifted.contains(part), "\(part): \(shifted)")
    }
    #expect(message(independents: Array(truths.prefix(1)))?.contains("one run is no distribution") == true)
    // The distance of runs from themselves is 0, and no floor.
    #expect(message(twins: truths)?.contains("are those of the test 'in-dst' themselves") == true)
    #expect(message(independents: truths)?.contains("give other runs") == true)
  }
}
