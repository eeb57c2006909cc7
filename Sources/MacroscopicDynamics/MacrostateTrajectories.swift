/// Trajectories of macrostates z = [z̄, ẑ]: what the dynamics is learned from.
///
/// Trajectories may differ in length and in time step.
public struct MacrostateTrajectories: Sendable {
  /// D, observables first, closure variables behind them.
  public let dimension: Int
  /// The number of observables among the D components.
  public let observableCount: Int
  /// z of all frames, `[frames, D]`, trajectory after trajectory.
  public let values: [Float]
  /// The time of each frame.
  public let times: [Double]
  /// Trajectory m has the frames offsets[m] ..< offsets[m + 1].
  public let offsets: [Int]

  /// Trajectories of macrostates.
  public init(dimension: Int, observableCount: Int, values: [Float], times: [Double], offsets: [Int]) {
    precondition(values.count == times.count * dimension && offsets.last == times.count)
    self.dimension = dimension
    self.observableCount = observableCount
    self.values = values
    self.times = times
    self.offsets = offsets
  }

  /// The number of trajectories.
  public var count: Int { offsets.count - 1 }

  /// The frames of a trajectory.
  public func frames(of trajectory: Int) -> Range<Int> { offsets[trajectory]..<offsets[trajectory + 1] }

  /// z of a frame.
  public func value(_ frame: Int, _ component: Int) -> Float { values[frame * dimension + component] }

  /// z of a frame, all components.
  public func state(_ frame: Int) -> ArraySlice<Float> { values[frame * dimension..<(frame + 1) * dimension] }

  /// Frames that have a successor in their trajectory: the pairs (t, t + 1) for training.
  public var pairs: [Int] {
    (0..<count).flatMap { m in frames(of: m).dropLast() }
  }

  /// Frames with `length` successors in their trajectory.
  public func windows(length: Int) -> [Int] {
    (0..<count).flatMap { m in Array(frames(of: m).dropLast(length)) }
  }

  /// The same trajectories with the observables alone.
  public func withoutClosure() -> MacrostateTrajectories {
    let k = observableCount
    var kept: [Float] = []
    kept.reserveCapacity(times.count * k)
    for frame in times.indices { kept.append(contentsOf: values[frame * dimension..<frame * dimension + k]) }
    return MacrostateTrajectories(dimension: k, observableCount: k, values: kept, times: times, offsets: offsets)
  }
}
