import Foundation
import MacrostateSettings
import Microstates

/// The shells about a particle.
public struct RadialSymmetrySettings: SettingsGroup {
  /// What the group is about.
  public static let summary = "The shells about a particle"
  /// The keys.
  public static let settings: [Setting<RadialSymmetrySettings>] =
    NeighbourSettings.settings.map { Setting($0, at: \.neighbours) } + [
      Setting("first", \.first, .positive, "Radius of the first shell, less than the cut-off"),
      Setting("shells", \.shells, .between(2, 64), "Number of shells, from the first radius to the cut-off"),
    ]

  /// The cut-off.
  public var neighbours = NeighbourSettings()
  /// The radius of the first shell, by default where particles of diameter 1 begin to repel.
  public var first = 0.8
  /// The number of shells.
  public var shells = 6

  /// The defaults.
  public init() {}
}

/// Radial symmetry functions of each species: neighbours by shells of distance (J. Behler and M. Parrinello, Phys. Rev. Lett.
/// 98, 146401, 2007),
///
///     g_{s,m}(i) = Σ_{j ∈ s} exp(−η(r_ij − r_m)²) ½(1 + cos πr_ij/r_c),   η = 1/2Δ²
///
/// with radii r_m at distances Δ from the first to the cut-off. The cost is O(n).
public struct RadialSymmetry: LocalFeature {
  /// The name.
  public static let name = "radial-symmetry"
  /// The meaning in a line.
  public static let summary = "Neighbours of each species by shells of distance"

  /// The settings.
  public let settings: RadialSymmetrySettings
  /// `shell_1`, `shell_2`, …, or `shell_A_1`, …, `shell_B_1`, …
  public let names: [String]

  /// The functions with these settings.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for a first radius that is not below the cut-off.
  public init(_ settings: RadialSymmetrySettings, speciesNames: [String], dimension: Int) throws {
    guard settings.first < settings.neighbours.cutoff else {
      throw Self.error("needs first, less than the cut-off \(settings.neighbours.cutoff), not \(settings.first)")
    }
    self.settings = settings
    names = namesBySpecies("shell", speciesNames).flatMap { name in (1...settings.shells).map { "\(name)_\($0)" } }
  }

  /// The functions, shell by shell of each species.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    let (species, width, shells) = (microstate.species, names.count, settings.shells)
    let cutoff = settings.neighbours.cutoff
    let distance = (cutoff - settings.first) / Double(shells - 1)
    let cosine = CosineCutoff(cutoff: cutoff)
    var values = [Double](repeating: 0, count: microstate.pointCount * width)
    try microstate.forEachNeighbourhood(cutoff: cutoff) { i, neighbours in
      for neighbour in neighbours {
        let (r, weight) = (neighbour.square.squareRoot(), cosine.weight(neighbour.square))
        let first = i * width + species[neighbour.index] * shells
        for shell in 0..<shells {
          let u = (r - settings.first) / distance - Double(shell)
          values[first + shell] += weight * exp(-u * u / 2)
        }
      }
    }
    return values
  }
}
