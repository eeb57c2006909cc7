import CMacrostateKernels
import Foundation
import MacrostateCompute

/// AdamW (Kingma & Ba 2015; Loshchilov & Hutter 2019) on the sum of several lanes' gradients.
///
/// The work is cut into fixed parts, so the result does not depend on the number of threads.
/// Unchecked: one step at a time runs, and its parts write ranges of their own.
public final class Adam: @unchecked Sendable {
  // Unchecked: the moments are written in disjoint parts, between which a step waits.
  /// The settings of the method.
  public struct Settings: Sendable, Equatable {
    /// Decay of the mean of the gradient.
    public var beta1: Float
    /// Decay of the mean of its square.
    public var beta2: Float
    /// Added to the root of the mean square.
    public var epsilon: Float
    /// Decoupled weight decay; 0 is Adam.
    public var weightDecay: Float
    /// The largest norm of a gradient; larger ones are scaled down. nil: no limit.
    public var clipNorm: Double?
    /// β of the mean of the parameters over the steps, avg ← β avg + (1 − β) θ; 0 for none.
    public var averaging: Float

    /// Settings; the defaults are those of the papers.
    public init(
      beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0, clipNorm: Double? = nil,
      averaging: Float = 0
    ) {
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.weightDecay = weightDecay
      self.clipNorm = clipNorm
      self.averaging = averaging
    }
  }

  /// The settings of the method.
  public let settings: Settings
  /// The mean of the gradient.
  public let first: ParameterGradient
  /// The mean of its square.
  public let second: ParameterGradient
  /// The mean of the parameters over the steps, the latest ones counting most; nil where none is kept.
  public let average: ParameterGradient?
  /// The steps taken.
  public var steps = 0
  private let sum: GradientSum

  /// An optimiser that has taken no step.
  public init(_ layout: ParameterLayout, settings: Settings = Settings()) {
    self.settings = settings
    first = ParameterGradient(layout)
    second = ParameterGradient(layout)
    average = settings.averaging > 0 ? ParameterGradient(layout) : nil
    sum = GradientSum(layout)
  }

  /// One step against the sum of `gradients` (1, 2, 4 or 8 of them), added in a fixed tree.
  ///
  /// - Returns: the norm of the summed gradient before clipping; not finite where the training has diverged, and then
  ///   nothing is changed.
  public func step(
    _ parameters: Parameters, gradients: [ParameterGradient], rate: Double, compute: Compute
  ) throws -> Double {
    let norm = try sum.add(gradients, compute: compute)
    guard norm.isFinite else { return norm }
    steps += 1
    let scale = settings.clipNorm.map { norm > $0 ? Float($0 / norm) : 1 } ?? 1
    let kernelStep = MacrostateAdamStep(
      rate: Float(rate), beta1: settings.beta1, beta2: settings.beta2,
      correction1: 1 / (1 - pow(settings.beta1, Float(steps))),
      correction2: 1 / (1 - pow(settings.beta2, Float(steps))), epsilon: settings.epsilon,
      decay: settings.weightDecay)
    let averageShare = averageShare
    try compute.pool.run(tasks: GradientSum.parts) { [self] part in
      let range = sum.range(ofPart: part)
      var step = kernelStep
      let (sum, values, first, second) = (sum.values.base, parameters.base, first.base, second.base)
      if scale != 1 { for i in range { sum[i] *= scale } }
      compute.kernels.table.pointee.adam(
        &step, range.count, sum + range.lowerBound, values + range.lowerBound, first + range.lowerBound,
        second + range.lowerBound)
      if let average = average?.base {
        for i in range { average[i] += averageShare * (values[i] - average[i]) }
      }
    }
    try compute.pool.run(tasks: parameters.layout.weights.count) { parameters.valueChanged(ofWeight: $0) }
    return norm
  }

  /// The share of the newest parameters in their mean. Early on it is larger, so that the random start is forgotten.
  private var averageShare: Float {
    steps <= 1 ? 1 : max(1 - settings.averaging, 9 / Float(9 + steps))
  }

  /// Calls `body` while `parameters` are their mean over the steps, where one is kept; then they are as they were.
  public func withAverage<Result>(of parameters: Parameters, _ body: () throws -> Result) rethrows -> Result {
    guard let average, steps > 0 else { return try body() }
    let latest = parameters.storage
    parameters.storage = average.storage
    defer { parameters.storage = latest }
    return try body()
  }
}
