import Foundation
import MacrostateSettings

/// The course of the learning rate over a training.
public struct LearningRateSchedule: Sendable, Equatable {
  /// The shape of the decay.
  public enum Shape: String, Codable, SettingChoice {
    /// Half a cosine from the peak to the final rate.
    case cosine
    /// The peak to the end.
    case constant
  }

  /// The shape of the decay.
  public var shape: Shape
  /// The highest rate.
  public var peak: Double
  /// The rate at the end (of a cosine).
  public var final: Double
  /// Steps of linear increase from 0 to the peak at the beginning.
  public var warmupSteps: Int
  /// All steps of the training.
  public var steps: Int

  /// A schedule over `steps` steps.
  public init(_ shape: Shape, peak: Double, final: Double = 0, warmupSteps: Int = 0, steps: Int) {
    self.shape = shape
    self.peak = peak
    self.final = final
    self.warmupSteps = warmupSteps
    self.steps = steps
  }

  /// The rate of step 0, 1, …
  public func rate(at step: Int) -> Double {
    if step < warmupSteps { return peak * Double(step + 1) / Double(warmupSteps) }
    guard shape == .cosine else { return peak }
    let progress = min(1, Double(step - warmupSteps) / Double(max(steps - warmupSteps, 1)))
    return final + (peak - final) * 0.5 * (1 + cos(.pi * progress))
  }
}
