import MacrostateSettings
import Microstates

/// The number density about a particle, of all species, without itself: ρᵢ = Σ_j f_c(r_ij) / ∫ f_c dV with f_c = ½(1 + cos
/// πr/r_c). That of an ideal gas is its density on average. Units: one over the unit of positions to the power d. The cost
/// is O(n).
public struct LocalDensity: LocalFeature {
  /// The name.
  public static let name = "local-density"
  /// The meaning in a line.
  public static let summary = "The number density about a particle"

  /// The cut-off.
  public let settings: NeighbourSettings
  private let dimension: Int

  /// The density within the cut-off.
  public init(_ settings: NeighbourSettings, speciesNames: [String], dimension: Int) {
    self.settings = settings
    self.dimension = dimension
  }

  /// `local_density`
  public var names: [String] { ["local_density"] }

  /// The densities.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    let cosine = CosineCutoff(cutoff: settings.cutoff)
    let volume = cosine.volume(dimension)
    var values = [Double](repeating: 0, count: microstate.pointCount)
    try microstate.forEachNeighbourhood(cutoff: settings.cutoff) { i, neighbours in
      values[i] = neighbours.reduce(0) { $0 + cosine.weight($1.square) } / volume
    }
    return values
  }
}
