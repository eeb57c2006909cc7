import MacrostateSettings
import MacrostateTraining

/// Stage II: training of the dynamics.
public struct DynamicsTrainingSettings: SettingsGroup {
  /// What becomes of a dynamics that the encoder was trained with.
  public enum JointDynamics: String, Codable, SettingChoice {
    /// It predicts; there is no second stage (InvE).
    case keep
    /// Another one is trained on the finished ẑ.
    case retrain
  }

  /// Optimiser steps.
  public var steps = 30000
  /// Pairs of successive macrostates a step.
  public var batch = 1024
  /// The highest learning rate.
  public var learningRate = 1e-3
  /// The learning rate at the end of a cosine schedule.
  public var finalLearningRate = 0.0
  /// The shape of the learning rate's decay.
  public var schedule = LearningRateSchedule.Shape.cosine
  /// AdamW's decay of the weights; 0 is Adam.
  public var weightDecay = 0.0
  /// A pair is drawn at the share uᵖ of its trajectory, u uniform: p above 1 draws early pairs more often.
  public var framePower = 1.0
  /// β of the mean of the parameters over the steps, which is judged and kept; 0 for none.
  public var averaging = 0.0
  /// The largest norm of the gradient, 0 for no limit; nil for what the kind of dynamics wants.
  public var gradientClip: Double?
  /// Steps between validations.
  public var validationInterval = 1000
  /// Time steps of the unrolled fine-tuning that follows; 0 for none.
  public var unrollLength = 0
  /// Optimiser steps of the fine-tuning.
  public var unrollSteps = 2000
  /// The highest learning rate of the fine-tuning.
  public var unrollLearningRate = 1e-4
  /// What becomes of a dynamics that the encoder was trained with (objective `dynamics`).
  public var jointDynamics = JointDynamics.keep

  /// The defaults.
  public init() {}

  /// What the group is about.
  public static let summary = "Stage II: training of the dynamics"

  /// The keys of the group.
  public static let settings: [Setting<DynamicsTrainingSettings>] = [
    Setting("steps", \.steps, .steps, "optimiser steps"),
    Setting(
      "batch", \.batch, .between(1, 10_000_000),
      "pairs of successive macrostates a step"),
    Setting(
      "learning_rate", \.learningRate, .rate, "highest learning rate"),
    Setting(
      "final_learning_rate", \.finalLearningRate, .between(0, 1),
      "learning rate at the end of a cosine schedule"
    )
    .onlyFor("schedule", \.schedule, .cosine),
    Setting("schedule", \.schedule, "decay of the learning rate"),
    Setting(
      "weight_decay", \.weightDecay, .between(0, 1),
      "AdamW's decay of the weights; 0 is Adam"),
    Setting(
      "frame_power", \.framePower, .between(0.1, 10),
      "pairs are drawn at the share u^power of a trajectory: above 1, early pairs more often"),
    Setting(
      "averaging", \.averaging, .between(0, below: 1),
      "decay of a mean of the parameters over the steps, which is judged and kept; 0 for none"),
    Setting(
      "gradient_clip", \.gradientClip, .optional(.between(0, 1e6)),
      "largest norm of the gradient, 0 for no limit; auto is 10 for an sde and no limit for an ode"),
    Setting(
      "validation_interval", \.validationInterval, .steps,
      "steps between validations"),
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
  ]
}
