import MacrostateSettings

/// The length, the rates and the averages of a training, which every stage has.
public struct OptimizerSettings: SettingsGroup {
  /// Optimiser steps.
  public var steps = 8000
  /// The highest learning rate.
  public var learningRate = 1e-3
  /// The learning rate at the end of a cosine schedule.
  public var finalLearningRate = 0.0
  /// The shape of the learning rate's decay.
  public var schedule = LearningRateSchedule.Shape.cosine
  /// AdamW's decay of the weights; 0 is Adam.
  public var weightDecay = 0.0
  /// β of the mean of the parameters over the steps, which is judged and kept; 0 for none.
  public var averaging = 0.0
  /// Steps between validations.
  public var validationInterval = 500

  /// The defaults.
  public init() {}

  /// The defaults of a training of so many steps.
  public init(steps: Int, validationInterval: Int) {
    self.steps = steps
    self.validationInterval = validationInterval
  }

  /// The schedule of the learning rate.
  public func rates(warmupSteps: Int = 0) -> LearningRateSchedule {
    LearningRateSchedule(
      schedule, peak: learningRate, final: finalLearningRate, warmupSteps: warmupSteps, steps: steps)
  }

  /// The subject of the group.
  public static let summary = "A training"

  /// The keys of the group.
  public static let settings: [Setting<OptimizerSettings>] = [
    Setting("steps", \.steps, .steps, "optimiser steps"),
    Setting("learning_rate", \.learningRate, .rate, "highest learning rate"),
    Setting(
      "final_learning_rate", \.finalLearningRate, .between(0, 1), "learning rate at the end of a cosine schedule"
    )
    .onlyFor("schedule", \.schedule, .cosine),
    Setting("schedule", \.schedule, "decay of the learning rate"),
    Setting("weight_decay", \.weightDecay, .between(0, 1), "AdamW's decay of the weights; 0 is Adam"),
    Setting(
      "averaging", \.averaging, .between(0, below: 1),
      "decay of a mean of the parameters over the steps, which is judged and kept; 0 for none"),
    Setting("validation_interval", \.validationInterval, .steps, "steps between validations"),
  ]

  /// A cosine falls.
  public static let rules: [SettingRule<OptimizerSettings>] = [
    SettingRule(keys: ["final_learning_rate", "learning_rate"]) { settings, path in
      guard settings.schedule == .cosine, settings.finalLearningRate > settings.learningRate else { return nil }
      return "\(path("final_learning_rate")) must be at most \(path("learning_rate"))"
    }
  ]
}
