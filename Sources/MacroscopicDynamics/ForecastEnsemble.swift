import MacrostateAutodiff
import MacrostateParallel

/// Several dynamics models of one kind, trained from different seeds: the spread of their predictions is the error bar of
/// a deterministic prediction.
public struct ForecastEnsemble: Sendable {
  /// The members: a model and its parameters.
  public let members: [(model: DynamicsModel, parameters: Parameters)]

  /// An ensemble of these members.
  public init(_ members: [(model: DynamicsModel, parameters: Parameters)]) { self.members = members }

  /// Rolls out every member from every start.
  ///
  /// - Parameters:
  ///   - starts: z₀, `[trajectories, D]`.
  ///   - times: the frame times of each trajectory, its start included.
  ///   - realisations: for SDEs, how many paths of each member; 1 path without noise for ODEs.
  ///   - seed: names the noise.
  public func forecast(
    starts: [Float], times: [[Double]], realisations: Int = 1, seed: UInt64 = 0, kernels: Kernels, pool: WorkerPool
  ) throws -> Forecast {
    guard let first = members.first else { return Forecast(dimension: 0, paths: [], divergences: []) }
    let d = first.model.shape.dimension
    var paths: [[[Float]]] = []
    var divergences: [Rollout.Divergence] = []
    // Trajectories with the same times are rolled out together.
    let groups = Dictionary(grouping: times.indices) { times[$0] }.sorted { $0.value[0] < $1.value[0] }
    for (model, parameters) in members {
      for realisation in 0..<(model.isStochastic ? realisations : 1) {
        var series = [[Float]](repeating: [], count: times.count)
        for (times, trajectories) in groups {
          let rollout = try model.rollout(
            parameters, starts: trajectories.flatMap { starts[$0 * d..<($0 + 1) * d] },
            steps: zip(times, times.dropFirst()).map { $1 - $0 },
            noise: model.isStochastic ? (seed: seed, realisation: realisation) : nil, kernels: kernels, pool: pool)
          for (i, trajectory) in trajectories.enumerated() {
            series[trajectory] = Array(rollout.values[i * rollout.frames * d..<(i + 1) * rollout.frames * d])
          }
          divergences += rollout.divergences.map {
            .init(trajectory: trajectories[$0.trajectory], frame: $0.frame, component: $0.component)
          }
        }
        paths.append(series)
      }
    }
    return Forecast(dimension: d, paths: paths, divergences: divergences)
  }
}

/// Predicted macrostates of several trajectories, by several members or realisations.
public struct Forecast: Sendable {
  /// D.
  public let dimension: Int
  /// paths[p][m]: z of trajectory m on path p, `[frames, D]`.
  public let paths: [[[Float]]]
  /// Predictions that ran away.
  public let divergences: [Rollout.Divergence]

  /// The mean over paths of one component of one trajectory, by frame.
  public func mean(_ trajectory: Int, _ component: Int) -> [Double] {
    statistics(trajectory, component) { $0.reduce(0, +) / Double($0.count) }
  }

  /// The `quantile` (0 … 1) over paths of one component of one trajectory, by frame; linear between order statistics.
  public func quantile(_ quantile: Double, _ trajectory: Int, _ component: Int) -> [Double] {
    statistics(trajectory, component) { values in
      let sorted = values.sorted()
      let place = quantile * Double(sorted.count - 1)
      let low = Int(place)
      let high = min(low + 1, sorted.count - 1)
      return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
    }
  }

  private func statistics(_ trajectory: Int, _ component: Int, _ statistic: ([Double]) -> Double) -> [Double] {
    guard let first = paths.first else { return [] }
    return (0..<first[trajectory].count / dimension).map { frame in
      statistic(paths.map { Double($0[trajectory][frame * dimension + component]) })
    }
  }
}
