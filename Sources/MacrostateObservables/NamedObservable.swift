import MacrostateStorage
import Microstates

/// The observables that can be asked for by name, as in `import --observable mixing-ratio,cutoff=2.5`.
public enum NamedObservable: String, CaseIterable, Codable, Sendable {
  /// The mean energy of a pair of particles by the paper's force, `PairEnergy`.
  case pairEnergy = "pair-energy:tanh"
  /// The share of one species among the neighbours of another, `MixingRatio`.
  case mixingRatio = "mixing-ratio"
  /// Short-range order, `WarrenCowley`.
  case warrenCowley = "warren-cowley"
  /// g(r) of every pair of species, `RadialDistribution`.
  case radialDistribution = "radial-distribution"

  /// The name that says nothing of the force: of the time when there was one alone.
  static let plainPairEnergy = "pair-energy"

  /// The observable called `name`; `pair-energy` alone is that of the paper's force.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for an unknown name, with those there are.
  public init(named name: String) throws {
    guard let found = name == Self.plainPairEnergy ? .pairEnergy : Self(rawValue: name) else {
      let names = Self.allCases.map(\.rawValue)
      let hint = Spelling.hint(for: name, among: [Self.plainPairEnergy] + names)
      throw MacrostateError(
        .usage, "unknown observable '\(name)'\(hint); there are: \(names.joined(separator: ", "))")
    }
    self = found
  }

  /// The names of its settings: `cutoff` is the distance below which particles are neighbours (2.5 where it is not
  /// given), `bins` the intervals of distance (50), a and b the parameters of `PairInteraction` (4 and 0.1).
  public var settingNames: [String] {
    switch self {
    case .pairEnergy: ["a", "b"]
    case .mixingRatio, .warrenCowley: ["cutoff"]
    case .radialDistribution: ["cutoff", "bins"]
    }
  }

  /// The observable of particles of the species `speciesNames`.
  ///
  /// - Parameters:
  ///   - settings: those that are not the usual ones, by name.
  ///   - box: the box of the particles; nil for open space.
  /// - Throws: `MacrostateError` of kind `usage` for a setting that the observable does not have or that makes no sense,
  ///   or for too few species.
  public func observable(
    speciesNames: [String], settings: [String: Double] = [:], box: SimulationBox? = nil
  ) throws -> any Observable {
    if let other = settings.keys.sorted().first(where: { !settingNames.contains($0) }) {
      try require(
        false,
        "has no setting '\(other)'\(Spelling.hint(for: other, among: settingNames)); it has: "
          + settingNames.joined(separator: ", "))
    }
    switch self {
    case .pairEnergy:
      let usual = PairInteraction()
      return PairEnergy(try interaction(a: settings["a"] ?? usual.a, b: settings["b"] ?? usual.b))
    case .mixingRatio:
      return MixingRatio(speciesNames: speciesNames, search: try search(settings, of: speciesNames))
    case .warrenCowley:
      return WarrenCowley(speciesNames: speciesNames, search: try search(settings, of: speciesNames))
    case .radialDistribution:
      return RadialDistribution(
        speciesNames: speciesNames, search: try binnedSearch(settings),
        followsParticles: box?.boundaries.contains(.open) ?? false)
    }
  }

  /// The observable that a data set's values came from.
  ///
  /// - Throws: `MacrostateError` of kind `usage` where this version of the program does not know it.
  public static func observable(
    _ definition: ObservableDescription.Definition, speciesNames: [String]
  ) throws -> any Observable {
    if definition == .pairEnergyInOpenSpace { return PairEnergy(countsImages: false) }
    let named = try NamedObservable(named: definition.observable)
    guard named == .radialDistribution else {
      return try named.observable(speciesNames: speciesNames, settings: definition.settings)
    }
    var settings = definition.settings
    let followsParticles = settings.removeValue(forKey: ObservableDescription.Definition.followsParticles) == 1
    return RadialDistribution(
      speciesNames: speciesNames, search: try named.binnedSearch(settings), followsParticles: followsParticles)
  }

  private func interaction(a: Double, b: Double) throws -> PairInteraction {
    // The bounds of what single precision can calculate with.
    try require(a > 0 && a <= 1e6, "needs a steepness a above 0, at most 1e6, not \(a)")
    try require(abs(b) <= 1e6, "needs a repulsion b from -1e6 to 1e6, not \(b)")
    return PairInteraction(a: a, b: b)
  }

  private func search(_ settings: [String: Double], of speciesNames: [String]) throws -> NeighbourSearch {
    try require(speciesNames.count > 1, "needs two species or more; the data have one")
    return NeighbourSearch(cutoff: try cutoff(settings))
  }

  private func binnedSearch(_ settings: [String: Double]) throws -> NeighbourSearch {
    let bins = settings["bins"] ?? Double(RadialDistribution.defaultBins)
    guard let count = Int(exactly: bins), (1...1000).contains(count) else {
      throw problem("takes 1 to 1000 bins, not \(Int(exactly: bins).map(String.init) ?? "\(bins)")")
    }
    return NeighbourSearch(cutoff: try cutoff(settings), bins: count)
  }

  private func cutoff(_ settings: [String: Double]) throws -> Double {
    let cutoff = settings["cutoff"] ?? MixingRatio.defaultCutoff
    try require(cutoff > 0 && cutoff.isFinite, "needs a positive cut-off, not \(cutoff)")
    return cutoff
  }

  private func require(_ condition: Bool, _ text: @autoclosure () -> String) throws {
    if !condition { throw problem(text()) }
  }

  private func problem(_ text: String) -> MacrostateError {
    MacrostateError(.usage, "the observable '\(rawValue)' \(text)")
  }
}

extension ObservableDescription.Definition {
  /// The setting of g(r) where an open axis ends with the particles of each frame.
  static let followsParticles = "open-axes-follow-particles"

  /// The paper's pair energy with a = 4 and b = 0.1 in open space, whatever the box: of built-in simulations, and of all
  /// data of versions that knew no images.
  static let pairEnergyInOpenSpace = Self(observable: NamedObservable.plainPairEnergy)

  static func pairEnergy(_ interaction: PairInteraction) -> Self {
    named(.pairEnergy, ["a": interaction.a, "b": interaction.b])
  }

  static func mixingRatio(_ search: NeighbourSearch) -> Self { named(.mixingRatio, ["cutoff": search.cutoff]) }

  static func warrenCowley(_ search: NeighbourSearch) -> Self { named(.warrenCowley, ["cutoff": search.cutoff]) }

  static func radialDistribution(_ search: NeighbourSearch, followsParticles: Bool) -> Self {
    let settings = ["cutoff": search.cutoff, "bins": Double(search.bins)]
    return named(.radialDistribution, followsParticles ? settings.merging([Self.followsParticles: 1]) { $1 } : settings)
  }

  private static func named(_ observable: NamedObservable, _ settings: [String: Double]) -> Self {
    Self(observable: observable.rawValue, settings: settings)
  }

  /// What this observable was called and how it was computed by versions that knew no images and no box that follows the
  /// particles; itself where nothing has changed.
  public var ofEarlierVersions: Self {
    if self == .pairEnergy(PairInteraction()) { return .pairEnergyInOpenSpace }
    var earlier = self
    earlier.settings[Self.followsParticles] = nil
    return earlier
  }
}
