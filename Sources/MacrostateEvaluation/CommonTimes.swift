/// The times at which several trajectories have frames, where these are the same for all.
///
/// Only what has passed since the first frame counts: pieces of one long run begin at different times.
struct CommonTimes {
  /// The times: those of the trajectories where all begin at the same, else the times since the first frame.
  let times: [Double]

  /// - Returns: `nil` where the trajectories have different times.
  init?(_ trajectories: [[Double]]) {
    guard let first = trajectories.first, let start = first.first, trajectories.allSatisfy({ Self.agree(first, $0) })
    else { return nil }
    times = trajectories.allSatisfy { $0.first == start } ? first : first.map { $0 - start }
  }

  /// Whether frames follow each other at the same distances in both, up to the rounding of times.
  static func agree(_ a: [Double], _ b: [Double]) -> Bool {
    guard a.count == b.count, let startOfA = a.first, let startOfB = b.first else { return false }
    guard a != b else { return true }
    let step = zip(a, a.dropFirst()).map { $1 - $0 }.min() ?? 0
    let tolerance = max(1e-6 * step, 4 * max(a.last?.magnitude ?? 0, b.last?.magnitude ?? 0).ulp)
    return zip(a, b).allSatisfy { abs(($0 - startOfA) - ($1 - startOfB)) <= tolerance }
  }
}
