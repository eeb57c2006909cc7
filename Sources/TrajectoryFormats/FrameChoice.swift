import Microstates

/// The frames of another source's trajectories from the number `first` to `last`, every so many of them.
public struct FrameChoice: TrajectorySourceView {
  let source: any TrajectorySource
  private let first: Int
  private let last: Int?
  private let step: Int

  /// Some frames of `source`.
  ///
  /// - Parameters:
  ///   - first: the number of the first frame, from 0.
  ///   - last: the number of the last frame; nil for that of the trajectory.
  ///   - step: the distance from a frame to the next, at least 1.
  public init(_ source: any TrajectorySource, from first: Int = 0, through last: Int? = nil, every step: Int = 1) {
    (self.source, self.first, self.last, self.step) = (source, max(0, first), last, max(1, step))
  }

  public func frames(ofTrajectory m: Int, from start: Int) throws -> FrameStream {
    let begin = first + start * step
    return try source.frames(ofTrajectory: m, from: begin)
      .frames(from: 0, count: last.map { max(0, $0 - begin + 1) } ?? .max)
      .compactMap { frame, number in number % step == 0 ? frame : nil }
  }

  public func frameCount(ofTrajectory m: Int) throws -> Int { chosenCount(of: try source.frameCount(ofTrajectory: m)) }

  private func chosenCount(of count: Int) -> Int {
    let end = min(count, last.map { $0 + 1 } ?? count)
    return end > first ? (end - first - 1) / step + 1 : 0
  }

  public var typicalFrameCount: Int { max(1, chosenCount(of: source.typicalFrameCount)) }
  public var estimatedFrameCount: Int { max(1, chosenCount(of: source.estimatedFrameCount)) }

  public var settings: [String: StoredSetting] {
    var settings = source.settings
    if first > 0 { settings["first frame"] = .number(Double(first)) }
    if let last { settings["last frame"] = .number(Double(last)) }
    if step > 1 { settings["every"] = .number(Double(step)) }
    return settings
  }
}
