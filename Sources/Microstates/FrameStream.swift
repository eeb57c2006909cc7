/// The frames of one trajectory, one after the other in the order of time, so that the trajectory need never be in memory
/// as a whole.
///
/// A stream is read once, by one thread: who has taken frames from it has taken them from all copies.
///
///     let stream = try source.frames(ofTrajectory: 0)
///     while let frame = try stream.next() { … }
public struct FrameStream {
  /// The trajectory's own numbers, in the order of `DatasetDescription.parameterNames`.
  public var parameters: [Double]
  private let advance: () throws -> Trajectory.Frame?

  /// The frames that `advance` gives, which is called until it gives nil.
  public init(parameters: [Double] = [], _ advance: @escaping () throws -> Trajectory.Frame?) {
    self.parameters = parameters
    self.advance = advance
  }

  /// The next frame; nil at the end.
  ///
  /// - Throws: what the source throws, as `MacrostateError` with the place.
  public func next() throws -> Trajectory.Frame? { try advance() }

  /// The frames that `transform` makes of these and their numbers, from 0; those for which it gives nil are left out.
  public func compactMap(_ transform: @escaping (Trajectory.Frame, Int) throws -> Trajectory.Frame?) -> FrameStream {
    var number = 0
    return FrameStream(parameters: parameters) {
      while let frame = try advance() {
        defer { number += 1 }
        if let made = try transform(frame, number) { return made }
      }
      return nil
    }
  }

  /// The frames without the first `skipped`, and at most `count` of them; what follows is not read.
  public func frames(from skipped: Int, count: Int = .max) -> FrameStream {
    var left = count
    var hasSkipped = false
    return FrameStream(parameters: parameters) {
      if !hasSkipped {
        for _ in 0..<skipped { if try advance() == nil { break } }
        hasSkipped = true
      }
      guard left > 0 else { return nil }
      left -= 1
      return try advance()
    }
  }

  /// The same frames, followed by what `end` does or throws, which is told their number.
  public func finally(_ end: @escaping (Int) throws -> Void) -> FrameStream {
    var count: Int? = 0
    return FrameStream(parameters: parameters) {
      let frame = try advance()
      if let number = count {
        if frame == nil { try end(number) }
        count = frame == nil ? nil : number + 1
      }
      return frame
    }
  }

  /// The same frames, where an error becomes what `transform` makes of it.
  public func mapError(_ transform: @escaping (any Error) -> any Error) -> FrameStream {
    FrameStream(parameters: parameters) {
      do { return try advance() } catch { throw transform(error) }
    }
  }

  /// The number of frames that are left, which are read.
  public func count() throws -> Int {
    var count = 0
    while try next() != nil { count += 1 }
    return count
  }

  /// All frames that are left, in memory.
  public func trajectory() throws -> Trajectory {
    var frames: [Trajectory.Frame] = []
    while let frame = try next() { frames.append(frame) }
    return Trajectory(frames: frames, parameters: parameters)
  }
}

extension Trajectory {
  /// The frames, one after the other.
  public var stream: FrameStream {
    var iterator = frames.makeIterator()
    return FrameStream(parameters: parameters) { iterator.next() }
  }
}
