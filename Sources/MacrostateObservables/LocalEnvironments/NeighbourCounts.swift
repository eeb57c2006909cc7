import MacrostateSettings
import Microstates

/// The number of neighbours of each species, weighted so that none appears or vanishes with a jump:
///
///     c_s(i) = Σ_{j ∈ s} ½(1 + cos πr_ij/r_c)
///
/// The cost is O(n).
public struct NeighbourCounts: LocalFeature {
  /// The name.
  public static let name = "neighbour-counts"
  /// The meaning in a line.
  public static let summary = "Neighbours of each species, weighted by the cosine cut-off"

  /// The cut-off.
  public let settings: NeighbourSettings
  /// `count`, or `count_A`, `count_B`, …
  public let names: [String]

  /// The counts within the cut-off.
  public init(_ settings: NeighbourSettings, speciesNames: [String], dimension: Int) {
    self.settings = settings
    names = namesBySpecies("count", speciesNames)
  }

  /// The counts by species.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    let (species, width, cosine) = (microstate.species, names.count, CosineCutoff(cutoff: settings.cutoff))
    var values = [Double](repeating: 0, count: microstate.pointCount * width)
    try microstate.forEachNeighbourhood(cutoff: settings.cutoff) { i, neighbours in
      for neighbour in neighbours { values[i * width + species[neighbour.index]] += cosine.weight(neighbour.square) }
    }
    return values
  }
}
