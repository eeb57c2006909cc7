/// The edges of a box as vectors of three numbers, and the coordinates in units of them.
///
///     let edges = BoxEdges(box)
///     edges.placed([11, 3, 0])  // the image in the box
public struct BoxEdges: Sendable {
  /// The dimension d of space.
  public let dimension: Int
  private let origin: SIMD3<Double>
  private let boundaries: [SimulationBox.Boundary]
  /// The edges, and unit vectors for the axes that space lacks.
  let edges: [SIMD3<Double>]
  /// The vectors that give the coordinates in units of the edges.
  public let dual: [SIMD3<Double>]
  /// The volume with its sign.
  let determinant: Double

  /// The edges of `box`, which has 1 to 3 dimensions.
  public init(_ box: SimulationBox) {
    dimension = box.lengths.count
    origin = SIMD3(padding: box.origin)
    boundaries = box.boundaries
    edges = SIMD3.completed(box.edgeVectors.map { SIMD3(padding: $0) }, dimension: box.lengths.count)
    determinant = edges[0].dot(edges[1].cross(edges[2]))
    dual = SIMD3.dual(edges)
  }

  /// The coordinates of a point in units of the edges, from 0 to 1 within the box.
  public func fractions(_ point: SIMD3<Double>) -> SIMD3<Double> {
    let x = point - origin
    return SIMD3(x.dot(dual[0]), x.dot(dual[1]), x.dot(dual[2]))
  }

  /// The point with these coordinates in units of the edges.
  public func point(_ fractions: SIMD3<Double>) -> SIMD3<Double> {
    origin + edges[0] * fractions.x + edges[1] * fractions.y + edges[2] * fractions.z
  }

  /// The point inside the box: its image along periodic edges; NaN where it is outside of walls, or not finite.
  public func placed(_ point: SIMD3<Double>) -> SIMD3<Double> {
    let fractions = fractions(point)
    var moved = point
    for i in 0..<dimension {
      let f = fractions[i]
      switch boundaries[i] {
      case .open: continue
      case .periodic:
        if !(f >= 0 && f < 1) { moved -= edges[i] * f.rounded(.down) }
      case .reflecting:
        // LAMMPS writes six digits.
        guard f >= -1e-5, f <= 1 + 1e-5 else { return SIMD3(repeating: .nan) }
      }
    }
    return moved
  }
}

extension SIMD3<Double> {
  /// The vector of at most three numbers, 0 for those that are missing.
  public init(padding values: some Sequence<Double>) {
    self = .zero
    for (axis, value) in values.prefix(3).enumerated() { self[axis] = value }
  }

  /// The scalar product.
  public func dot(_ other: Self) -> Double { (self * other).sum() }

  /// The vector product.
  public func cross(_ other: Self) -> Self {
    Self(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
  }

  /// The vectors that have the scalar product 1 with the vector of their number and 0 with the others.
  static func dual(_ vectors: [Self]) -> [Self] {
    let determinant = vectors[0].dot(vectors[1].cross(vectors[2]))
    return (0..<3).map { vectors[($0 + 1) % 3].cross(vectors[($0 + 2) % 3]) / determinant }
  }

  /// `vectors` of the first `dimension` axes, followed by unit vectors that are orthogonal to them: three in all, the last
  /// ones along the axes that space lacks.
  static func completed(_ vectors: [Self], dimension: Int) -> [Self] {
    var result = vectors
    // Orthonormal, of the same span.
    var span: [Self] = []
    func rest(_ vector: Self) -> Self { span.reduce(vector) { $0 - $1 * $1.dot($0) } }
    for vector in vectors {
      let next = rest(vector)
      span.append(next / next.dot(next).squareRoot())
    }
    while result.count < 3 {
      let axes = result.count < dimension ? 0..<dimension : dimension..<3
      // The axis that is farthest from the span.
      let candidates = axes.map { axis in
        var unit = Self.zero
        unit[axis] = 1
        return rest(unit)
      }
      guard let next = candidates.max(by: { $0.dot($0) < $1.dot($1) }) else { break }
      span.append(next / next.dot(next).squareRoot())
      result.append(span[span.count - 1])
    }
    return result
  }
}
