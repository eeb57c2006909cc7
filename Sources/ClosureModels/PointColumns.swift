import MacrostateCompute
import PointDensities

/// The columns of a point that an encoder sees: scaled positions and features, or one of them; along a periodic axis cos 2πks
/// and sin 2πks of the share s of the period, k = 1 … 3, in the place of the position.
struct PointColumns: Sendable {
  /// Harmonics of a periodic axis.
  static let harmonics = 3

  private let dimension: Int
  private let featureCount: Int
  private let periodic: [Bool]
  private let inputs: PointInputs
  private let scaling: PointScaling
  /// The number of columns.
  let count: Int

  /// What the encoder of a model sees.
  init(_ shape: ClosureModel.Shape, _ scaling: PointScaling) {
    dimension = shape.dimension
    featureCount = shape.featureCount
    inputs = shape.encoderInputs ?? .all
    periodic = inputs.hasPositions ? shape.periodicAxes ?? [] : []
    self.scaling = scaling
    count = Self.count(shape)
  }

  /// Scaled positions of d coordinates alone.
  init(positions dimension: Int, _ scaling: PointScaling) {
    (self.dimension, featureCount, inputs, periodic) = (dimension, 0, .positions, [])
    self.scaling = scaling
    count = dimension
  }

  /// The number of columns that a model's encoder sees.
  static func count(_ shape: ClosureModel.Shape) -> Int {
    let inputs = shape.encoderInputs ?? .all
    let circles = (shape.periodicAxes ?? []).count { $0 }
    return (inputs.hasPositions ? shape.dimension + circles * (2 * harmonics - 1) : 0)
      + (inputs.hasFeatures ? shape.featureCount : 0)
  }

  private func isPeriodic(_ j: Int) -> Bool { !periodic.isEmpty && periodic[j] }

  /// Writes the points `range` of positions `[n, d]` and features `[n, c]` to rows of `count` floats.
  ///
  /// - Parameter cell: the cell of the points; only asked for where axes are periodic.
  func write(
    _ range: Range<Int>, positions: UnsafeBufferPointer<Float>, features: UnsafeBufferPointer<Float>,
    cell: @autoclosure () -> PeriodicCell?, to rows: UnsafeMutablePointer<Float>
  ) {
    let cell = periodic.isEmpty ? nil : cell()
    precondition(periodic.isEmpty || cell != nil, "a model with periodic axes encodes points of a cell")
    let (d, c, width) = (dimension, featureCount, count)
    var column = 0
    for j in (inputs.hasPositions ? 0 : d)..<(inputs.hasFeatures ? d + c : d) {
      let out = rows + column
      let (shift, factor) = (scaling.shift[j], scaling.factor[j])
      if let cell, j < d, let base = positions.baseAddress {
        for (i, point) in range.enumerated() {
          if isPeriodic(j) {
            Circle.writeHarmonics(of: cell.share(j, base + point * d), count: Self.harmonics, to: out + i * width)
          } else {
            out[i * width] = (cell.plain(j, base + point * d) - shift) * factor
          }
        }
      } else {
        let (from, stride, place) = j < d ? (positions, d, j) : (features, c, j - d)
        for (i, point) in range.enumerated() { out[i * width] = (from[point * stride + place] - shift) * factor }
      }
      column += j < d && isPeriodic(j) ? 2 * Self.harmonics : 1
    }
  }
}
