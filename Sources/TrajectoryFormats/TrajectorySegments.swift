import Foundation
import MacrostateStorage
import Microstates

/// The trajectories of another source, each cut into segments of consecutive frames, which are trajectories with their own
/// times: they train, validate and test, and spread over shards. No frame is in two of them, and no pair of frames goes
/// over a cut.
public struct TrajectorySegments: TrajectorySourceView {
  let source: any TrajectorySource
  private let count: Int
  /// The first frame of each segment, and the one after the last, `[trajectories][count + 1]`.
  private let starts: [[Int]]

  /// `count` segments of each trajectory of `source`, as long as each other but for a frame.
  ///
  /// - Parameter firstTime: the time before which frames are left out; nil for all frames.
  /// - Throws: `MacrostateError` of kind `usage` where a segment would have less than two frames; as the source does, whose
  ///   frames are counted.
  public init(_ source: any TrajectorySource, count: Int, from firstTime: Double? = nil) throws {
    self.source = source
    self.count = count
    starts = try (0..<source.trajectoryCount).map { m in
      let frameCount = try source.frameCount(ofTrajectory: m)
      let first = try firstTime.map { try Self.frame(at: $0, of: m, source) } ?? 0
      guard frameCount - first >= 2 * count else {
        let place = firstTime == nil ? "" : " from there on"
        throw MacrostateError(
          .usage,
          "\(source.name): trajectory \(m) has \(frameCount - first) frames\(place), too few for \(count) segments of "
            + "two or more; ask for fewer (--segments)")
      }
      return (0...count).map { first + (frameCount - first) * $0 / count }
    }
  }

  /// The number of frames of trajectory m before `time`.
  private static func frame(at time: Double, of m: Int, _ source: any TrajectorySource) throws -> Int {
    let stream = try source.frames(ofTrajectory: m)
    var number = 0
    while let frame = try stream.next(), frame.time < time { number += 1 }
    return number
  }

  public func frames(ofTrajectory m: Int, from first: Int) throws -> FrameStream {
    let ends = starts[m / count][(m % count)...]
    let length = ends[ends.startIndex + 1] - ends[ends.startIndex]
    return try source.frames(ofTrajectory: m / count, from: ends[ends.startIndex] + min(first, length))
      .frames(from: 0, count: max(0, length - first))
  }

  public func frameCount(ofTrajectory m: Int) -> Int { starts[m / count][m % count + 1] - starts[m / count][m % count] }

  public var trajectoryCount: Int { source.trajectoryCount * count }
  public var typicalFrameCount: Int { frameCount(ofTrajectory: 0) }
  public var estimatedFrameCount: Int { typicalFrameCount }
  public var settings: [String: StoredSetting] {
    source.settings.merging(["segments": .number(Double(count))]) { $1 }
  }
}
