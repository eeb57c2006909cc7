import MacrostateSettings
import MacrostateStorage
import Microstates

/// The observables that can be asked for by name, as in `import --observable mixing-ratio,cutoff=2.5`.
public enum Observables {
  /// All of them, those that a program adds at the end.
  public static var all: [any Observable.Type] {
    [
      PairEnergy.self, LennardJonesEnergy.self, TabulatedEnergy.self, MixingRatio.self, WarrenCowley.self,
      RadialDistribution.self, CoordinationNumber.self, LargestCluster.self, HexaticOrder.self, StructureFactor.self,
      RadiusOfGyration.self, GyrationTensor.self, EndToEndDistance.self, MaximalExtension.self, PositionMoments.self,
      FeatureMoment.self, Polarisation.self, Milling.self, KineticTemperature.self, BoxLength.self, BoxVolume.self,
      NumberDensity.self,
    ]
      + Parts.added((any Observable.Type).self)
  }

  /// Their names.
  public static var names: [String] { all.map { $0.name } }

  /// The observable called `name`, now or in earlier versions.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for an unknown name, with those there are.
  public static func type(named name: String) throws -> any Observable.Type {
    guard let found = all.first(where: { $0.name == name || $0.earlierNames.contains(name) }) else {
      let hint = Spelling.hint(for: name, among: all.flatMap { $0.earlierNames } + names)
      throw MacrostateError(
        .usage, "unknown observable '\(name)'\(hint); there are: \(names.joined(separator: ", "))")
    }
    return found
  }

  /// The observable that is asked for, of particles of the species `speciesNames` in `box`, or in open space.
  ///
  /// - Parameter dimension: that of space, for observables whose number of values depends on it; that of the box where it
  ///   is nil.
  /// - Throws: `MacrostateError` of kind `usage` (`badData` for a file of settings) for an unknown name, a setting that the
  ///   observable does not have or that makes no sense, or for too few species.
  public static func observable(
    _ request: PartRequest, speciesNames: [String], box: SimulationBox? = nil, dimension: Int? = nil
  ) throws -> any Observable {
    var request = request
    if let d = dimension ?? box?.lengths.count, d > 0, !request.gives(DimensionSetting.key),
      try settingNames(request).contains(DimensionSetting.key)
    {
      request.give(DimensionSetting.key, "\(d)")
    }
    return try make(type(named: request.name), request, speciesNames, box)
  }

  private static func make<Kind: Observable>(
    _ kind: Kind.Type, _ request: PartRequest, _ speciesNames: [String], _ box: SimulationBox?
  ) throws -> any Observable {
    try Kind(request.settings(), speciesNames: speciesNames, box: box)
  }

  /// The observable that a data set's values came from.
  ///
  /// - Throws: `MacrostateError` of kind `usage` where this program does not know it.
  public static func observable(
    _ definition: ObservableDescription.Definition, speciesNames: [String]
  ) throws -> any Observable {
    try type(named: definition.observable).init(stored: definition, speciesNames: speciesNames)
  }

  /// The keys of the settings of the observable that is asked for.
  ///
  /// - Throws: as `observable(_:speciesNames:box:)`.
  public static func settingNames(_ request: PartRequest) throws -> [String] {
    func keys<Kind: Observable>(_ kind: Kind.Type) throws -> [String] {
      try request.settings(Kind.Settings.self).values.map(\.key)
    }
    return try keys(type(named: request.name))
  }
}

extension ObservableDescription.Definition {
  /// What this observable was called and how it was computed by versions that knew no images and no box that follows the
  /// particles; itself where nothing has changed.
  public var ofEarlierVersions: Self {
    (try? Observables.type(named: observable))?.earlierDefinition(self) ?? self
  }
}
