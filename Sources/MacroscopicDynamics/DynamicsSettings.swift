import MacrostateSettings

/// The dynamics of the macrostate.
public struct DynamicsSettings: SettingsGroup {
  /// The components of the macrostate that a model describes.
  public enum Observables: String, Codable, SettingChoice {
    /// One model of all observables and ẑ.
    case joint
    /// For each observable a model of it and ẑ.
    case separate
  }

  /// Whether the macrostate contains the composition, where there are several species.
  public enum Composition: String, Codable, SettingChoice {
    /// z = [z̄, ẑ], as in the paper.
    case none
    /// z = [z̄, ẑ, x] with the species' fractions x as constants.
    case fractions
  }

  /// The kind of dynamics that is chosen, with its settings.
  public var part = PartSettings<DynamicsKinds>()
  /// One model of all observables, or one for each.
  public var observables = Observables.joint
  /// Whether the species' fractions belong to the macrostate, where trajectories differ in them and each keeps its own.
  public var composition = Composition.fractions
  /// Models trained from different seeds, whose range predictions show.
  public var ensemble = 3

  /// The defaults.
  public init() {}

  /// The kind of dynamics.
  public var kind: PartName<DynamicsKinds> {
    get { part.kind }
    set { part.kind = newValue }
  }

  /// The settings of `ode` and `sde`.
  public var equation: DifferentialEquationSettings {
    get { part[DifferentialEquationSettings.self] }
    set { part[DifferentialEquationSettings.self] = newValue }
  }

  /// The subject of the group.
  public static let summary = "The dynamics of observables and closure variables"

  /// The keys of the group.
  public static var settings: [Setting<DynamicsSettings>] {
    [Setting(PartSettings<DynamicsKinds>.kindSetting("without noise (ode) or with noise (sde)"), at: \.part)]
      + PartSettings<DynamicsKinds>.partSettings.map { Setting($0, at: \.part) } + [
        Setting(
          "observables", \.observables,
          "one model of the whole macrostate (joint), or for each observable a model of it and the closure variables "
            + "(separate)"),
        Setting(
          "composition", \.composition,
          "where there are several species: the macrostate contains their fractions as constants (fractions) or does "
            + "not, as in the paper (none); they are left out where all training trajectories have the same, or one "
            + "changes them"),
        Setting(
          "ensemble", \.ensemble, .between(1, 64),
          "models trained from different seeds, whose range predictions show"),
      ]
  }

  /// The rules of the kind that is chosen.
  public static var rules: [SettingRule<DynamicsSettings>] {
    PartSettings<DynamicsKinds>.rules.map { SettingRule($0, at: \.part) }
  }
}
