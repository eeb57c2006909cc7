/// Stage II: training of the dynamics.
public struct DynamicsTrainingSettings: Codable, Equatable, Sendable {
  /// What becomes of a dynamics that the encoder was trained with.
  public enum JointDynamics: String, Codable, CaseIterable, Sendable {
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
  public var schedule = ScheduleName.cosine
  /// AdamW's decay of the weights; 0 is Adam.
  public var weightDecay = 0.0
  /// A pair is drawn at the share uᵖ of its trajectory, u uniform: p above 1 draws early pairs more often.
  public var framePower = 1.0
  /// β of the mean of the parameters over the steps, which is judged and kept; 0 for none.
  public var averaging = 0.0
  /// The largest norm of the gradient; 0 for no limit.
  public var gradientClip = 0.0
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
}
