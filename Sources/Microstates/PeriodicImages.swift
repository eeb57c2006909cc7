/// The images of a point in a box that repeats itself along some of its edges, orthogonal or tilted by any amount.
///
/// The nearest image is exact: the edges are replaced by the shortest ones of the same lattice, and every translation that
/// can shorten a vector is tried.
///
///     let images = PeriodicImages(box)
///     let d = images?.nearest(x - y)
public struct PeriodicImages: Sendable {
  /// The shortest edges of the lattice, then unit vectors orthogonal to them.
  public let edges: [SIMD3<Double>]
  /// The number of edges along which the box repeats itself, the first ones.
  public let periodicCount: Int
  /// The vectors that give the coordinates in units of the edges.
  public let dual: [SIMD3<Double>]
  /// The translations that may shorten a vector whose coordinates are from −½ to ½, by their lengths.
  private let translations: [(vector: SIMD3<Double>, length: Double)]

  /// The images in `box`; nil where it is periodic along no edge.
  public init?(_ box: SimulationBox) {
    let vectors = box.edgeVectors.enumerated().filter { box.boundaries[$0.offset] == .periodic }
      .map { SIMD3(padding: $0.element) }
    guard !vectors.isEmpty else { return nil }
    let reduced = Self.reduced(vectors)
    periodicCount = reduced.count
    edges = SIMD3.completed(reduced, dimension: box.lengths.count)
    dual = SIMD3.dual(edges)
    translations = Self.translations(Array(edges[..<periodicCount]), dual)
  }

  /// The length of the shortest translation: two images of a particle are at least so far apart.
  public var shortestPeriod: Double { edges[0].dot(edges[0]).squareRoot() }

  /// The shortest of the vectors that differ from `difference` by a translation.
  public func nearest(_ difference: SIMD3<Double>) -> SIMD3<Double> {
    var start = difference
    for i in 0..<periodicCount { start -= edges[i] * start.dot(dual[i]).rounded() }
    var best = start
    var bestSquare = start.dot(start)
    let reach = 2 * bestSquare.squareRoot()
    for translation in translations {
      // A translation longer than twice the vector cannot shorten it.
      if translation.length >= reach { break }
      let next = start - translation.vector
      let square = next.dot(next)
      if square < bestSquare { (best, bestSquare) = (next, square) }
    }
    return best
  }

  /// All n·edges that may shorten x with |xᵢ*| ≤ ½: as |x − v| ≤ |x| ≤ R, the numbers have |nᵢ| ≤ ½ + |dualᵢ| R.
  private static func translations(
    _ edges: [SIMD3<Double>], _ dual: [SIMD3<Double>]
  ) -> [(vector: SIMD3<Double>, length: Double)] {
    let greatest = edges.reduce(0) { $0 + $1.dot($1).squareRoot() } / 2
    // Of shortest edges the bound is hardly above 1; where numbers are too large for it, nothing depends on it.
    let reaches = edges.indices.map { i -> Int in
      let reach = 0.5 + dual[i].dot(dual[i]).squareRoot() * greatest + 1e-9
      return reach < 8 ? Int(reach) : 8
    }
    var vectors = [SIMD3<Double>.zero]
    for (edge, reach) in zip(edges, reaches) {
      vectors = vectors.flatMap { vector in (-reach...reach).map { vector + edge * Double($0) } }
    }
    return vectors.map { ($0, $0.dot($0).squareRoot()) }.filter { $0.length > 0 && $0.length < 2 * greatest }
      .sorted { $0.length < $1.length }
  }

  /// The shortest edges of the lattice of `vectors` (of Lagrange, and Semaev in three dimensions), by their lengths.
  private static func reduced(_ vectors: [SIMD3<Double>]) -> [SIMD3<Double>] {
    var edges = vectors
    func square(_ vector: SIMD3<Double>) -> Double { vector.dot(vector) }
    // Every round shortens an edge by a share, so that few are needed; rounding must not keep it busy.
    for _ in 0..<1000 {
      edges.sort { square($0) < square($1) }
      var hasChanged = false
      for i in edges.indices.dropFirst() {
        let shorter = shortened(edges[i], by: Array(edges[..<i]))
        guard square(shorter) < square(edges[i]) * (1 - 1e-12) else { continue }
        edges[i] = shorter
        hasChanged = true
        break
      }
      if !hasChanged { break }
    }
    return edges
  }

  /// The shortest of `vector` less whole numbers of the `shorter` edges, near those that make it orthogonal to them.
  private static func shortened(_ vector: SIMD3<Double>, by shorter: [SIMD3<Double>]) -> SIMD3<Double> {
    let dual = SIMD3.dual(SIMD3.completed(shorter, dimension: 3))
    let start = shorter.indices.reduce(vector) { $0 - shorter[$1] * vector.dot(dual[$1]).rounded() }
    var candidates = [start]
    for edge in shorter { candidates = candidates.flatMap { base in (-1...1).map { base + edge * Double($0) } } }
    return candidates.min { $0.dot($0) < $1.dot($1) } ?? start
  }
}
