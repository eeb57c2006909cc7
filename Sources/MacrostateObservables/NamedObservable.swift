import MacrostateStorage
import Microstates

/// The observables that can be asked for by name, as in `import --observable mixing-ratio --cutoff 2.5`.
public enum NamedObservable: String, CaseIterable, Codable, Sendable {
  /// The mean energy of a pair of particles, `PairEnergy`.
  case pairEnergy = "pair-energy"
  /// The share of one species among the neighbours of another, `MixingRatio`.
  case mixingRatio = "mixing-ratio"
  /// Short-range order, `WarrenCowley`.
  case warrenCowley = "warren-cowley"
  /// g(r) of every pair of species, `RadialDistribution`.
  case radialDistribution = "radial-distribution"

  /// The observable called `name`.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for an unknown name, with those there are.
  public init(named name: String) throws {
    guard let found = Self(rawValue: name) else {
      let names = Self.allCases.map(\.rawValue)
      let nearest = names.min { editDistance($0, name) < editDistance($1, name) } ?? ""
      // A name that needs half its letters changed was not a slip of the finger.
      let isSlip = 2 * editDistance(nearest, name) < max(nearest.count, name.count)
      let suggestion = isSlip ? " (did you mean '\(nearest)'?)" : ""
      throw MacrostateError(
        .usage, "unknown observable '\(name)'\(suggestion); there are: \(names.joined(separator: ", "))")
    }
    self = found
  }

  /// The observable of particles of the species `speciesNames`.
  ///
  /// - Parameters:
  ///   - cutoff: the distance below which particles are neighbours; 2.5 where it is not given.
  ///   - bins: intervals of distance of the radial distribution; 50 where it is not given.
  /// - Throws: `MacrostateError` of kind `usage` for a setting that the observable does not have or that makes no sense,
  ///   or for too few species.
  public func observable(
    speciesNames: [String], cutoff: Double? = nil, bins: Int? = nil
  ) throws -> any Observable {
    if self == .pairEnergy {
      try require(cutoff == nil && bins == nil, "takes all pairs; leave out --cutoff and --bins")
      return PairEnergy()
    }
    let cutoff = cutoff ?? MixingRatio.defaultCutoff
    try require(cutoff > 0 && cutoff.isFinite, "needs a positive cut-off, not \(cutoff)")
    if self == .radialDistribution {
      let bins = bins ?? RadialDistribution.defaultBins
      try require((1...1000).contains(bins), "takes 1 to 1000 bins, not \(bins)")
      return RadialDistribution(speciesNames: speciesNames, search: NeighbourSearch(cutoff: cutoff, bins: bins))
    }
    try require(bins == nil, "has no bins; leave out --bins")
    try require(speciesNames.count > 1, "needs two species or more; the data have one")
    let search = NeighbourSearch(cutoff: cutoff)
    return self == .mixingRatio
      ? MixingRatio(speciesNames: speciesNames, search: search)
      : WarrenCowley(speciesNames: speciesNames, search: search)
  }

  /// The observable that a data set's values came from.
  ///
  /// - Throws: `MacrostateError` of kind `usage` where this version of the program does not know it.
  public static func observable(
    _ definition: ObservableDescription.Definition, speciesNames: [String]
  ) throws -> any Observable {
    try NamedObservable(named: definition.observable).observable(
      speciesNames: speciesNames, cutoff: definition.settings["cutoff"],
      bins: definition.settings["bins"].flatMap { Int(exactly: $0) })
  }

  private func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
    if !condition { throw MacrostateError(.usage, "the observable '\(rawValue)' \(problem())") }
  }
}

extension ObservableDescription.Definition {
  static func mixingRatio(_ search: NeighbourSearch) -> Self { named(.mixingRatio, ["cutoff": search.cutoff]) }

  static func warrenCowley(_ search: NeighbourSearch) -> Self { named(.warrenCowley, ["cutoff": search.cutoff]) }

  static func radialDistribution(_ search: NeighbourSearch) -> Self {
    named(.radialDistribution, ["cutoff": search.cutoff, "bins": Double(search.bins)])
  }

  private static func named(_ observable: NamedObservable, _ settings: [String: Double]) -> Self {
    Self(observable: observable.rawValue, settings: settings)
  }
}

/// The least number of letters to insert, remove or replace to turn `a` into `b` (Levenshtein).
private func editDistance(_ a: String, _ b: String) -> Int {
  let b = Array(b)
  var row = Array(0...b.count)
  for (i, letter) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let replaced = diagonal + (letter == b[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
    }
  }
  return row[b.count]
}
