import MacrostateSettings
import PointDensities

/// The encoder ẑ = φ̂(X).
public struct EncoderSettings: SettingsGroup {
  /// The encoder that is chosen, with its settings.
  public var part = PartSettings<Encoders>()
  /// What the encoder sees of a point.
  public var inputs = PointInputs.all
  /// dim ẑ.
  public var closureDimension = 8

  /// The defaults.
  public init() {}

  /// The kind of encoder.
  public var kind: PartName<Encoders> {
    get { part.kind }
    set { part.kind = newValue }
  }

  /// The settings of `deep-set` and `flattened`.
  public var perceptron: PerceptronEncoderSettings {
    get { part[PerceptronEncoderSettings.self] }
    set { part[PerceptronEncoderSettings.self] = newValue }
  }

  /// The settings of `set-transformer`.
  public var setTransformer: SetTransformerSettings {
    get { part[SetTransformerSettings.self] }
    set { part[SetTransformerSettings.self] = newValue }
  }

  /// The subject of the group.
  public static let summary = "The encoder of a set into closure variables"

  /// The keys of the group.
  public static var settings: [Setting<EncoderSettings>] {
    [
      Setting(
        PartSettings<Encoders>.kindSetting(
          "a mean over a network of each point (deep-set) or attention (set-transformer), invariant under permutations; "
            + "or a network of all points side by side (flattened), for one n"), at: \.part),
      Setting(
        "inputs", \.inputs,
        "what the encoder sees of a point: positions and features (all), positions, or features alone"),
      Setting("closure_dimension", \.closureDimension, .between(1, 1024), "number of closure variables"),
    ] + PartSettings<Encoders>.partSettings.map { Setting($0, at: \.part) }
  }

  /// The rules of the encoder that is chosen.
  public static var rules: [SettingRule<EncoderSettings>] {
    PartSettings<Encoders>.rules.map { SettingRule($0, at: \.part) }
  }
}

extension PartName<Encoders> {
  /// ρ(mean φ(xⁱ)).
  public static let deepSet = PartName(DeepSetEncoder.self)
  /// A perceptron of all points side by side.
  public static let flattened = PartName(FlattenedEncoder.self)
  /// Attention through inducing points.
  public static let setTransformer = PartName(SetTransformerEncoder.self)
}
