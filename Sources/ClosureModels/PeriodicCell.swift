/// The cell of a set's space, which repeats itself along some of its edges: points that differ by whole edges are one there.
/// Which edges those are the model knows.
///
/// s = H⁻¹(x − corner) are the shares of the edges, H the matrix of the edges side by side.
public struct PeriodicCell: Sendable, Equatable {
  /// The corner from which the edges begin, `[d]`, in the unit of positions.
  public let corner: [Double]
  /// The edges, `[d][d]`.
  public let edges: [[Double]]
  /// The distance of the two faces that edge j joins, 1/|row j of H⁻¹|, `[d]`: the edge's length where edges are orthogonal.
  public let spacings: [Double]
  /// Whether the planes of equal share j are those of equal coordinate j.
  private let isAxis: [Bool]
  /// The rows of H⁻¹, one behind the other.
  private let inverse: [Double]

  /// A cell from its corner, its edges and the rows of H⁻¹: inverseⱼ · edgeₖ is 1 for j = k and 0 otherwise.
  public init(corner: [Double], edges: [[Double]], inverse: [[Double]]) {
    self.corner = corner
    self.edges = edges
    self.inverse = inverse.flatMap(\.self)
    spacings = inverse.map { row in 1 / row.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    isAxis = inverse.enumerated().map { j, row in row.indices.allSatisfy { $0 == j ? row[$0] > 0 : row[$0] == 0 } }
  }

  /// d.
  public var dimension: Int { corner.count }

  /// sⱼ of a position `[d]`, any number: that of an image differs by a whole one.
  func share(_ j: Int, _ position: UnsafePointer<Float>) -> Double {
    let d = dimension
    return (0..<d).reduce(0.0) { $0 + inverse[j * d + $1] * (Double(position[$1]) - corner[$1]) }
  }

  /// The coordinate of a position `[d]` that counts along edge j where the cell does not repeat itself: the distance from a
  /// plane of equal sⱼ through 0, which whole edges of others leave as it is; coordinate j itself where edges are orthogonal.
  func plain(_ j: Int, _ position: UnsafePointer<Float>) -> Float {
    guard !isAxis[j] else { return position[j] }
    let d = dimension
    return Float((0..<d).reduce(0.0) { $0 + inverse[j * d + $1] * Double(position[$1]) } * spacings[j])
  }

  /// The position with these shares for periodic edges, and with the plain coordinates for others, `[d]`.
  func position(_ coordinates: [Double], isPeriodic: (Int) -> Bool) -> [Double] {
    let d = dimension
    let shares = (0..<d).map { j in
      guard !isPeriodic(j) else { return coordinates[j] }
      return coordinates[j] / spacings[j] - (0..<d).reduce(0.0) { $0 + inverse[j * d + $1] * corner[$1] }
    }
    return (0..<d).map { axis in corner[axis] + (0..<d).reduce(0.0) { $0 + shares[$1] * edges[$1][axis] } }
  }

  /// |det H|, the volume.
  var volume: Double {
    let e = edges
    return switch dimension {
    case 1: abs(e[0][0])
    case 2: abs(e[0][0] * e[1][1] - e[0][1] * e[1][0])
    default:
      abs(
        e[0][0] * (e[1][1] * e[2][2] - e[1][2] * e[2][1]) - e[0][1] * (e[1][0] * e[2][2] - e[1][2] * e[2][0])
          + e[0][2] * (e[1][0] * e[2][1] - e[1][1] * e[2][0]))
    }
  }
}
