import MacrostateSettings
import MacrostateTraining

/// Stage I: training of the encoder by its objective.
@dynamicMemberLookup
public struct ClosureTrainingSettings: SettingsGroup {
  /// The objectives.
  public enum Objective: String, Codable, SettingChoice {
    /// The density that the points induce.
    case density
    /// The points themselves, in the order of the data.
    case pointwise
    /// The points themselves, by the Chamfer distance.
    case chamfer
    /// No reconstruction: one step of the dynamics, which is trained together with the encoder and kept.
    case dynamics
  }

  /// The objective of the encoder.
  public var objective = Objective.density
  /// λ of the one-step error of a dynamics that is added to the loss of a reconstruction; 0 for none.
  public var dynamicsWeight = 0.0
  /// Length and rates; they are read and set as the settings' own.
  public var optimizer = OptimizerSettings(steps: 8000, validationInterval: 500)
  /// Frames a step; two of a window where a dynamics is trained, too.
  public var batch = 64
  /// Steps over which the learning rate rises from 0.
  public var warmupSteps = 0
  /// The largest norm of the gradient; 0 for no limit.
  public var gradientClip = 0.0
  /// A frame is drawn at the share uᵖ of its trajectory, u uniform: p above 1 draws early frames more often.
  public var framePower = 1.0
  /// Sets of a validation.
  public var validationSets = 1024

  /// The defaults.
  public init() {}

  /// A setting of the optimiser.
  public subscript<Value>(dynamicMember key: WritableKeyPath<OptimizerSettings, Value>) -> Value {
    get { optimizer[keyPath: key] }
    set { optimizer[keyPath: key] = newValue }
  }

  /// The subject of the group.
  public static let summary = "Stage I: training of the encoder"

  /// The keys of the group.
  public static let settings: [Setting<ClosureTrainingSettings>] =
    [
      Setting(
        "objective", \.objective,
        "what the encoder learns by: the points' density, the points in their order, the nearest points, or, without a "
          + "reconstruction, a dynamics that is trained with it and takes the place of stage II"),
      Setting(
        "dynamics_weight", \.dynamicsWeight, .between(0, 1e6),
        "weight of the one-step error of a dynamics that is added to the loss of a reconstruction; 0 for none"),
      Setting(
        "batch", \.batch, .between(1, 1_000_000),
        "frames a step; where a dynamics is trained, too, they are the two of each window"),
      Setting(
        "warmup_steps", \.warmupSteps, .between(0, 1_000_000_000),
        "steps over which the learning rate rises from 0"),
      Setting(
        "gradient_clip", \.gradientClip, .between(0, 1e6),
        "largest norm of the gradient; 0 for no limit"),
      Setting(
        "frame_power", \.framePower, .between(0.1, 10),
        "frames are drawn at the share u^power of a trajectory: above 1, early frames more often"),
      Setting("validation_sets", \.validationSets, .between(1, 10_000_000), "sets of a validation"),
    ] + OptimizerSettings.settings.map { Setting($0, at: \.optimizer) }

  /// The rules of rates and lengths.
  public static let rules: [SettingRule<ClosureTrainingSettings>] =
    OptimizerSettings.rules.map { SettingRule($0, at: \.optimizer) } + [
      SettingRule(keys: ["warmup_steps", "steps"]) { settings, path in
        settings.warmupSteps > settings.steps ? "\(path("warmup_steps")) must be at most \(path("steps"))" : nil
      }
    ]
}
