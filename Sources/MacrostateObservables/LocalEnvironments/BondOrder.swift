import MacrostateSettings
import Microstates

/// The bond order of a particle in space, from 0 to 1 (P. J. Steinhardt, D. R. Nelson and M. Ronchetti, Phys. Rev. B 28, 784,
/// 1983), by Legendre polynomials of the angles between its bonds instead of spherical harmonics:
///
///     q_l(i)² = Σ_{jk} w_ij w_ik P_l(cos γ_jk) / (Σ_j w_ij)²
///
/// with w = ½(1 + cos πr/r_c) or 1; 0 without neighbours. q₄ and q₆ tell crystals apart: 0.191 and 0.575 in a face-centred
/// cubic one, 0.097 and 0.485 in a hexagonal close-packed one. The cost is O(n), and quadratic in the neighbours.
public struct BondOrder: LocalFeature {
  /// The name.
  public static let name = "bond-order"
  /// The meaning in a line.
  public static let summary = "The bond order q_l in space"

  /// The settings.
  public let settings: BondOrderSettings

  /// The order with these settings.
  ///
  /// - Throws: `MacrostateError` of kind `usage` where space has not three dimensions.
  public init(_ settings: BondOrderSettings, speciesNames: [String], dimension: Int) throws {
    guard dimension == 3 else {
      throw Self.error(
        "is for space of three dimensions, and this has \(dimension)"
          + (dimension == 2 ? "; use planar-bond-order" : "; leave it out"))
    }
    self.settings = settings
  }

  /// `q_6`
  public var names: [String] { ["q_\(settings.degree)"] }

  /// The orders.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    let bonds = settings.bonds
    var values = [Double](repeating: 0, count: microstate.pointCount)
    try microstate.forEachNeighbourhood(cutoff: bonds.neighbours.cutoff, nearest: bonds.nearest) { i, neighbours in
      // Particles in one place have no direction.
      let directed = neighbours.filter { $0.square > 0 }.map { neighbour in
        (direction: neighbour.vector / neighbour.square.squareRoot(), weight: bonds.weight(neighbour.square))
      }
      var sum = 0.0
      for (j, a) in directed.enumerated() {
        sum += a.weight * a.weight
        for b in directed[..<j] { sum += 2 * a.weight * b.weight * legendre(a.direction.dot(b.direction)) }
      }
      let weights = directed.reduce(0) { $0 + $1.weight }
      values[i] = weights > 0 ? max(sum, 0).squareRoot() / weights : 0
    }
    return values
  }

  /// P_l(x), by its recurrence.
  private func legendre(_ x: Double) -> Double {
    var (before, now) = (1.0, x)
    for l in 1..<max(settings.degree, 1) {
      (before, now) = (now, (Double(2 * l + 1) * x * now - Double(l) * before) / Double(l + 1))
    }
    return now
  }
}
