import MacrostateSettings
import MacrostateStorage
import Microstates

/// The Warren–Cowley parameters of short-range order, α_AB = 1 − R_AB/c_B with the mixing ratio R_AB and the share c_B of
/// B among all particles, for every ordered pair of different species.
///
/// 0 in a random mixture, 1 where A has no neighbour B, negative where A prefers B. Where A has no neighbours, or there is
/// no B, no order can be spoken of: α_AB is 0. (J. M. Cowley, Phys. Rev. 77, 669, 1950.) The cost is O(n).
public struct WarrenCowley: Observable {
  /// The name.
  public static let name = "warren-cowley"
  /// The meaning in a line.
  public static let summary = "Short-range order: how species prefer each other as neighbours"
  /// Yes.
  public static let isLocal = true

  /// The pairs A, B, in the order of the values.
  public let pairs: [SpeciesPair]
  private let speciesNames: [String]
  private let search: NeighbourSearch

  /// The parameters of the species `speciesNames`, of which there are two or more.
  public init(
    speciesNames: [String], search: NeighbourSearch = NeighbourSearch(cutoff: NeighbourSettings().cutoff)
  ) {
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

  /// `alpha_AB`, `alpha_BA`, …
  public var quantities: [ObservableDescription] {
    pairs.map { ObservableDescription(name: "alpha_\($0.name)") }
  }

  /// The parameters in the order of `pairs`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` for another number of species, or where neighbours cannot be found.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    try microstate.require(species: speciesNames)
    let counts = try search.count(microstate)
    let n = Double(microstate.pointCount)
    return pairs.map { pair in
      let concentration = Double(microstate.speciesCounts[pair.second]) / n
      guard concentration > 0, let ratio = counts.share(of: pair.second, around: pair.first) else { return 0 }
      return 1 - ratio / concentration
    }
  }
}
