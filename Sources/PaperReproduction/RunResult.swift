import Foundation
import MacrostateEvaluation
import MacrostateRecipes
import MacrostateRuns
import MacrostateStorage

/// The record of a finished run: enough for every table. The file is named by the hash of the run's settings and by
/// the layout's version, so that it is found again, and made anew where either changes.
public struct RunResult: Codable, Equatable, Sendable {
  /// The version of this layout and of what its numbers mean.
  public static let layout = 3

  /// The errors of one regime.
  public struct Errors: Codable, Equatable, Sendable {
    /// Trajectories.
    public var trajectories: Int
    /// MRE on observables scaled to [−1, 1]: the published figure.
    public var mean: Double
    /// Its median over trajectories.
    public var median: Double
    /// Its standard deviation over trajectories.
    public var spread: Double
    /// The mean in physical units.
    public var physical: Double
    /// The mean of the models of the ensemble one by one, of an SDE that of the mean of a model's paths.
    public var singleModel: Double
    /// The number of models.
    public var models: Int
    /// The mean of the same dynamics without ẑ.
    public var withoutClosure: Double?
    /// The distance of an SDE's distribution of predictions from that of true runs; nil for an ODE.
    public var distribution: Distribution?
  }

  /// The errors of a distribution of predicted runs, MMD² as means over time.
  public struct Distribution: Codable, Equatable, Sendable {
    /// MMD² as it is published.
    public var discrepancy: Double
    /// Its unbiased estimate.
    public var unbiased: Double
    /// The published estimate of the same dynamics without ẑ.
    public var withoutClosure: Double?
    /// The published estimate between true runs and others from the same starts; nil where there are none.
    public var floor: Double?
    /// Its unbiased estimate.
    public var unbiasedFloor: Double?
    /// The published estimate between true runs and others from starts of their own.
    public var independentFloor: Double?
    /// The share of true values within the bands of 50 %, the mean over observables.
    public var coverage50: Double
    /// The same of the bands of 90 %.
    public var coverage90: Double
  }

  /// The linear reading of statistics of a kind: R² of all of them together; nil where they do not change.
  public struct Probe: Codable, Equatable, Sendable {
    /// The kind of statistics.
    public var statistic: String
    /// From ẑ.
    public var closure: Double?
    /// From the observables alone.
    public var observables: Double?
  }

  /// The hash of the settings.
  public var hash: String
  /// The run's name.
  public var name: String
  /// The run's folder in `runs`.
  public var folder: String
  /// The training seed.
  public var seed: UInt64
  /// The errors by regime; a regime that the method cannot be evaluated in is missing.
  public var regimes: [String: Errors]
  /// The score of stage I in validation.
  public var validation: Double
  /// The scaled MRE of rollouts of the validation trajectories (of an SDE: −log N of their steps), the mean over the
  /// models of the ensemble: what settings are chosen by.
  public var validationRollouts: Double
  /// Sets that were shuffled.
  public var shuffledSets: Int
  /// The sets whose ẑ kept its bits.
  public var identicalSets: Int
  /// The largest change of ẑ, in units of its spread, where points are not sorted.
  public var largestChange: Double
  /// The largest difference of predictions from three permutations of one start.
  public var largestCurveDifference: Double?
  /// The statistics that can be read from ẑ; nil where that was not asked.
  public var probes: [Probe]?
  /// The hash of what each training depended on, by its name.
  public var trainings: [String: String]
  /// Program, machine, command, date and seconds of the session that finished the run.
  public var provenance: Provenance

  init(_ run: PlannedRun, _ evaluation: EvaluationResult, _ provenance: Provenance) {
    hash = run.hash
    name = run.name
    folder = run.folderName
    seed = run.configuration.seed
    regimes = evaluation.regimes.mapValues { regime in
      Errors(
        trajectories: regime.trajectories, mean: regime.scaled.mean, median: regime.scaled.median,
        spread: regime.scaled.spread, physical: regime.physical.mean,
        singleModel: regime.memberMeans.reduce(0, +) / Double(max(regime.memberMeans.count, 1)),
        models: regime.memberMeans.count, withoutClosure: regime.withoutClosure?.mean,
        distribution: regime.stochastic.flatMap(Distribution.init))
    }
    validation = evaluation.closureScore
    validationRollouts =
      evaluation.validationScores.reduce(0, +) / Double(max(evaluation.validationScores.count, 1))
    shuffledSets = evaluation.permutation.sets
    identicalSets = evaluation.permutation.identical
    largestChange = evaluation.permutation.largestUnorderedChange
    largestCurveDifference = evaluation.permutationCurves?.largestDifference
    probes = evaluation.probes.map { probes in
      ProbeResult.Statistic.allCases.map { statistic in
        Probe(
          statistic: statistic.rawValue, closure: probes.score(statistic, from: .closureVariables)?.pooled,
          observables: probes.score(statistic, from: .observables)?.pooled)
      }
    }
    trainings = run.trainings.reduce(into: [:]) { $0[$1.key.name.rawValue] = $1.value }
    self.provenance = provenance
  }
}

extension RunResult.Distribution {
  /// The record of an evaluation; nil where there is no MMD.
  init?(_ result: StochasticResult) {
    guard let discrepancy = result.discrepancy else { return nil }
    self.discrepancy = discrepancy.meanPublished
    unbiased = discrepancy.meanUnbiased
    withoutClosure = result.withoutClosure?.meanPublished
    floor = result.twinFloor?.meanPublished
    unbiasedFloor = result.twinFloor?.meanUnbiased
    independentFloor = result.independentFloor?.meanPublished
    func mean(_ level: Double) -> Double {
      let shares = result.coverage.compactMap { $0.overall(level) }
      return shares.reduce(0, +) / Double(max(shares.count, 1))
    }
    coverage50 = mean(0.5)
    coverage90 = mean(0.9)
  }
}
