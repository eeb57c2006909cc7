/// Stage I: training of the encoder by its objective.
public struct ClosureTrainingSettings: Codable, Equatable, Sendable {
  /// The objectives.
  public enum Objective: String, Codable, CaseIterable, Sendable {
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
  public var schedule = ScheduleName.cosine
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
}

/// The learning rate schedules that a configuration can name.
public enum ScheduleName: String, Codable, CaseIterable, Sendable {
  /// Half a cosine from the highest rate to the final one.
  case cosine
  /// The highest rate throughout.
  case constant
}
