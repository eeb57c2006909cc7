/// A box of particles: orthogonal, with axes along those of space, or tilted, with edges in any directions.
public struct SimulationBox: Codable, Equatable, Sendable {
  /// What happens at a boundary of the box.
  public enum Boundary: String, Codable, Sendable {
    case periodic, reflecting, open
  }

  /// The corner from which the edges begin, `[d]`, in the unit of positions: the lowest of an orthogonal box.
  public var origin: [Double]
  /// The lengths of the edges, `[d]`, in the unit of positions.
  public var lengths: [Double]
  /// The boundaries at the two ends of each edge, `[d]`.
  public var boundaries: [Boundary]
  /// The edges of a tilted box, `[d][d]`, vectors in the unit of positions; nil for an orthogonal box, whose edge i has its
  /// length along axis i.
  public private(set) var edges: [[Double]]?

  /// An orthogonal box from its lowest corner, its edge lengths and its boundaries, each `[d]`.
  public init(origin: [Double], lengths: [Double], boundaries: [Boundary]) {
    self.origin = origin
    self.lengths = lengths
    self.boundaries = boundaries
  }

  /// A box from a corner, its edges `[d][d]` and their boundaries; an orthogonal one where edge i has no part along other
  /// axes, and a positive one along axis i.
  public init(origin: [Double], edges: [[Double]], boundaries: [Boundary]) {
    let isOrthogonal = edges.indices.allSatisfy { i in
      edges[i].indices.allSatisfy { $0 == i ? edges[i][$0] > 0 : edges[i][$0] == 0 }
    }
    self.init(
      origin: origin,
      lengths: edges.indices.map { i in
        isOrthogonal ? edges[i][i] : edges[i].reduce(0) { $0 + $1 * $1 }.squareRoot()
      }, boundaries: boundaries)
    if !isOrthogonal { self.edges = edges }
  }

  /// Whether edges are not along the axes of space.
  public var isTilted: Bool { edges != nil }

  /// The edges `[d][d]`, of an orthogonal box, too.
  public var edgeVectors: [[Double]] {
    edges ?? lengths.indices.map { i in lengths.indices.map { $0 == i ? lengths[i] : 0 } }
  }

  /// The length, area or volume.
  public var volume: Double { edges == nil ? lengths.reduce(1, *) : abs(BoxEdges(self).determinant) }

  /// The least and the greatest coordinate of the corners along `axis`.
  public func bounds(_ axis: Int) -> (low: Double, high: Double) {
    let parts = edgeVectors.map { $0[axis] }
    let low = origin[axis] + parts.reduce(0) { $0 + min($1, 0) }
    return edges == nil
      ? (origin[axis], origin[axis] + lengths[axis]) : (low, low + parts.reduce(0) { $0 + abs($1) })
  }

  /// Why this is no box of `dimension` dimensions; nil for one that is.
  func problem(dimension: Int) -> String? {
    let counts =
      [origin.count, lengths.count, boundaries.count, edges?.count ?? dimension] + (edges?.map(\.count) ?? [])
    guard counts.allSatisfy({ $0 == dimension }) else { return "the box needs \(dimension) entries for each property" }
    guard lengths.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      return "the lengths of the box must be positive numbers"
    }
    guard origin.allSatisfy(\.isFinite) else { return "the origin of the box must be numbers" }
    // Edges in a plane hold no volume, and images have no order then.
    guard edges?.joined().allSatisfy(\.isFinite) ?? true, volume > 1e-9 * lengths.reduce(1, *) else {
      return "the edges of the box must be numbers and hold a volume"
    }
    return nil
  }
}

extension SimulationBox {
  /// The numbers of the box but for its boundaries, `[d + d·d]`: the origin, then the edges.
  var numbers: [Double] { origin + edgeVectors.flatMap(\.self) }

  /// The box of these numbers.
  init(numbers: some RandomAccessCollection<Double>, boundaries: [Boundary]) {
    let d = boundaries.count
    let values = Array(numbers)
    self.init(
      origin: Array(values[..<d]), edges: (0..<d).map { Array(values[(d + $0 * d)..<(d + ($0 + 1) * d)]) },
      boundaries: boundaries)
  }
}
