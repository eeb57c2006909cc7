/// One axis of a box, and where a coordinate lies in it.
public struct BoxAxis: Sendable {
  /// The least coordinate.
  public let low: Double
  /// The greatest coordinate.
  public let high: Double
  /// What happens at both.
  public let boundary: SimulationBox.Boundary
  @usableFromInline let tolerance: Double

  /// An axis from `low` to `high`.
  public init(low: Double, high: Double, boundary: SimulationBox.Boundary) {
    self.low = low
    self.high = high
    self.boundary = boundary
    // LAMMPS writes six digits; a particle at a wall may seem to be behind it.
    tolerance = 1e-5 * max(abs(low), abs(high))
  }

  /// The coordinate inside the box: that of the image in it along a periodic axis; NaN where `x` is outside of walls, or
  /// not finite.
  @inlinable
  public func placed(_ x: Double) -> Double {
    if x >= low && x < high { return x }
    switch boundary {
    case .open: return x
    case .periodic: return min(max(x - (high - low) * ((x - low) / (high - low)).rounded(.down), low), high)
    case .reflecting: return x >= low - tolerance && x <= high + tolerance ? min(max(x, low), high) : .nan
    }
  }

  /// A placed coordinate, less `offset`, in single precision: along a periodic axis, rounding must not leave the box.
  @inlinable
  public func single(_ placed: Double, offset: Double = 0) -> Float {
    let (single, low, high) = (Float(placed - offset), low - offset, high - offset)
    guard boundary == .periodic, Double(single) >= high || Double(single) < low else { return single }
    let lowest = Float(low)
    return Double(lowest) < low ? lowest.nextUp : lowest
  }
}

extension SimulationBox {
  /// The axis number `axis`, counted from 0, of an orthogonal box.
  public func axis(_ axis: Int) -> BoxAxis {
    BoxAxis(low: origin[axis], high: origin[axis] + lengths[axis], boundary: boundaries[axis])
  }
}

extension SimulationBox {
  /// In words, how `box` differs from `other`, nil being open space, but for how far open axes reach; nil where it does not.
  public static func difference(of box: SimulationBox?, from other: SimulationBox?) -> String? {
    guard box?.ends != other?.ends else { return nil }
    return "its box is \(box?.ends ?? "open space"), and not \(other?.ends ?? "open space")"
  }
}

extension SimulationBox {
  /// The axes for people.
  fileprivate var ends: String {
    if isTilted {
      return "(\(edgeVectors.map { "\($0)" }.joined(separator: ", "))) from \(origin), "
        + boundaries.map(\.rawValue).joined(separator: ", ")
    }
    return (0..<lengths.count).map { axis in
      boundaries[axis] == .open
        ? "open" : "\(origin[axis]) … \(origin[axis] + lengths[axis]) \(boundaries[axis].rawValue)"
    }.joined(separator: ", ")
  }
}
