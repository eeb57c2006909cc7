import Foundation
import MacrostateSettings
import MacrostateStorage
import Microstates

/// Which moment of which feature is asked for.
public struct FeatureMomentSettings: SettingsGroup {
  /// What the group is about.
  public static let summary = "A moment of a feature"
  /// The keys.
  public static let settings: [Setting<FeatureMomentSettings>] = [
    Setting("feature", \.feature, "The feature of the particles"),
    Setting("power", \.power, .between(1, 12), "p, the power"),
    Setting("about", \.centre, "The mean of the feature, or zero"),
  ]

  /// The name of the feature.
  public var feature = ""
  /// The power p.
  public var power = 1
  /// What the moment is about.
  public var centre = MomentSettings.Centre.zero

  /// The defaults.
  public init() {}
}

/// A moment of a feature f over all particles, ⟨fᵖ⟩ or ⟨(f − ⟨f⟩)ᵖ⟩, in the feature's unit to the power of p: the mean by
/// default, as the potential energy per particle of a column `c_pe`.
///
/// It is intensive; the cost is O(n).
public struct FeatureMoment: Observable {
  /// The name.
  public static let name = "feature-moment"
  /// The meaning in a line.
  public static let summary = "The mean of a feature of the particles, or another moment of it"
  /// No.
  public static let needsPositions = false

  /// The settings.
  public let settings: FeatureMomentSettings

  /// The moment with these settings.
  ///
  /// - Throws: `MacrostateError` of kind `usage` without the name of a feature.
  public init(_ settings: FeatureMomentSettings, speciesNames: [String] = [], box: SimulationBox? = nil) throws {
    guard !settings.feature.isEmpty else {
      throw PartRequest("observable", named: Self.name).error("needs feature, the name of one: feature=charge")
    }
    self.settings = settings
  }

  /// The feature.
  public var usedFeatures: [String] { [settings.feature] }

  /// One value, `mean_charge`, `moment2_charge`, or `central_moment2_charge`.
  public var quantities: [ObservableDescription] {
    let moment = settings.power == 1 ? "mean" : "moment\(settings.power)"
    return [
      ObservableDescription(name: (settings.centre == .mean ? "central_" : "") + "\(moment)_\(settings.feature)")
    ]
  }

  /// The moment.
  ///
  /// - Throws: `MacrostateError` of kind `badData` without particles or the feature.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    let values = try microstate.feature(settings.feature).map(Double.init)
    guard !values.isEmpty else {
      throw MacrostateError(.badData, "a frame without particles has no mean; leave such frames out")
    }
    let n = Double(values.count)
    let centre = settings.centre == .mean ? values.reduce(0, +) / n : 0
    return [values.reduce(0) { $0 + pow($1 - centre, Double(settings.power)) } / n]
  }
}
