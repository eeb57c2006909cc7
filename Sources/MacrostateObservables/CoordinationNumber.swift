import MacrostateSettings
import MacrostateStorage
import Microstates

/// The coordination numbers Z_AB: how many neighbours of species B a particle of species A has on average, for every
/// ordered pair of species, of one species with itself too. Pure numbers.
///
///     Z_AB = (1/N_A) Σ_{i ∈ A} |{j ∈ B, j ≠ i, r_ij < r_c}|
///
/// 0 where there is no A. It is intensive; the cost is O(n).
public struct CoordinationNumber: Observable {
  /// The name.
  public static let name = "coordination-number"
  /// The meaning in a line.
  public static let summary = "The mean number of neighbours, by pair of species"
  /// Yes.
  public static let isLocal = true

  /// The cut-off.
  public let settings: NeighbourSettings
  private let speciesNames: [String]
  private let pairs: [SpeciesPair]

  /// The coordination numbers of the species `speciesNames`.
  public init(_ settings: NeighbourSettings, speciesNames: [String], box: SimulationBox? = nil) {
    self.settings = settings
    self.speciesNames = speciesNames
    pairs = SpeciesPair.all(speciesNames)
  }

  /// `Z_AA`, `Z_AB`, `Z_BA`, …
  public var quantities: [ObservableDescription] { pairs.map { ObservableDescription(name: "Z_\($0.name)") } }

  /// The numbers in the order of the pairs.
  ///
  /// - Throws: `MacrostateError` of kind `badData` for another number of species, or where neighbours cannot be found.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    try microstate.require(species: speciesNames)
    let counts = try NeighbourSearch(cutoff: settings.cutoff).count(microstate)
    return pairs.map { pair in
      let n = microstate.speciesCounts[pair.first]
      return n == 0 ? 0 : Double(counts.neighbours(of: pair.first, pair.second)) / Double(n)
    }
  }
}
