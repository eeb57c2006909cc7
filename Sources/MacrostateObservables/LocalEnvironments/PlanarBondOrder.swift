import Foundation
import MacrostateSettings
import Microstates

/// The bond order of a particle in the plane, from 0 to 1:
///
///     |ψ_k(i)| = |Σ_j w_ij e^{ikθ_ij}| / Σ_j w_ij
///
/// with the direction θ_ij to neighbour j, and w = ½(1 + cos πr/r_c) or 1; 0 without neighbours. |ψ₆| is 1 in a hexagonal
/// lattice. The cost is O(n).
public struct PlanarBondOrder: LocalFeature {
  /// The name.
  public static let name = "planar-bond-order"
  /// The meaning in a line.
  public static let summary = "The bond order |psi_k| in the plane"

  /// The settings.
  public let settings: PlanarBondSettings

  /// The order with these settings.
  ///
  /// - Throws: `MacrostateError` of kind `usage` outside of the plane.
  public init(_ settings: PlanarBondSettings, speciesNames: [String], dimension: Int) throws {
    guard dimension == 2 else {
      throw Self.error("is for particles in the plane, and space has \(dimension) dimensions; use bond-order in space")
    }
    self.settings = settings
  }

  /// `psi_6`
  public var names: [String] { ["psi_\(settings.fold)"] }

  /// The orders.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    let bonds = settings.bonds
    var values = [Double](repeating: 0, count: microstate.pointCount)
    try microstate.forEachNeighbourhood(cutoff: bonds.neighbours.cutoff, nearest: bonds.nearest) { i, neighbours in
      var (sum, weights) = (SIMD2<Double>.zero, 0.0)
      for neighbour in neighbours {
        let weight = bonds.weight(neighbour.square)
        let angle = Double(settings.fold) * atan2(neighbour.vector.y, neighbour.vector.x)
        sum += weight * SIMD2(cos(angle), sin(angle))
        weights += weight
      }
      values[i] = weights > 0 ? (sum * sum).sum().squareRoot() / weights : 0
    }
    return values
  }
}
