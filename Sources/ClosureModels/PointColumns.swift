import MacrostateCompute

/// The columns of a point that an encoder sees: scaled positions and features; along a periodic axis cos 2πks and sin 2πks
/// of the share s of the period, k = 1 … 3, in the place of the position.
struct PointColumns: Sendable {
  /// Harmonics of a periodic axis.
  static let harmonics = 3

  private let dimension: Int
  private let featureCount: Int
  private let periodic: [Bool]
  private let scaling: PointScaling

  init(dimension: Int, featureCount: Int, periodic: [Bool] = [], scaling: PointScaling) {
    self.dimension = dimension
    self.featureCount = featureCount
    self.periodic = periodic
    self.scaling = scaling
  }

  /// The number of columns.
  var count: Int { Self.count(dimension: dimension, featureCount: featureCount, periodic: periodic) }

  /// The number of columns of d positions and c features.
  static func count(dimension: Int, featureCount: Int, periodic: [Bool]) -> Int {
    dimension + featureCount + periodic.count { $0 } * (2 * harmonics - 1)
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
    for j in 0..<d + c {
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
