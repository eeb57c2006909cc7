import MacrostateSettings

/// The kernel mixture q_X and the conditional density that is fitted to it.
public struct DensitySettings: SettingsGroup {
  /// What the density is one of.
  public enum Inputs: String, SettingChoice, Sendable {
    /// Positions; features where the encoder sees nothing else.
    case auto
    /// Positions and features.
    case all
    /// Positions.
    case positions
    /// Features.
    case features
  }

  /// The conditional density that is chosen, with its settings.
  public var part = PartSettings<Densities>()
  /// What the density is one of.
  public var inputs = Inputs.auto
  /// ε, the smoothing scale of q_X in scaled coordinates.
  public var smoothing = Smoothing(0.01)
  /// K, the samples of q_X per set and step.
  public var samples = 64

  /// The defaults.
  public init() {}

  /// The kind of density.
  public var kind: PartName<Densities> {
    get { part.kind }
    set { part.kind = newValue }
  }

  /// The settings of `spline-flow`.
  public var splineFlow: SplineFlowSettings {
    get { part[SplineFlowSettings.self] }
    set { part[SplineFlowSettings.self] = newValue }
  }

  /// The subject of the group.
  public static let summary = "The smoothed point density and the conditional density that reconstructs it"

  /// The keys of the group.
  public static var settings: [Setting<DensitySettings>] {
    [
      Setting(
        PartSettings<Densities>.kindSetting("the conditional density that is fitted: a flow of splines (spline-flow)"),
        at: \.part),
      Setting(
        "inputs", \.inputs,
        "what the density is one of: positions, features, or both (all); auto: positions, or features where "
          + "encoder.inputs is features"),
      Setting(
        "smoothing", \.smoothing, .each(.between(1e-12, 10)),
        "smoothing scale of the points' density, in scaled coordinates; a list has one for each coordinate; auto by "
          + "leave-one-out on the training points"),
      Setting("samples", \.samples, .between(1, 1_000_000), "samples of it per set and step"),
    ] + PartSettings<Densities>.partSettings.map { Setting($0, at: \.part) }
  }

  /// The rules of the density that is chosen.
  public static var rules: [SettingRule<DensitySettings>] {
    PartSettings<Densities>.rules.map { SettingRule($0, at: \.part) }
  }
}
