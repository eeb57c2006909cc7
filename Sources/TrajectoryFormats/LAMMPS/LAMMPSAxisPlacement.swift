import Microstates

/// Where a written coordinate of a frame lies in the box of the data set, along one axis.
///
/// A frame's box may have moved. Periods are taken off what has left the first box, so that positions stay absolute;
/// what lies between walls that move is placed in relation to them.
struct LAMMPSAxisPlacement {
  let axis: Int
  /// The axis of the data set's box.
  let ends: BoxAxis
  private let low: Double
  private let high: Double
  private let shift: Double
  private let factor: Double
  private let greatestDistance: Double

  /// - Parameters:
  ///   - box: the data set's box.
  ///   - frameBox: the frame's, of the same lengths.
  init(axis: Int, box: FrameBox, frameBox: FrameBox, _ coordinate: LAMMPSDumpColumns.Coordinate) {
    self.axis = axis
    (low, high) = box.bounds[axis]
    ends = BoxAxis(low: low, high: high, boundary: box.boundaries[axis].stored)
    let motion = box.boundaries[axis] == .fixed ? frameBox.bounds[axis].low - low : 0
    shift = (coordinate == .scaled ? frameBox.bounds[axis].low : 0) - motion
    factor = coordinate == .scaled ? frameBox.length(axis) : 1
    // From there on a double does not tell places that a single in the box tells.
    greatestDistance = box.boundaries[axis] == .periodic ? 0x1p28 * (high - low) : .infinity
  }

  /// The coordinate inside the box; NaN where it is outside of walls, too far from the box, or not finite.
  func place(_ written: Double) -> Double {
    let x = shift + factor * written
    // Nearly all are inside.
    if x >= low && x < high { return x }
    return abs(x - low) < greatestDistance ? ends.placed(x) : .nan
  }

  /// A placed coordinate, less `offset`, in single precision, inside the box.
  func single(_ placed: Double, offset: Double) -> Float {
    let single = Float(placed - offset)
    return Double(single) >= low - offset && Double(single) < high - offset
      ? single : ends.single(placed, offset: offset)
  }
}
