/// Sets of points that a closure model is trained on or applied to: the frames of a data set, one set per species.
///
/// Positions are as in the data (`[n, d]`, row-major); the model scales them.
public protocol PointSetSource: Sendable {
  /// d.
  var dimension: Int { get }
  /// c, the number of features of a point beyond its position.
  var featureCount: Int { get }
  /// n of a set; 0 for a species without particles.
  func pointCount(ofSet set: Int) -> Int
  /// Calls `body` with the positions `[n, d]` and the features `[n, c]` of a set, which are valid only in the call.
  func withPoints(
    ofSet set: Int, _ body: (_ positions: UnsafeBufferPointer<Float>, _ features: UnsafeBufferPointer<Float>) -> Void)
  /// The weights of the points of a set, at least 0 and not all 0, `[n]`; nil for equal ones.
  func weights(ofSet set: Int) -> [Float]?
  /// The cell of a set's space, for models with periodic axes; nil for space without one.
  func cell(ofSet set: Int) -> PeriodicCell?
}

/// The scaling of the columns of points: (x − shift)·factor, positions first, then features. Along a periodic axis, where
/// shares of the period take the positions' place, 1/factor is the unit of ε.
public struct PointScaling: Sendable, Equatable, Codable {
  /// The shift of each column.
  public var shift: [Float]
  /// The factor of each column.
  public var factor: [Float]

  /// A scaling with these shifts and factors.
  public init(shift: [Float], factor: [Float]) {
    self.shift = shift
    self.factor = factor
  }

  /// No scaling of `columns` columns.
  public static func identity(columns: Int) -> PointScaling {
    PointScaling(shift: Array(repeating: 0, count: columns), factor: Array(repeating: 1, count: columns))
  }
}
