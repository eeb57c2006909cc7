import MacrostateSettings
import MacrostateTraining

/// Stage II: training of the dynamics.
@dynamicMemberLookup
public struct DynamicsTrainingSettings: SettingsGroup {
  /// The fate of a dynamics that the encoder was trained with.
  public enum JointDynamics: String, Codable, SettingChoice {
    /// It predicts; there is no second stage (InvE).
    case keep
    /// Another one is trained on the finished ẑ.
    case retrain
  }

  /// Length and rates; they are read and set as the settings' own.
  public var optimizer = OptimizerSettings(steps: 30000, validationInterval: 1000)
  /// Pairs of successive macrostates a step.
  public var batch = 1024
  /// A pair is drawn at the share uᵖ of its trajectory, u uniform: p above 1 draws early pairs more often.
  public var framePower = 1.0
  /// The largest norm of the gradient, 0 for no limit; nil for what the kind of dynamics wants.
  public var gradientClip: Double?
  /// Time steps of the unrolled fine-tuning that follows; 0 for none.
  public var unrollLength = 0
  /// Optimiser steps of the fine-tuning.
  public var unrollSteps = 2000
  /// The highest learning rate of the fine-tuning.
  public var unrollLearningRate = 1e-4
  /// The fate of a dynamics that the encoder was trained with (objective `dynamics`).
  public var jointDynamics = JointDynamics.keep

  /// The defaults.
  public init() {}

  /// A setting of the optimiser.
  public subscript<Value>(dynamicMember key: WritableKeyPath<OptimizerSettings, Value>) -> Value {
    get { optimizer[keyPath: key] }
    set { optimizer[keyPath: key] = newValue }
  }

  /// The subject of the group.
  public static let summary = "Stage II: training of the dynamics"

  /// The keys of the group.
  public static let settings: [Setting<DynamicsTrainingSettings>] =
    [
      Setting("batch", \.batch, .between(1, 10_000_000), "windows of successive macrostates a step"),
      Setting(
        "frame_power", \.framePower, .between(0.1, 10),
        "windows are drawn at the share u^power of a trajectory: above 1, early ones more often"),
      Setting(
        "gradient_clip", \.gradientClip, .optional(.between(0, 1e6)),
        "largest norm of the gradient, 0 for no limit; auto is 10 for an sde and no limit for others"),
      Setting(
        "unroll_length", \.unrollLength, .zeroOrBetween(2, 10_000),
        "time steps of unrolled fine-tuning, kept where validation improves (ode only); 0 for none"),
      Setting(
        "unroll_steps", \.unrollSteps, .steps,
        "optimiser steps of the fine-tuning"),
      Setting(
        "unroll_learning_rate", \.unrollLearningRate, .rate,
        "highest learning rate of the fine-tuning"),
      Setting(
        "joint_dynamics", \.jointDynamics,
        "after closure_training.objective dynamics: keep the dynamics that the encoder was trained with, or train one "
          + "anew on the finished closure variables"),
    ] + OptimizerSettings.settings.map { Setting($0, at: \.optimizer) }

  /// The rules of the rates.
  public static let rules: [SettingRule<DynamicsTrainingSettings>] =
    OptimizerSettings.rules.map { SettingRule($0, at: \.optimizer) }
}
