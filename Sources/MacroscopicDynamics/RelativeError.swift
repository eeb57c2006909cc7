/// The published measure of a prediction: MRE = mean over trajectories of Σ_t ‖z̄ᵗʳᵘᵉ − z̄ᵖʳᵉᵈ‖² / Σ_t ‖z̄ᵗʳᵘᵉ‖²,
/// t = 1 … T (a ratio of squares).
public enum RelativeError {
  /// The scaling of observables before they are compared.
  public enum Scale: Sendable {
    /// To [−1, 1] by this range of each observable over training and validation: the published figure.
    case range(least: [Double], greatest: [Double])
    /// Not at all: physical units.
    case physical
    /// About the mean over time of the true trajectory: relative to its variance, which no scaling can change.
    case variance
  }

  /// The error of one trajectory.
  ///
  /// - Parameters:
  ///   - truth: z̄ true, `[frames, k]`, the start included (and left out of the sums).
  ///   - prediction: z̄ predicted, likewise.
  ///   - observables: k.
  public static func ofTrajectory(
    truth: [Double], prediction: [Double], observables k: Int, scale: Scale
  ) -> Double {
    precondition(truth.count == prediction.count)
    let frames = truth.count / max(k, 1)
    var error = 0.0
    var size = 0.0
    let unit = unit(of: truth)
    for j in 0..<k {
      let (shift, factor) = scaling(scale, j, truth: truth, observables: k, frames: frames, unit: unit)
      for t in 1..<max(frames, 1) {
        let a = (truth[t * k + j] - shift) * factor
        let b = (prediction[t * k + j] - shift) * factor
        error += (a - b) * (a - b)
        size += a * a
      }
    }
    return size > 0 ? error / size : (error > 0 ? .infinity : 0)
  }

  private static func scaling(
    _ scale: Scale, _ j: Int, truth: [Double], observables k: Int, frames: Int, unit: Double
  ) -> (shift: Double, factor: Double) {
    switch scale {
    case .physical: return (0, unit)
    case .range(let least, let greatest):
      let (low, high) = (least[j], greatest[j])
      return ((low + high) / 2, high > low ? 2 / (high - low) : 1)
    case .variance:
      let sum = (1..<max(frames, 1)).reduce(0.0) { $0 + truth[$1 * k + j] }
      return (sum / Double(max(frames - 1, 1)), unit)
    }
  }

  /// The unit that values are taken in before they are squared: 1, but for those whose squares leave double precision. A ratio of
  /// squares does not depend on it.
  private static func unit(of truth: [Double]) -> Double {
    let greatest = truth.reduce(0) { max($0, abs($1)) }
    return greatest == 0 || (1e-100...1e100).contains(greatest) ? 1 : 1 / greatest
  }
}
