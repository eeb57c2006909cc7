import Testing

/// The slope of a loss in single precision at 0, from its values at −2h, −h, 0, h and 2h.
public struct NumericSlope {
  /// The central difference over h, its error in h² taken out by that over 2h.
  public let value: Double
  /// The error to be expected: half of what was taken out, and the loss's rounding over h.
  public let error: Double
  /// The slopes of both sides, between which the derivative at a kink (of ReLU, of a log slope at a knot) lies.
  public let sides: ClosedRange<Double>

  public init(step h: Float, _ loss: (Float) throws -> Double) rethrows {
    let losses = try [-2, -1, 0, 1, 2].map { try loss($0 * h) }
    let h = Double(h)
    let (near, far) = ((losses[3] - losses[1]) / (2 * h), (losses[4] - losses[0]) / (4 * h))
    value = (4 * near - far) / 3
    let largest = losses.reduce(0) { max($0, abs($1)) }
    error = abs(far - near) / 6 + 0x1p-24 * largest / h
    let slopes = [(losses[2] - losses[1]) / h, (losses[3] - losses[2]) / h]
    sides = min(slopes[0], slopes[1])...max(slopes[0], slopes[1])
  }

  /// Whether a derivative is this slope.
  ///
  /// - Parameters:
  ///   - scale: the largest derivative of its kind, to which its own rounding is relative.
  ///   - share: the part of `scale` that it may be off by, besides the slope's error.
  public func agrees(with derivative: Double, scale: Double, share: Double = 1e-4) -> Bool {
    let margin = error + share * scale
    return abs(derivative - value) <= margin
      || (sides.lowerBound - margin...sides.upperBound + margin).contains(derivative)
  }
}

/// Expects `gradient` to be that of `loss` at `point`, element by element.
public func expectSlopes(
  _ gradient: [Float], at point: [Float], step: Float, _ name: String,
  sourceLocation: SourceLocation = #_sourceLocation, _ loss: ([Float]) throws -> Double
) rethrows {
  let scale = gradient.reduce(0) { max($0, abs(Double($1))) }
  for (i, derivative) in gradient.enumerated() {
    let slope = try NumericSlope(step: step) { step in
      var moved = point
      moved[i] += step
      return try loss(moved)
    }
    #expect(
      slope.agrees(with: Double(derivative), scale: scale), "\(name), \(i): \(derivative), \(slope)",
      sourceLocation: sourceLocation)
  }
}
