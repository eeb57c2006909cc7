import Foundation
import Microstates

/// An option of `import` that some readers take, and others do not.
public enum ReadingOption: String, CaseIterable, Sendable {
  case timeStep = "time-step"
  case species, dimension, join, observables
  case observableNames = "observable-names"
  case types, grid, array, features
  case speciesBy = "species-by"
  case lengthUnit = "length-unit"
  case timeUnit = "time-unit"
  case select, topology, whole, unwrap, particles

  /// The option as it is written.
  public var flag: String { "--\(rawValue)" }
}

/// What files do not say of their trajectories themselves.
public struct ReadingOptions: Sendable {
  /// The time between frames, or of a step of the simulation.
  public var timeStep: Double?
  /// The names of the species.
  public var speciesNames: [String]?
  /// The dimension d of space.
  public var dimension: Int?
  /// Whether all files are one trajectory.
  public var joinsFiles = false
  /// A file of observables.
  public var observables: URL?
  /// The names of these observables.
  public var observableNames: [String]?
  /// A file of the particles' types.
  public var types: URL?
  /// The numbers of cells along the axes of a grid, where the file has states without positions.
  public var grid: [Int]?
  /// The name of the array of positions in a file of several arrays; nil for the names that are known.
  public var array: String?
  /// The columns that become features of particles.
  public var features: [String] = []
  /// The columns that are read for observables where files have them, and are not stored.
  public var auxiliaryFeatures: [String] = []
  /// What makes the species; nil for types, else names, else elements.
  public var speciesBy: ParticleLabel?
  /// The units of the data set; nil for those of the files.
  public var lengthUnit, timeUnit: MeasuringUnit?
  /// What particles must be to be read: all of these.
  public var selection: [ParticleSelection] = []
  /// A file of what the trajectory does not say of its particles: names, residues, masses, bonds.
  public var topology: URL?
  /// What is made of positions that were wrapped into a periodic box.
  public var wholeness = ParticleWholeness.wrapped
  /// What a point is.
  public var unit = ParticleUnit.atom
  /// Where a model wants the particles that it predicts from; nil for a data set of their own.
  public var placement: ModelPlacement?

  /// Nothing is said, but for the types of arrays and the cells of a grid.
  public init(types: URL? = nil, grid: [Int]? = nil) { (self.types, self.grid) = (types, grid) }

  /// The options that say something.
  public var given: [ReadingOption] {
    let isGiven: [(ReadingOption, Bool)] = [
      (.timeStep, timeStep != nil), (.species, speciesNames != nil), (.dimension, dimension != nil),
      (.join, joinsFiles), (.observables, observables != nil), (.observableNames, observableNames != nil),
      (.types, types != nil), (.grid, grid != nil), (.array, array != nil),
      (.features, !features.isEmpty), (.speciesBy, speciesBy != nil),
      (.select, !selection.isEmpty), (.topology, topology != nil), (.whole, wholeness == .whole),
      (.unwrap, wholeness == .unwrapped), (.particles, unit != .atom),
      (.lengthUnit, lengthUnit != nil), (.timeUnit, timeUnit != nil),
    ]
    return isGiven.filter(\.1).map(\.0)
  }
}

/// Where a model wants particles: in its box, relative to its offset.
public struct ModelPlacement: Sendable {
  /// The box, for files that tell none; nil for open space.
  public var box: SimulationBox?
  /// What positions are relative to; nil for 0.
  public var offset: [Double]?
  /// The names of the features that the model's points have, without weights.
  public var features: [String]
  /// The names of the features that the model's observables look at.
  public var observedFeatures: [String] = []
  /// The units of the model's data.
  public var units: DatasetDescription.Units
  /// Whether the file is one configuration: arrays may then be without axes for trajectories and frames, and what belongs
  /// to frames is not looked at.
  public var isOneConfiguration: Bool

  /// A placement in `box`, relative to `offset`.
  public init(
    box: SimulationBox?, offset: [Double]?, features: [String] = [],
    units: DatasetDescription.Units = DatasetDescription.Units(), isOneConfiguration: Bool
  ) {
    (self.features, self.units) = (features, units)
    self.box = box
    self.offset = offset
    self.isOneConfiguration = isOneConfiguration
  }
}
