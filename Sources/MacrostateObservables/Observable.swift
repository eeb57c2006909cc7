import MacrostateSettings
import MacrostateStorage
import Microstates

/// A macroscopic observable z̄ = φ̄(X): k numbers that are computed from the particles of one frame and do not depend
/// on their order. A new one is a type in a file of its own and a line in `Observables.all`.
///
///     public struct SquaredRadius: Observable {
///       public static let name = "squared-radius"
///       public let settings = NoSettings()
///       public init(_ settings: NoSettings, speciesNames: [String], box: SimulationBox?) {}
///       public var quantities: [ObservableDescription] { [ObservableDescription(name: "squared-radius")] }
///       public func evaluate(_ microstate: MicrostateView) throws -> [Double] { … }
///     }
///
/// Observables should be intensive (not grow with n), or what is learned at one n says nothing about another;
/// `IntensivityCheck` notices those that are not.
public protocol Observable: Part {
  /// The settings of the observable.
  associatedtype Settings
  /// What it is, in one line.
  static var summary: String { get }
  /// The features that it may look at, whatever its settings: `vx`, `mass`. They are read from a file even where they are
  /// not stored.
  static var features: [String] { get }
  /// The names by which earlier versions knew it.
  static var earlierNames: [String] { get }
  /// Whether it is computed from positions: states without any, such as grids, are then refused.
  static var needsPositions: Bool { get }
  /// Whether a periodic box of twice the length, with the particles twice, has the same values, but for O(1/n).
  static var isLocal: Bool { get }

  /// The settings that it was made from.
  var settings: Settings { get }
  /// The features that it may look at with these settings.
  var usedFeatures: [String] { get }

  /// The observable of particles of the species `speciesNames`.
  ///
  /// - Parameters:
  ///   - settings: within their limits.
  ///   - box: the box of the particles; nil for open space.
  /// - Throws: `MacrostateError` of kind `usage` for too few species; words that follow the observable's name.
  init(_ settings: Settings, speciesNames: [String], box: SimulationBox?) throws

  /// The names and units of the k values. How they are computed is added to them (`descriptions`).
  var quantities: [ObservableDescription] { get }

  /// The k values.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where the observable is not defined for this frame.
  func evaluate(_ microstate: MicrostateView) throws -> [Double]

  /// The name and the settings as data sets and models store them.
  var definition: ObservableDescription.Definition { get }
  /// The observable that a data set's values came from.
  ///
  /// - Throws: as `init(_:speciesNames:box:)`.
  init(stored definition: ObservableDescription.Definition, speciesNames: [String]) throws
  /// How versions before stored what is `definition` now; the same where nothing has changed.
  static func earlierDefinition(_ definition: ObservableDescription.Definition) -> ObservableDescription.Definition
}

extension Observable {
  /// What its settings are about.
  public static var summary: String { Settings.summary }
  /// None.
  public static var features: [String] { [] }
  /// The same with all settings.
  public var usedFeatures: [String] { Self.features }
  /// None.
  public static var earlierNames: [String] { [] }
  /// Yes.
  public static var needsPositions: Bool { true }
  /// No.
  public static var isLocal: Bool { false }

  /// The name and all settings.
  public var definition: ObservableDescription.Definition {
    let stored = settings.values.map { ($0.key, Double($0.yaml).map(StoredSetting.number) ?? .text($0.yaml)) }
    return .init(observable: Self.name, settings: Dictionary(uniqueKeysWithValues: stored))
  }

  /// The observable with the stored settings, in open space.
  public init(stored definition: ObservableDescription.Definition, speciesNames: [String]) throws {
    try self.init(PartRequest(definition).settings(), speciesNames: speciesNames, box: nil)
  }

  /// The same.
  public static func earlierDefinition(
    _ definition: ObservableDescription.Definition
  ) -> ObservableDescription.Definition { definition }

  /// The names and units of the k values, and how they are computed.
  public var descriptions: [ObservableDescription] {
    let definition = definition
    return quantities.map { ObservableDescription(name: $0.name, unit: $0.unit, definition: definition) }
  }

  /// The values `[k]` of a frame in space of `dimension` dimensions, in its own box, or else in `box` or in open space.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where the observable is not defined for this frame.
  public func evaluate(
    _ frame: Trajectory.Frame, dimension: Int, box: SimulationBox? = nil, featureNames: [String] = []
  ) throws -> [Double] {
    guard dimension > 0 || !Self.needsPositions else {
      throw MacrostateError(
        .badData, "the observable '\(Self.name)' needs positions, and these states have features alone; leave it out")
    }
    let counts = frame.positions.indices.map {
      frame.pointCount(species: $0, dimension: dimension, featureCount: featureNames.count)
    }
    // Most data sets have one species, whose points can be seen in place.
    func joined(_ sets: [[Float]]) -> [Float] { sets.count == 1 ? sets[0] : sets.flatMap(\.self) }
    return try joined(frame.positions).withUnsafeBufferPointer { positions in
      try joined(featureNames.isEmpty ? [] : frame.features).withUnsafeBufferPointer { features in
        try evaluate(
          MicrostateView(
            dimension: dimension, positions: positions, speciesCounts: counts, box: frame.box ?? box,
            features: features, featureNames: featureNames))
      }
    }
  }
}

extension PartRequest {
  /// The part of a definition, with its settings.
  init(_ definition: ObservableDescription.Definition, of family: String = "observable") {
    self.init(family, named: definition.observable, settings: definition.settings.mapValues(\.yaml))
  }
}

extension StoredSetting {
  /// The setting in YAML.
  fileprivate var yaml: String {
    switch self {
    case .number(let number): Int(exactly: number).map(String.init) ?? "\(number)"
    case .text(let text): text
    }
  }
}
