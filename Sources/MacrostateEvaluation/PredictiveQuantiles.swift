/// Quantiles of a distribution that is known by samples.
///
/// The p-quantile of M samples is read at place p(M + 1) in their order (Weibull's plotting positions), linear in between:
/// then a further value of the same distribution lies below it with probability p. (The usual quantile of a sample, at
/// p(M − 1) + 1, gives bands that are too narrow: 85 % instead of 90 % for M = 32.) Beyond the first and the last sample
/// nothing is known: there the value is theirs, and a central band of probability c needs M ≥ (1 + c)/(1 − c) samples.
public struct PredictiveQuantiles: Sendable {
  private let sorted: [Double]

  /// Quantiles of one sample or more.
  public init(_ samples: some Sequence<Double>) {
    sorted = samples.sorted()
    precondition(!sorted.isEmpty, "a quantile needs a sample")
  }

  /// The value that a further draw stays below with `probability`.
  public func quantile(_ probability: Double) -> Double {
    let place = min(max(probability * Double(sorted.count + 1) - 1, 0), Double(sorted.count - 1))
    let low = Int(place)
    let high = min(low + 1, sorted.count - 1)
    return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
  }

  /// The central band that holds `level` of the probability.
  public func band(_ level: Double) -> ClosedRange<Double> {
    let lower = quantile((1 - level) / 2)
    return lower...max(lower, quantile((1 + level) / 2))
  }
}
