import MacroscopicDynamics
import MacrostateCompute
import Synchronization

/// The summary of the predictions of one test trajectory: their mean and bands, whether they hold the truth, and a few
/// paths.
package struct PathSummary: Sendable {
  /// The mean over all paths, `[frames, k]`.
  package var mean: [Double]
  /// The mean over the paths of each member, `[members][frames · k]`.
  package var memberMeans: [[Double]]
  /// The edges of the band that is drawn, `[frames, k]`.
  package var lower, upper: [Double]
  /// For each of `PathEnsemble.levels` whether the truth lies within the band, `[frames, k]`.
  package var covers: [[Bool]]
  /// Some paths, `[draws][frames · k]`; draw r of all trajectories together is one run of the whole ensemble.
  package var draws: [[Double]]
}

/// Predictions of many trajectories by all members and realisations of a model, a part of the trajectories in memory at
/// a time.
package struct PathEnsemble {
  /// The probabilities of the bands whose coverage is asked for.
  package static let levels = [0.5, 0.9]
  /// Paths of each start of a stochastic model at least: 90 % bands need 19, and their edges should not be the last
  /// few.
  package static let pathsPerStart = 100
  /// Paths that are kept.
  private static let keptDraws = 16
  /// Trajectories of a stochastic model in memory at once.
  private static let part = 64

  /// The summaries, in the order of the trajectories.
  package private(set) var summaries: [PathSummary] = []
  /// Predictions that ran away.
  package private(set) var divergences: [Rollout.Place] = []
  /// Paths of each start.
  package private(set) var pathCount = 0

  /// Predicts the first `components` components of z from `starts` `[trajectories, D]` at `times`, and compares with
  /// `truths`, `[frames, components]` each, in the components' own units.
  package init(
    _ ensemble: ForecastEnsemble, starts: [Float], times: [[Double]], truths: [[Double]], components: Int,
    compute: Compute
  ) throws {
    guard let d = ensemble.members.first?.dimension else { return }
    let isStochastic = ensemble.isStochastic
    let members = ensemble.members.count
    let realisations = isStochastic ? (Self.pathsPerStart + members - 1) / members : 1
    pathCount = members * realisations
    let part = isStochastic ? Self.part : max(times.count, 1)
    for first in stride(from: 0, to: times.count, by: part) {
      let range = first..<min(first + part, times.count)
      // Noise is named by the place of a trajectory in its part: parts need seeds of their own.
      let forecast = try ensemble.forecast(
        starts: Array(starts[range.lowerBound * d..<range.upperBound * d]), times: Array(times[range]),
        realisations: realisations, seed: UInt64(first / part), compute: compute)
      divergences += forecast.divergences.map { divergence in
        var moved = divergence
        moved.trajectory += first
        return moved
      }
      summaries += try Self.summaries(
        PathReduction(forecast: forecast, components: components, members: members, isStochastic: isStochastic),
        truths: Array(truths[range]), first: first, keptDraws: Self.keptDraws, pool: compute.pool)
    }
  }

  private static func summaries(
    _ reduction: PathReduction, truths: [[Double]], first: Int, keptDraws: Int, pool: WorkerPool
  ) throws -> [PathSummary] {
    let results = Mutex([PathSummary?](repeating: nil, count: truths.count))
    try pool.run(tasks: truths.count) { m in
      let summary = reduction.summary(m, truth: truths[m], offset: first, keptDraws: keptDraws)
      results.withLock { $0[m] = summary }
    }
    return results.withLock { $0.compactMap(\.self) }
  }
}

/// The paths of some trajectories, and how they become summaries.
private struct PathReduction: Sendable {
  let forecast: Forecast
  let components: Int
  let members: Int
  let isStochastic: Bool

  /// - Parameter offset: the number of trajectories before these.
  func summary(_ m: Int, truth: [Double], offset: Int, keptDraws: Int) -> PathSummary {
    let frames = truth.count / components
    var summary = PathSummary(
      mean: [], memberMeans: Array(repeating: [], count: members), lower: [], upper: [],
      covers: PathEnsemble.levels.map { _ in [] }, draws: draws(m, frames: frames, offset: offset, count: keptDraws))
    for frame in 0..<frames {
      for j in 0..<components {
        let values = forecast.values(m, frame: frame, j)
        let quantiles = PredictiveQuantiles(values)
        summary.mean.append(values.pathMean)
        for member in 0..<members {
          summary.memberMeans[member].append(values[member * realisations..<(member + 1) * realisations].pathMean)
        }
        // For an SDE the band holds 90 % of the paths, for an ODE all members of the ensemble.
        let drawn = quantiles.band(isStochastic ? 0.9 : 1)
        summary.lower.append(drawn.lowerBound)
        summary.upper.append(drawn.upperBound)
        for (place, level) in PathEnsemble.levels.enumerated() {
          summary.covers[place].append(quantiles.band(level).contains(truth[frame * components + j]))
        }
      }
    }
    return summary
  }

  /// Paths of each member.
  private var realisations: Int { forecast.paths.count / members }

  /// Draw r takes the r-th realisation of the members by turns, so that every draw is one of the whole ensemble.
  private func draws(_ m: Int, frames: Int, offset: Int, count: Int) -> [[Double]] {
    (0..<(isStochastic ? min(count, realisations) : members)).map { r in
      let path = isStochastic ? (offset + m + r) % members * realisations + r : r
      let z = forecast.paths[path][m]
      return (0..<frames).flatMap {
        forecast.units.values(z[$0 * forecast.dimension..<$0 * forecast.dimension + components])
      }
    }
  }
}
