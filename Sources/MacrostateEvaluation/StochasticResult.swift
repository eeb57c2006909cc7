/// The findings on a stochastic model in one regime: how far its distribution of runs is from the true one, and
/// whether its bands cover what they promise.
public struct StochasticResult: Codable, Sendable {
  /// M, predicted paths of each start.
  public var paths: Int
  /// MMD² between predicted and true runs; nil where the test trajectories have different times.
  public var discrepancy: DiscrepancyCurve?
  /// The same for the dynamics without ẑ; nil where there are no observables.
  public var withoutClosure: DiscrepancyCurve?
  /// MMD² between the test's runs and other true runs from the same starts: what no prediction can get below.
  public var twinFloor: DiscrepancyCurve?
  /// MMD² between the test's runs and true runs from other starts.
  public var independentFloor: DiscrepancyCurve?
  /// The shares of true values within the predictive bands, for each observable.
  public var coverage: [ObservableCoverage]
  /// Bands of true and of predicted runs, for pictures.
  public var cases: [EnsembleCase]
  /// The reasons not to take these figures at their face value.
  public var warnings: [String]

  /// The share of true values within the bands of `level`, the mean over observables.
  public func meanCoverage(_ level: Double) -> Double {
    coverage.reduce(0) { $0 + ($1.overall(level) ?? .nan) } / Double(max(coverage.count, 1))
  }
}

/// MMD² over time, by both estimates of `MaximumMeanDiscrepancy`. The start is left out: it is given.
public struct DiscrepancyCurve: Codable, Sendable, Equatable {
  /// The times t = 1 … T of the frames.
  public var times: [Double]
  /// The estimate that is published, at each time.
  public var published: [Double]
  /// The unbiased estimate, at each time.
  public var unbiased: [Double]

  /// The mean over times of the published estimate: the published figure.
  public var meanPublished: Double { Self.mean(published) }
  /// The mean over times of the unbiased estimate; it can be negative.
  public var meanUnbiased: Double { Self.mean(unbiased) }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }
}

/// The shares of true values of one observable within the central bands of their predictive distributions.
public struct ObservableCoverage: Codable, Sendable, Equatable {
  /// One band.
  public struct Band: Codable, Sendable, Equatable {
    /// The probability that the band should hold: 0.5 or 0.9.
    public var level: Double
    /// The share of all true values, of all trajectories and times after the start, that lie within.
    public var overall: Double
    /// The share by time; empty where the trajectories have different times.
    public var overTime: [Double]
  }

  /// The observable.
  public var observable: String
  /// The times t = 1 … T of `overTime`.
  public var times: [Double]
  /// The bands of 50 % and 90 %.
  public var bands: [Band]

  /// The share covered by the band of `level`.
  public func overall(_ level: Double) -> Double? { bands.first { $0.level == level }?.overall }
}

/// The spread of many runs of one case, of the truth and of the model, for one observable.
public struct EnsembleCase: Codable, Sendable, Equatable {
  /// Quantiles over runs, by time.
  public struct Bands: Codable, Sendable, Equatable {
    /// The median.
    public var median: [Double]
    /// The edges of the central 50 %.
    public var lower50, upper50: [Double]
    /// The edges of the central 90 %.
    public var lower90, upper90: [Double]
  }

  /// The case: `half_l = 12`, or `all runs`.
  public var name: String
  /// The observable.
  public var observable: String
  /// True runs of the case.
  public var runs: Int
  /// Predicted runs, several from each start.
  public var predictedRuns: Int
  /// Times of the frames, the start included.
  public var times: [Double]
  /// The true runs.
  public var truth: Bands
  /// The predicted runs.
  public var prediction: Bands
}
