import Foundation

/// The findings of an evaluation: a result for each regime, and the permutation check. Written as `evaluation.json`.
public struct EvaluationResult: Codable, Sendable {
  /// The regimes by name: `in-dst`, `diff-init`, `diff-N`, or `test`.
  public var regimes: [String: RegimeResult]
  /// Regimes that the model does not apply to (N/A in tables), each with the reason.
  public var notApplicable: [String: String]
  /// Whether the order of points matters.
  public var permutation: PermutationCheck
  /// Predictions from permutations of one start; nil where no test trajectory can be predicted.
  public var permutationCurves: PermutationCurves?
  /// The statistics that ẑ retains; nil where that was not asked.
  public var probes: ProbeResult?
  /// The closure model's score on the validation sets.
  public var closureScore: Double
  /// The name of that score: `KL`, or `KL + 0.1 × one-step error`.
  public var closureScoreName: String
  /// The dynamics' score on the validation trajectories, model by model of the ensemble.
  public var validationScores: [Double]
  /// Densities beside the particles, for a few frames; none for a model without a density.
  public var densities: [DensitySnapshot]
  /// Things a user should look at.
  public var warnings: [String]
}

/// Statistics of one number per trajectory.
public struct TrajectoryStatistics: Codable, Sendable, Equatable {
  /// The mean over trajectories: the published figure.
  public var mean: Double
  /// The median: a few bad trajectories carry much of a mean.
  public var median: Double
  /// The standard deviation over trajectories.
  public var spread: Double
  /// The share of the mean that the worst twentieth of the trajectories carries.
  public var worstShare: Double

  /// Statistics of `values`.
  public init(_ values: [Double]) {
    let sorted = values.sorted()
    let count = Double(max(values.count, 1))
    let mean = values.reduce(0, +) / count
    self.mean = mean
    let middle = sorted.count / 2
    median =
      sorted.isEmpty ? 0 : (sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2)
    spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(count - 1, 1)).squareRoot()
    let worst = sorted.suffix(max(1, sorted.count / 20)).reduce(0, +)
    worstShare = mean > 0 ? worst / (mean * count) : 0
  }
}

/// The result of one regime.
public struct RegimeResult: Codable, Sendable {
  /// Trajectories evaluated.
  public var trajectories: Int
  /// Errors on observables scaled to [−1, 1]: the published MRE.
  public var scaled: TrajectoryStatistics
  /// Errors in physical units.
  public var physical: TrajectoryStatistics
  /// Errors relative to the observables' variance over time.
  public var variance: TrajectoryStatistics
  /// The mean scaled MRE of each member of the ensemble by itself; for an SDE that of the mean of its paths.
  public var memberMeans: [Double]
  /// The same dynamics without ẑ, scaled MRE; nil where there are no observables.
  public var withoutClosure: TrajectoryStatistics?
  /// Persistence (the observable stays as it is), scaled MRE.
  public var persistence: TrajectoryStatistics
  /// Trajectories whose start lies outside the range seen in training.
  public var startsOutside: Int
  /// Predictions that ran away.
  public var divergences: [String]
  /// A few trajectories, for pictures.
  public var examples: [ForecastExample]
  /// Distributions of runs; nil for an ODE.
  public var stochastic: StochasticResult?
}

/// A true and a predicted observable over time.
public struct ForecastExample: Codable, Sendable {
  /// The trajectory's number in its data set.
  public var trajectory: Int
  /// The observable.
  public var observable: String
  /// Times of the frames.
  public var times: [Double]
  /// The true observable.
  public var truth: [Double]
  /// The mean of the predictions.
  public var mean: [Double]
  /// The scaled MRE of the trajectory (of all observables together).
  public var scaledError: Double
  /// The lower edge of the band.
  public var lower: [Double]
  /// The upper edge of the band.
  public var upper: [Double]
}

/// The learned density of one species on a grid, and the points it was learned from.
public struct DensitySnapshot: Codable, Sendable {
  /// The frame's time, for people: t = 0.5.
  public var title: String
  /// The frame's number in its data set; nil in files of earlier versions, where the title tells frames apart.
  public var frame: Int?
  /// The frame's time; nil in files of earlier versions.
  public var time: Double?
  /// The species; nil where there is one.
  public var species: String?
  /// d.
  public var dimension: Int
  /// Grid points along each shown axis.
  public var gridCounts: [Int]
  /// The range of each shown axis.
  public var ranges: [[Double]]
  /// The density at the grid points, the first axis fastest.
  public var values: [Double]
  /// Positions, the shown axes only; of a large set some thousands, evenly chosen.
  public var points: [[Double]]
}
