import Microstates

/// Where a written coordinate of a frame lies in the box of the data set, along one axis.
///
/// A frame's box may have moved. Periods are taken off what has left the first box, so that positions stay absolute;
/// what lies between walls that move is placed in relation to them.
struct AxisPlacement {
  let axis: Int
  /// The axis of the data set's box.
  let ends: BoxAxis
  private let low: Double
  private let high: Double
  private let shift: Double
  private let factor: Double
  private let greatestDistance: Double

  /// - Parameters:
  ///   - box: the data set's box; nil for open space.
  ///   - frameBox: the frame's, of the same lengths.
  ///   - unit: the factor of coordinates that are in a unit of length; the boxes have it already.
  init(
    axis: Int, box: FrameBox?, frameBox: FrameBox?, _ coordinate: ParticleFrame.Coordinate, unit: Double
  ) {
    self.axis = axis
    let boundary = box?.boundaries[axis] ?? .open
    (low, high) = box?.bounds[axis] ?? (-.infinity, .infinity)
    ends = BoxAxis(low: low, high: high, boundary: boundary.stored)
    let start = frameBox?.bounds[axis].low ?? 0
    let motion = boundary == .fixed ? start - low : 0
    shift = (coordinate == .scaled ? start : 0) - motion
    factor = coordinate == .scaled ? frameBox?.length(axis) ?? 1 : unit
    // From there on a double does not tell places that a single in the box tells.
    greatestDistance = boundary == .periodic ? 0x1p28 * (high - low) : .infinity
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

  /// Whether coordinates are placed as they are written, but for what is outside.
  var isPlain: Bool { shift == 0 && factor == 1 }

  /// Whether all coordinates of a column of a table are inside the box.
  func holds(_ values: [Float], _ place: Int, _ width: Int) -> Bool {
    var isInside = true
    values.withUnsafeBufferPointer { values in
      for i in stride(from: place, to: values.count, by: width) {
        let x = Double(values[i])
        isInside = isInside && x >= low && x < high && x.isFinite
      }
    }
    return isInside
  }
}
