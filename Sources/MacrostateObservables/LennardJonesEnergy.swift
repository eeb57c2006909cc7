import Foundation
import MacrostateSettings
import MacrostateStorage
import Microstates

/// The potential energy per particle of a cut Lennard-Jones potential, in the unit of ε:
///
///     E/n = (1/n) Σ_{i<j, r_ij < r_c} [u(r_ij) − s·u(r_c)],   u(r) = 4ε[(σ/r)¹² − (σ/r)⁶]
///
/// with s = 1 for `shift=energy`, else 0, and distances to the nearest images: what LAMMPS's `pair_style lj/cut` with
/// `pair_modify shift yes` or `no` and no tail correction prints as `PotEng` in units lj. (J. E. Lennard-Jones, Proc. R.
/// Soc. A 106, 463, 1924.) It is intensive; the cost is O(n). Positions have single precision: of particles that nearly
/// touch, u carries about 12 times the relative error of their distance.
public struct LennardJonesEnergy: Observable {
  /// The name.
  public static let name = "pair-energy:lennard-jones"
  /// The meaning in a line.
  public static let summary = "The energy per particle of a cut Lennard-Jones potential"
  /// Yes.
  public static let isLocal = true

  /// The potential.
  public let settings: LennardJonesSettings
  private let speciesNames: [String]
  private let potentials: [[Potential]]

  /// u(r) of one pair of species, less what is subtracted.
  private struct Potential {
    var epsilon: Double
    var squaredSigma: Double
    var shift = 0.0

    func energy(_ square: Double) -> Double {
      let ratio = squaredSigma / square
      let attraction = ratio * ratio * ratio
      return 4 * epsilon * (attraction * attraction - attraction) - shift
    }
  }

  /// The energy of particles of the species `speciesNames`.
  ///
  /// - Throws: `MacrostateError` of kind `usage` where there are neither one ε and σ, nor one for each species or each pair.
  public init(_ settings: LennardJonesSettings, speciesNames: [String], box: SimulationBox? = nil) throws {
    self.settings = settings
    self.speciesNames = speciesNames
    let count = speciesNames.count
    func matrix(_ list: NumberList, _ key: String, _ combined: (Double, Double) -> Double) throws -> [[Double]] {
      guard let matrix = LennardJonesSettings.byPair(list, species: count, combined: combined) else {
        throw PartRequest("observable", named: Self.name).error(
          "needs \(key), one number, one for each of the \(count) species (\(speciesNames.joined(separator: ", "))) or "
            + "one for each of their \(count * (count + 1) / 2) pairs, not \(list.values.count)")
      }
      return matrix
    }
    let geometric = { (a: Double, b: Double) in (a * b).squareRoot() }
    let epsilon = try matrix(settings.epsilon, "epsilon", geometric)
    let sigma = try matrix(settings.sigma, "sigma", settings.mixing == .geometric ? geometric : { ($0 + $1) / 2 })
    let cutoff = settings.neighbours.cutoff
    potentials = speciesNames.indices.map { a in
      speciesNames.indices.map { b in
        var potential = Potential(epsilon: epsilon[a][b], squaredSigma: sigma[a][b] * sigma[a][b])
        if settings.shift == .energy { potential.shift = potential.energy(cutoff * cutoff) }
        return potential
      }
    }
  }

  /// One value, `lennard-jones-energy`.
  public var quantities: [ObservableDescription] { [ObservableDescription(name: "lennard-jones-energy")] }

  /// The energy per particle.
  ///
  /// - Throws: `MacrostateError` of kind `badData` for another number of species, without particles, where neighbours
  ///   cannot be found, and where particles stand at one place.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    try microstate.require(species: speciesNames)
    return [
      try microstate.energyPerParticle(cutoff: settings.neighbours.cutoff) { square, a, b in
        potentials[a][b].energy(square)
      }
    ]
  }
}
