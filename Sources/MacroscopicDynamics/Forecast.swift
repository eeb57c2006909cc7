/// Predicted macrostates of several trajectories, by several members or realisations.
public struct Forecast: Sendable {
  /// D.
  public let dimension: Int
  /// paths[p][m]: z of trajectory m on path p, `[frames, D]`; the paths of the first member come first.
  public let paths: [[[Float]]]
  /// Predictions that ran away; each stays at its last finite state. `sample` is the path.
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

  /// The paths that leave the range seen in training by more than `tolerance` of it: for each the first frame behind the
  /// start at which it does, and the first component that is outside there.
  ///
  /// - Parameters:
  ///   - scaling: what is known of the training macrostates.
  ///   - moving: M; constants, the components behind, cannot leave.
  public func departures(
    from scaling: MacrostateScaling, moving: Int, tolerance: Float = 0.1
  ) -> [Rollout.Divergence] {
    let d = dimension
    let margins = (0..<d).map { tolerance * (scaling.greatest[$0] - scaling.least[$0]) }
    let bounds = (0..<d).map { (scaling.least[$0] - margins[$0], scaling.greatest[$0] + margins[$0]) }
    return paths.enumerated().flatMap { sample, trajectories in
      trajectories.enumerated().compactMap { trajectory, path in
        let outside = path.indices.dropFirst(d).first { i in
          let (low, high) = bounds[i % d]
          return i % d < moving && (path[i] < low || path[i] > high)
        }
        return outside.map { .init(trajectory: trajectory, sample: sample, frame: $0 / d, component: $0 % d) }
      }
    }
  }

  private func statistics(_ trajectory: Int, _ component: Int, _ statistic: ([Double]) -> Double) -> [Double] {
    guard let first = paths.first else { return [] }
    return (0..<first[trajectory].count / dimension).map { frame in
      statistic(paths.map { Double($0[trajectory][frame * dimension + component]) })
    }
  }
}
