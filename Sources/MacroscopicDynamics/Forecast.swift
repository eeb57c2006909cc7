/// Predicted macrostates of several trajectories, by several members or realisations.
public struct Forecast: Sendable {
  /// D.
  public let dimension: Int
  /// paths[p][m]: z of trajectory m on path p, `[frames, D]`, the observables in `units`; the paths of the first member
  /// come first.
  public let paths: [[[Float]]]
  /// Predictions that ran away; each stays at its last finite state. `sample` is the path.
  public let divergences: [Rollout.Place]
  /// The units of the observables in z.
  public let units: ObservableUnits

  /// Component `component` of z of a trajectory at a frame on every path, in its own unit.
  public func values(_ trajectory: Int, frame: Int, _ component: Int) -> [Double] {
    paths.map { units.value($0[trajectory][frame * dimension + component], component) }
  }

  /// The mean over paths of one component of one trajectory, by frame, in its own unit.
  public func mean(_ trajectory: Int, _ component: Int) -> [Double] {
    guard let first = paths.first else { return [] }
    return (0..<first[trajectory].count / dimension).map { frame in
      values(trajectory, frame: frame, component).pathMean
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
  ) -> [Rollout.Place] {
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
}
