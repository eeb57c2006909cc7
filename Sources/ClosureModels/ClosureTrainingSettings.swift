import MacrostateSettings
import MacrostateTraining

/// Stage I: training of the encoder by its objective.
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

  /// What the encoder learns by.
  public var objective = Objective.density
  /// λ of the one-step error of a dynamics that is added to the loss of a reconstruction; 0 for none.
  public var dynamicsWeight = 0.0
  /// Optimiser steps.
  public var steps = 8000
  /// Frames a step; two of a window where a dynamics is trained, too.
  public var batch = 64
  /// The highest learning rate.
  public var learningRate = 1e-3
  /// The learning rate at the end of a cosine schedule.
  public var finalLearningRate = 0.0
  /// The shape of the learning rate's decay.
  public var schedule = LearningRateSchedule.Shape.cosine
  /// Steps over which the learning rate rises from 0.
  public var warmupSteps = 0
  /// AdamW's decay of the weights; 0 is Adam.
  public var weightDecay = 0.0
  /// The largest norm of the gradient; 0 for no limit.
  public var gradientClip = 0.0
  /// A frame is drawn at the share uᵖ of its trajectory, u uniform: p above 1 draws early frames more often.
  public var framePower = 1.0
  /// β of the mean of the parameters over the steps, which is judged and kept; 0 for none.
  public var averaging = 0.0
  /// Steps between validations.
  public var validationInterval = 500
  /// Sets of a validation.
  public var validationSets = 1024

  /// The defaults.
  public init() {}

  /// What the group is about.
  public static let summary = "Stage I: training of the encoder"

  /// The keys of the group.
  public static let settings: [Setting<ClosureTrainingSettings>] = [
    Setting(
      "objective", \.objective,
      "what the encoder learns by: the points' density, the points in their order, the nearest points, or, without a "
        + "reconstruction, a dynamics that is trained with it and takes the place of stage II"),
    Setting(
      "dynamics_weight", \.dynamicsWeight, .between(0, 1e6),
      "weight of the one-step error of a dynamics that is added to the loss of a reconstruction; 0 for none"),
    Setting("steps", \.steps, .steps, "optimiser steps"),
    Setting(
      "batch", \.batch, .between(1, 1_000_000),
      "frames a step; where a dynamics is trained, too, they are the two of each window"),
    Setting(
      "learning_rate", \.learningRate, .rate, "highest learning rate"),
    Setting(
      "final_learning_rate", \.finalLearningRate, .between(0, 1),
      "learning rate at the end of a cosine schedule"
    )
    .onlyFor("schedule", \.schedule, .cosine),
    Setting("schedule", \.schedule, "decay of the learning rate"),
    Setting(
      "warmup_steps", \.warmupSteps, .between(0, 1_000_000_000),
      "steps over which the learning rate rises from 0"),
    Setting(
      "weight_decay", \.weightDecay, .between(0, 1),
      "AdamW's decay of the weights; 0 is Adam"),
    Setting(
      "gradient_clip", \.gradientClip, .between(0, 1e6),
      "largest norm of the gradient; 0 for no limit"),
    Setting(
      "frame_power", \.framePower, .between(0.1, 10),
      "frames are drawn at the share u^power of a trajectory: above 1, early frames more often"),
    Setting(
      "averaging", \.averaging, .between(0, below: 1),
      "decay of a mean of the parameters over the steps, which is judged and kept; 0 for none"),
    Setting(
      "validation_interval", \.validationInterval, .steps,
      "steps between validations"),
    Setting(
      "validation_sets", \.validationSets, .between(1, 10_000_000),
      "sets of a validation"),
  ]
}
