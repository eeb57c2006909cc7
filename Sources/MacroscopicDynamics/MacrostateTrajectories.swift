import Foundation

/// Trajectories of macrostates z = [z̄, ẑ]: what the dynamics is learned from.
///
/// Trajectories may differ in length and in time step.
public struct MacrostateTrajectories: Sendable {
  /// The layout of z, of D components.
  public let macrostate: Macrostate
  /// D.
  public let dimension: Int
  /// z of all frames, `[frames, D]`, trajectory after trajectory.
  public let values: [Float]
  /// The time of each frame.
  public let times: [Double]
  /// Trajectory m has the frames offsets[m] ..< offsets[m + 1].
  public let offsets: [Int]

  /// Trajectories of macrostates.
  public init(_ macrostate: Macrostate, values: [Float], times: [Double], offsets: [Int]) {
    self.macrostate = macrostate
    dimension = macrostate.dimension
    precondition(values.count == times.count * dimension && offsets.last == times.count)
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

  /// The median time step. Where the times are multiples of a step of few digits, such as 0.05, it is that step: their
  /// differences are only known up to the rounding of the times.
  public var typicalStep: Double {
    let first = pairs.prefix(10_000)
    let steps = first.map { times[$0 + 1] - times[$0] }.sorted()
    guard !steps.isEmpty else { return 0 }
    let median = steps[steps.count / 2]
    let rounding = first.reduce(0) { max($0, abs(times[$1]).ulp, abs(times[$1 + 1]).ulp) }
    let short = (0..<12).lazy.compactMap { Double(String(format: "%.\($0)e", median)) }
    return short.first { abs($0 - median) <= rounding } ?? median
  }

  /// Frames with `length` successors in their trajectory, as many as there are; with a `framePower` p above 1 early ones
  /// stand there more often (`earlyIndices`).
  public func windows(length: Int, framePower: Double = 1) -> [Int] {
    (0..<count).flatMap { m in
      let starts = frames(of: m).dropLast(length)
      return earlyIndices(count: starts.count, power: framePower).map { starts.startIndex + $0 }
    }
  }

  /// The same trajectories with the observables and what does not change.
  public func withoutClosure() -> MacrostateTrajectories {
    selecting(macrostate.componentsWithoutClosure)
  }

  /// The same trajectories with some components of z, observables before closure variables before constants.
  public func selecting(_ components: [Int]) -> MacrostateTrajectories {
    var kept: [Float] = []
    kept.reserveCapacity(times.count * components.count)
    for frame in times.indices { for j in components { kept.append(values[frame * dimension + j]) } }
    return MacrostateTrajectories(
      macrostate.selecting(components), values: kept, times: times, offsets: offsets)
  }
}

/// ⌊count · ((i + ½)/count)ᵖ⌋ for i in 0 ..< count: all of them for p = 1; for p above 1 early ones more than once and
/// some late ones not at all, as if drawn at the share uᵖ, u uniform.
public func earlyIndices(count: Int, power: Double) -> [Int] {
  guard power != 1 else { return Array(0..<count) }
  return (0..<count).map { min(count - 1, Int(Double(count) * pow((Double($0) + 0.5) / Double(count), power))) }
}
