import MacrostateSettings
import MacrostateStorage
import Microstates

/// A local environment: m numbers of every particle that are computed from its surroundings, and stored as its features.
/// They do not change when the frame is turned, moved or put in another order, nor by the images of its particles. A new
/// one is a type in a file of its own and a line in `LocalFeatures.all`.
public protocol LocalFeature: Part {
  /// The settings of the feature.
  associatedtype Settings
  /// What it is, in one line.
  static var summary: String { get }
  /// The features of the particles that it looks at: `vx`.
  static var features: [String] { get }

  /// The settings that it was made from.
  var settings: Settings { get }

  /// The feature of particles of the species `speciesNames` in space of `dimension` dimensions.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for settings that make no sense together or for another space; words that
  ///   follow the feature's name.
  init(_ settings: Settings, speciesNames: [String], dimension: Int) throws

  /// The names of the m numbers.
  var names: [String] { get }

  /// The numbers of all particles, `[n, m]`, in the order of the positions.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where it is not defined for this frame.
  func evaluate(_ microstate: MicrostateView) throws -> [Double]
}

extension LocalFeature {
  /// What its settings are about.
  public static var summary: String { Settings.summary }
  /// None.
  public static var features: [String] { [] }

  /// The name and all settings, as data sets and models store them.
  public var definition: ObservableDescription.Definition {
    let stored = settings.values.map { ($0.key, Double($0.yaml).map(StoredSetting.number) ?? .text($0.yaml)) }
    return .init(observable: Self.name, settings: Dictionary(uniqueKeysWithValues: stored))
  }

  /// The error that this feature has `problem`, in words that follow its name.
  static func error(_ problem: String) -> MacrostateError {
    PartRequest(LocalFeatures.family, named: Self.name).error(problem)
  }
}
