/// The point that stored positions are relative to, where single precision would not hold them as they are.
public enum PositionOffset {
  /// Ranges of a coordinate from 0 beyond which it is stored relative to its middle: single precision would leave less
  /// than five digits of it.
  private static let farthest = 100.0

  /// The offset of an axis along which positions lie between `low` and `high`; 0 where they are not far from 0.
  public static func ofAxis(from low: Double, to high: Double) -> Double {
    let (middle, half) = (low / 2 + high / 2, high / 2 - low / 2)
    guard half > 0, half.isFinite, abs(middle) > 2 * farthest * half else { return 0 }
    // A multiple of a power of two: positions in a few digits stay so.
    let unit = Double(sign: .plus, exponent: half.exponent, significand: 1)
    return (middle / unit).rounded() * unit
  }

  /// The offset of axes; nil where it is 0 along all.
  public static func ofAxes(_ ends: [(low: Double, high: Double)]) -> [Double]? {
    let offset = ends.map { ofAxis(from: $0.low, to: $0.high) }
    return offset.allSatisfy { $0 == 0 } ? nil : offset
  }

  /// What is added to positions relative to `offset` to have them relative to `other`, nil being 0; nil for nothing.
  public static func shift(from offset: [Double]?, to other: [Double]?) -> [Double]? {
    guard offset != other else { return nil }
    let count = max(offset?.count ?? 0, other?.count ?? 0)
    return (0..<count).map { (offset?[$0] ?? 0) - (other?[$0] ?? 0) }
  }
}

extension SimulationBox {
  /// The same box where positions have `shift` added; nil for nothing.
  public func moved(by shift: [Double]?) -> SimulationBox {
    guard let shift else { return self }
    var moved = self
    moved.origin = zip(origin, shift).map(+)
    return moved
  }
}
