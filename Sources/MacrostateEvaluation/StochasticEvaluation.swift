import Foundation
import MacrostateCompute
import MacrostateStorage
import Microstates
import Synchronization

/// Compares the distribution of predicted runs with that of true runs: MMD over time with its floors, coverage, bands.
package struct StochasticEvaluation {
  /// Whole draws of the ensemble that an MMD is averaged over: each is as the published figure is made.
  private static let draws = 8
  /// Observables that bands are drawn of.
  private static let drawnObservables = 4

  let regime: TestRegime
  /// The names of the k values.
  let names: [String]
  let trajectories: [Int]
  /// The true values of each trajectory, `[frames, k]`.
  let truths: [[Double]]
  let compute: Compute

  package init(
    regime: TestRegime, names: [String], trajectories: [Int], times: [[Double]], truths: [[Double]], compute: Compute
  ) {
    self.regime = regime
    self.names = names
    self.trajectories = trajectories
    commonTimes = CommonTimes(times)?.times
    self.truths = truths
    self.compute = compute
  }

  private var k: Int { names.count }

  /// The times of all trajectories; nil where they differ.
  private let commonTimes: [Double]?

  /// The comparison of the predictions `ensemble`, and of those without ẑ.
  package func run(_ ensemble: PathEnsemble, withoutClosure: PathEnsemble?) throws -> StochasticResult {
    let coverage = coverage(ensemble)
    return StochasticResult(
      paths: ensemble.pathCount, discrepancy: try discrepancy(ensemble),
      withoutClosure: try withoutClosure.flatMap(discrepancy),
      twinFloor: try regime.twins.flatMap { try floor($0, wantsSameStarts: true) },
      independentFloor: try regime.independents.flatMap { try floor($0, wantsSameStarts: false) },
      coverage: coverage, cases: cases(ensemble),
      warnings: [discrepancyWarning].compactMap(\.self)
        + coverage.indices.compactMap { warning(coverage[$0], $0, ensemble) })
  }

  // MARK: MMD

  /// Why MMD says little here; nil where its widths suit the values.
  private var discrepancyWarning: String? {
    guard commonTimes != nil else { return "test trajectories have different times: no MMD, no bands over time" }
    let last = truths.compactMap { $0.count >= k ? Array($0.suffix(k)) : nil }
    let spreads = (0..<k).map { j in TrajectoryStatistics(last.map { $0[j] }).spread }
    let widths = MaximumMeanDiscrepancy.publishedBandwidths
    guard let least = spreads.min(), let greatest = spreads.max(), let narrow = widths.min(), let wide = widths.max(),
      greatest > 4 * wide || (least < narrow / 4 && greatest > 0)
    else { return nil }
    return "the runs spread by \(number(least)) to \(number(greatest)) at the end, which the widths of MMD's kernels "
      + "(\(narrow) to \(wide), in the observables' own units) do not suit: trust the coverage rather than MMD, or "
      + "change the units"
  }

  private func number(_ value: Double) -> String { String(format: "%.2g", value) }

  private func discrepancy(_ ensemble: PathEnsemble) throws -> DiscrepancyCurve? {
    let draws = ensemble.summaries.map(\.draws.count).min() ?? 0
    let curves = try (0..<min(draws, Self.draws)).compactMap { r in
      try curve(ensemble.summaries.map { $0.draws[r] }, truths)
    }
    guard var mean = curves.first else { return nil }
    for curve in curves.dropFirst() {
      mean.published = zip(mean.published, curve.published).map(+)
      mean.unbiased = zip(mean.unbiased, curve.unbiased).map(+)
    }
    mean.published = mean.published.map { $0 / Double(curves.count) }
    mean.unbiased = mean.unbiased.map { $0 / Double(curves.count) }
    return mean
  }

  /// MMD² between the true runs here and those of `other`.
  private func floor(_ other: Dataset, wantsSameStarts: Bool) throws -> DiscrepancyCurve? {
    guard let commonTimes, !other.observables.isEmpty else { return nil }
    let path = other.url.path
    guard other.observables.map(\.name) == names else {
      throw MacrostateError(
        .badData, "\(path): its observables are \(other.observables.map(\.name)), those of the test are \(names)")
    }
    let all = Array(0..<other.trajectoryCount)
    guard all.allSatisfy({ CommonTimes.agree(commonTimes, other.times(ofTrajectory: $0)) }) else {
      throw MacrostateError(
        .badData, "\(path): its frames have other times than those of the test '\(regime.name)'; compare equal times")
    }
    guard !wantsSameStarts || all.count == trajectories.count else {
      throw MacrostateError(
        .badData,
        "\(path): \(all.count) twins for \(trajectories.count) runs of the test '\(regime.name)'; twins are one run more "
          + "from each start (data.independents takes any number from other starts)")
    }
    if wantsSameStarts { try checkStarts(other) }
    guard all.count > 1 else { throw MacrostateError(.badData, "\(path): one run is no distribution; give more") }
    let runs = all.map { other.observables(ofTrajectory: $0) }
    guard runs != truths else {
      throw MacrostateError(
        .badData,
        "\(path): its runs are those of the test '\(regime.name)' themselves, at no distance from them; give other runs"
      )
    }
    return try curve(runs, truths)
  }

  /// Refuses twins whose observables begin elsewhere: they are those of other runs. Equal positions give observables that
  /// are equal up to rounding.
  private func checkStarts(_ twins: Dataset) throws {
    for j in 0..<k {
      let values = truths.flatMap { truth in stride(from: j, to: truth.count, by: k).map { truth[$0] } }
      let tolerance = 1e-4 * ((values.max() ?? 0) - (values.min() ?? 0))
      for (twin, trajectory) in trajectories.enumerated() {
        let others = twins.observables(ofFrame: twins.frames(ofTrajectory: twin).lowerBound)[j]
        let own = truths[twin][j]
        guard abs(own - others) > tolerance else { continue }
        throw MacrostateError(
          .badData,
          "\(twins.url.path): run \(twin) begins with \(names[j]) = \(others), and trajectory \(trajectory) of "
            + "\(regime.dataset.url.path) with \(own); twins begin where the runs of the test '\(regime.name)' do "
            + "(data.independents takes runs from other starts)")
      }
    }
  }

  /// MMD² at every time after the start between runs x and y, each `[frames, k]`; nil where they cannot be compared.
  private func curve(_ x: [[Double]], _ y: [[Double]]) throws -> DiscrepancyCurve? {
    guard let commonTimes, x.count > 1, y.count > 1 else { return nil }
    let (k, kernels) = (k, compute.kernels)
    let steps = commonTimes.count - 1
    let estimates = Mutex([MaximumMeanDiscrepancy.Estimate](repeating: .init(published: 0, unbiased: 0), count: steps))
    try compute.pool.run(tasks: steps) { step in
      func values(_ runs: [[Double]]) -> [Double] { runs.flatMap { $0[(step + 1) * k..<(step + 2) * k] } }
      let estimate = MaximumMeanDiscrepancy(kernels: kernels).compare(values(x), values(y), dimension: k)
      estimates.withLock { $0[step] = estimate }
    }
    let found = estimates.withLock { $0 }
    return DiscrepancyCurve(
      times: Array(commonTimes.dropFirst()), published: found.map(\.published), unbiased: found.map(\.unbiased))
  }

  // MARK: Coverage

  private func coverage(_ ensemble: PathEnsemble) -> [ObservableCoverage] {
    let steps = commonTimes.map { Array($0.dropFirst()) } ?? []
    return names.indices.map { j in
      ObservableCoverage(
        observable: names[j], times: steps,
        bands: PathEnsemble.levels.indices.map { place in
          let hits = ensemble.summaries.map { summary in
            // The start is given, and always covered.
            stride(from: k + j, to: summary.covers[place].count, by: k).map { summary.covers[place][$0] ? 1.0 : 0 }
          }
          let count = hits.reduce(0) { $0 + $1.count }
          return .init(
            level: PathEnsemble.levels[place],
            overall: hits.reduce(0) { $0 + $1.reduce(0, +) } / Double(max(count, 1)),
            overTime: steps.indices.map { t in hits.reduce(0) { $0 + $1[t] } / Double(max(hits.count, 1)) })
        })
    }
  }

  /// Whether bands of 90 % are far from what they promise.
  private func warning(_ coverage: ObservableCoverage, _ j: Int, _ ensemble: PathEnsemble) -> String? {
    guard let share = coverage.overall(0.9), !(0.8...0.97).contains(share) else { return nil }
    // What does not vary is predicted by bands without a width, which hold it always.
    let havePoints = ensemble.summaries.allSatisfy { summary in
      stride(from: j, to: summary.lower.count, by: k).allSatisfy { summary.lower[$0] == summary.upper[$0] }
    }
    guard share < 0.9 || !havePoints else { return nil }
    return
      "the 90 % bands of \(coverage.observable) hold \(String(format: "%.1f", 100 * share)) % of the true values: they "
      + "are too \(share < 0.9 ? "narrow" : "wide")"
  }

  // MARK: Bands

  private func cases(_ ensemble: PathEnsemble) -> [EnsembleCase] {
    guard let commonTimes else { return [] }
    return TestCases(regime.dataset, trajectories).groups.flatMap { group in
      names.indices.prefix(Self.drawnObservables).map { j in
        let predicted = group.members.flatMap { ensemble.summaries[$0].draws }
        return EnsembleCase(
          name: group.name, observable: names[j], runs: group.members.count, predictedRuns: predicted.count,
          times: commonTimes,
          truth: bands(commonTimes.indices.map { t in group.members.map { truths[$0][t * k + j] } }),
          prediction: bands(commonTimes.indices.map { t in predicted.map { $0[t * k + j] } }))
      }
    }
  }

  private func bands(_ samples: [[Double]]) -> EnsembleCase.Bands {
    let quantiles = samples.map { PredictiveQuantiles($0) }
    func series(_ probability: Double) -> [Double] { quantiles.map { $0.quantile(probability) } }
    return .init(
      median: series(0.5), lower50: series(0.25), upper50: series(0.75), lower90: series(0.05), upper90: series(0.95))
  }
}
