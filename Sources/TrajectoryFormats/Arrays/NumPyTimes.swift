import MacrostateStorage
import Microstates

/// The times of the frames: equal steps from 0, or those of an array `[frames]` or `[trajectories, frames]`.
enum NumPyTimes: Sendable {
  case steps(of: Double, frameCount: Int)
  case array(NumPyArray, frameCount: Int)

  /// The times in `array` of trajectories of `shape`, `[trajectories, frames, …]`.
  ///
  /// - Parameter timeStep: the time between frames that was given beside them, if any: they must agree.
  /// - Throws: `MacrostateError` of kind `badData` if they do not fit the positions, do not increase, or disagree.
  init(_ array: NumPyArray, shape: [Int], timeStep: Double?) throws {
    guard array.shape == [shape[1]] || array.shape == [shape[0], shape[1]] else {
      throw MacrostateError(
        .badData,
        "\(array.name): shape \(shapeText(array.shape)) where times of the frames have the shape [\(shape[1])] or "
          + "[\(shape[0]), \(shape[1])]; correct it, or leave it out of the file and give --time-step")
    }
    self = .array(array, frameCount: shape[1])
    for m in 0..<(array.shape.count == 1 ? 1 : shape[0]) { try check(times(ofTrajectory: m), m, array, timeStep) }
  }

  /// The times of trajectory m.
  func times(ofTrajectory m: Int) throws -> [Double] {
    switch self {
    case .steps(let step, let frameCount):
      return (0..<frameCount).map { Double($0) * step }
    case .array(let array, let frameCount):
      let start = array.shape.count == 1 ? 0 : m * frameCount
      let range = start..<(start + frameCount)
      // The shortest number that rounds to it is what was meant: 0.02, not 0.0199999995.
      guard array.elementType == .float32 else { return try array.doubles(in: range) }
      return try array.floats(in: range).map { Double($0.description) ?? Double($0) }
    }
  }

  private func check(_ times: [Double], _ m: Int, _ array: NumPyArray, _ timeStep: Double?) throws {
    func bad(_ frame: Int, _ problem: String) -> MacrostateError {
      MacrostateError(.badData, "\(array.name): trajectory \(m), frame \(frame): \(problem)")
    }
    for (frame, time) in times.enumerated() {
      guard time.isFinite else { throw bad(frame, "its time is not finite (\(time)); times must be numbers") }
      let earlier = frame > 0 ? times[frame - 1] : nil
      if let earlier, time <= earlier {
        throw bad(frame, "its time \(time) is not after \(earlier); put frames in order of time")
      }
      if let problem = QuantityLimits.problem(time: time, after: earlier) { throw bad(frame, problem) }
      guard frame > 0, let timeStep else { continue }
      let expected = times[0] + Double(frame) * timeStep
      guard abs(time - expected) <= 1e-3 * timeStep + 1e-6 * abs(time) else {
        throw bad(
          frame,
          "its time is \(time) where --time-step \(timeStep) says \(expected); leave out --time-step to use the "
            + "times of the file")
      }
    }
  }
}
