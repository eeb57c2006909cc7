/// Frames that are not equally far apart in time, within one trajectory or more of a data set.
public struct UnevenTimes: Sendable, Equatable {
  /// The number of such trajectories.
  public private(set) var trajectoryCount = 0
  /// The number of the first of them.
  public private(set) var firstTrajectory = 0
  /// The least and the greatest time between two frames of them.
  public private(set) var least = Double.infinity
  public private(set) var greatest = 0.0
  /// The time from which on frames are equally far apart in all trajectories, where this is true of most frames.
  public private(set) var evenFrom: Double?

  /// The uneven trajectories of `dataset`; `nil` where there are none.
  public init?(_ dataset: Dataset) {
    self.init(trajectoryCount: dataset.trajectoryCount) { dataset.times(ofTrajectory: $0) }
  }

  /// The uneven ones among trajectories with these times; `nil` where there are none.
  public init?(trajectoryCount count: Int, times: (Int) -> [Double]) {
    var first: Int?
    var starts: [Double?] = []
    for m in 0..<count {
      let times = times(m)
      let steps = zip(times, times.dropFirst()).map { $1 - $0 }
      guard let last = steps.last else { continue }
      let tolerance = max(1e-6 * abs(last), 4 * (times.last?.magnitude ?? 0).ulp)
      guard let uneven = steps.lastIndex(where: { abs($0 - last) > tolerance }) else { continue }
      first = first ?? m
      trajectoryCount += 1
      least = min(least, steps.min() ?? 0)
      greatest = max(greatest, steps.max() ?? 0)
      let evenSteps = steps.count - uneven - 1
      starts.append(evenSteps > 1 && 2 * evenSteps > steps.count ? times[uneven + 1] : nil)
    }
    guard let first else { return nil }
    firstTrajectory = first
    // Where not all begin alike, no one time suits them.
    if trajectoryCount == count, let start = starts[0], starts.allSatisfy({ $0 == start }) { evenFrom = start }
  }

  /// What to tell a user.
  public var warning: String {
    let remedy =
      evenFrom.map { "'import --from \($0)' leaves out the frames before, if they are of a minimisation" }
      ?? "leave out frames that are no dynamics, such as those of a minimisation, if there are any"
    return "times between frames differ (\(least) to \(greatest)) within \(trajectoryCount) trajectories, the first of "
      + "them \(firstTrajectory), so that time steps are uneven: \(remedy)"
  }
}
