import MacrostateSettings
import MacrostateStorage
import Microstates

/// How well species are mixed: R_AB, the share of B among all neighbours of A's particles, for every ordered pair of
/// different species. Pure numbers in [0, 1].
///
///     R_AB = Σ_{i ∈ A} (neighbours of i that are B) / Σ_{i ∈ A} (all neighbours of i)
///
/// pooled over the particles of A; a neighbour is closer than the cut-off. In a random mixture R_AB is the share c_B of B
/// among all particles. Where A has no neighbours at all (or no particles), none of them is B: R_AB is 0 then.
/// (Han, Chen and Li, Sec. 4.3.) The cost is O(n).
public struct MixingRatio: Observable {
  /// The name.
  public static let name = "mixing-ratio"
  /// The meaning in a line.
  public static let summary = "The share of a species among the neighbours of another"
  /// Yes.
  public static let isLocal = true

  /// The pairs A, B, in the order of the values.
  public let pairs: [SpeciesPair]
  private let speciesNames: [String]
  private let search: NeighbourSearch

  /// The mixing ratios of the species `speciesNames`, of which there are two or more.
  public init(speciesNames: [String], search: NeighbourSearch = NeighbourSearch(cutoff: NeighbourSettings().cutoff)) {
    self.speciesNames = speciesNames
    self.search = search
    pairs = SpeciesPair.ordered(speciesNames)
  }

  /// The same, of neighbours within the cut-off of `settings`.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for one species.
  public init(_ settings: NeighbourSettings, speciesNames: [String], box: SimulationBox?) throws {
    try SpeciesPair.requireTwo(speciesNames, for: Self.name)
    self.init(speciesNames: speciesNames, search: NeighbourSearch(cutoff: settings.cutoff))
  }

  /// The cut-off.
  public var settings: NeighbourSettings { NeighbourSettings(cutoff: search.cutoff) }

  /// `R_AB`, `R_BA`, …
  public var quantities: [ObservableDescription] {
    pairs.map { ObservableDescription(name: "R_\($0.name)") }
  }

  /// The ratios in the order of `pairs`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` for another number of species, or where neighbours cannot be found.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    try microstate.require(species: speciesNames)
    let counts = try search.count(microstate)
    return pairs.map { counts.share(of: $0.second, around: $0.first) ?? 0 }
  }
}

extension NeighbourSearch.Counts {
  /// The share of `other` among the neighbours of `species`; nil where it has none.
  func share(of other: Int, around species: Int) -> Double? {
    let all = neighbours(of: species)
    return all == 0 ? nil : Double(neighbours(of: species, other)) / Double(all)
  }
}
