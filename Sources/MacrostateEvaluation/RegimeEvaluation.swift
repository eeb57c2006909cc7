import ClosureModels
import Foundation
import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateParallel
import MacrostateStorage
import MacrostateTraining
import Microstates

/// Compares predictions with the truth on the test trajectories of one regime: X₀ is encoded once, z is rolled out, and
/// the observables are read off.
public struct RegimeEvaluation {
  private let model: TrainedModel
  private let dataset: Dataset
  private let trajectories: [Int]
  private let kernels: Kernels
  private let pool: WorkerPool

  /// Paths of each member for an SDE.
  private static let realisations = 32
  /// Trajectories that are drawn in the report.
  private static let examples = 3

  /// An evaluation on `trajectories` of `dataset`; those of one frame are left out: there is nothing to predict.
  ///
  /// - Throws: `MacrostateError(.badData)` where the data do not fit the model, or no trajectory has two frames.
  public init(
    _ model: TrainedModel, dataset: Dataset, trajectories: [Int], kernels: Kernels, pool: WorkerPool
  ) throws {
    try model.check(dataset)
    self.model = model
    self.dataset = dataset
    self.trajectories = trajectories.filter { dataset.frameCount(ofTrajectory: $0) > 1 }
    self.kernels = kernels
    self.pool = pool
    guard !self.trajectories.isEmpty else {
      throw MacrostateError(
        .badData, "\(dataset.url.path): no test trajectory has two frames; there is nothing to compare with")
    }
  }

  /// Why the model does not apply to these data (sets of another n than its encoder takes); nil where it does.
  public var obstacle: String? {
    guard let required = model.closure.encoder.requiredPointCount else { return nil }
    let source = DatasetPointSets(dataset)
    let frames = trajectories.lazy.flatMap { dataset.frames(ofTrajectory: $0) }
    let counts = frames.lazy.flatMap { source.sets(ofFrames: [$0]) }.map { source.pointCount(ofSet: $0) }
    guard let other = counts.first(where: { $0 != required }) else { return nil }
    return "the encoder takes sets of \(required) particles, and there are some of \(other)"
  }

  /// Predicts, compares, and gathers the result.
  public func run() throws -> RegimeResult {
    let starts = try startStates()
    let times = trajectories.map { dataset.times(ofTrajectory: $0) }
    let truths = try trueSeries()
    let forecast = try model.ensemble.forecast(
      starts: starts, times: times, realisations: Self.realisations, seed: 0, kernels: kernels, pool: pool)
    let k = seriesWidth
    let predictions = trajectories.indices.map { forecast.meanSeries($0, components: k) }
    let scale = model.publishedScale
    let dimension = model.description.dynamics.dimension
    let scaling = model.description.macrostateScaling
    return RegimeResult(
      trajectories: trajectories.count,
      scaled: errors(truths, predictions, scale), physical: errors(truths, predictions, .physical),
      variance: errors(truths, predictions, .variance),
      memberMeans: forecast.paths.prefix(16).map { path in
        errors(truths, path.map { firstColumns($0, of: dimension, k) }, scale).mean
      },
      withoutClosure: try withoutClosure(starts, times, truths),
      persistence: errors(truths, truths.map { persistence($0, k) }, scale),
      startsOutside: trajectories.indices.filter {
        !scaling.componentsOutside(starts[$0 * dimension..<($0 + 1) * dimension]).isEmpty
      }.count,
      divergences: forecast.divergences.prefix(20).map(describe), examples: examples(forecast, times, truths))
  }

  // MARK: Truth and starts

  /// Components compared: the observables, or all of ẑ where there are none.
  private var seriesWidth: Int {
    dataset.observables.isEmpty ? model.description.dynamics.dimension : dataset.observables.count
  }

  private func startStates() throws -> [Float] {
    try encoding.macrostates(
      ofFrames: trajectories.map { dataset.frames(ofTrajectory: $0).lowerBound }, isOrdered: true)
  }

  private var encoding: MacrostateEncoding {
    MacrostateEncoding(
      model.closure, parameters: model.closureParameters, dataset: dataset, kernels: kernels, pool: pool)
  }

  private func trueSeries() throws -> [[Double]] {
    if !dataset.observables.isEmpty { return trajectories.map { dataset.observables(ofTrajectory: $0) } }
    return try trajectories.map { trajectory in
      try encoding.macrostates(ofFrames: Array(dataset.frames(ofTrajectory: trajectory)), isOrdered: true)
        .map(Double.init)
    }
  }

  // MARK: Comparisons

  private func withoutClosure(
    _ starts: [Float], _ times: [[Double]], _ truths: [[Double]]
  ) throws -> TrajectoryStatistics? {
    guard let alone = model.withoutClosure, !dataset.observables.isEmpty else { return nil }
    let k = dataset.observables.count
    let dimension = model.description.dynamics.dimension
    let forecast = try alone.forecast(
      starts: trajectories.indices.flatMap { starts[$0 * dimension..<$0 * dimension + k] }, times: times,
      realisations: Self.realisations, kernels: kernels, pool: pool)
    return errors(truths, trajectories.indices.map { forecast.meanSeries($0, components: k) }, model.publishedScale)
  }

  private func errors(
    _ truths: [[Double]], _ predictions: [[Double]], _ scale: RelativeError.Scale
  ) -> TrajectoryStatistics {
    TrajectoryStatistics(
      zip(truths, predictions).map { truth, prediction in
        RelativeError.ofTrajectory(truth: truth, prediction: prediction, observables: seriesWidth, scale: scale)
      })
  }

  private func persistence(_ truth: [Double], _ k: Int) -> [Double] { truth.indices.map { truth[$0 % k] } }

  private func firstColumns(_ series: [Float], of dimension: Int, _ k: Int) -> [Double] {
    (0..<series.count / dimension).flatMap { t in (0..<k).map { Double(series[t * dimension + $0]) } }
  }

  // MARK: What people see

  private func describe(_ divergence: Rollout.Divergence) -> String {
    "the prediction of \(model.componentNames[divergence.component]) ran away in trajectory "
      + "\(trajectories[divergence.trajectory]) at frame \(divergence.frame)"
  }

  private func scaledError(_ truth: [Double], _ prediction: [Double]) -> Double {
    RelativeError.ofTrajectory(
      truth: truth, prediction: prediction, observables: seriesWidth, scale: model.publishedScale)
  }

  private func examples(_ forecast: Forecast, _ times: [[Double]], _ truths: [[Double]]) -> [ForecastExample] {
    let k = seriesWidth
    // For an SDE the band holds 90 % of the paths, for an ODE all members of the ensemble.
    let edges = model.ensemble.members.first?.model.isStochastic == true ? (0.05, 0.95) : (0, 1)
    return trajectories.indices.prefix(Self.examples).flatMap { i in
      (0..<min(k, 4)).map { j in
        ForecastExample(
          trajectory: trajectories[i], observable: model.componentNames[j], times: times[i],
          truth: times[i].indices.map { truths[i][$0 * k + j] }, mean: forecast.mean(i, j),
          scaledError: scaledError(truths[i], forecast.meanSeries(i, components: k)),
          lower: forecast.quantile(edges.0, i, j), upper: forecast.quantile(edges.1, i, j))
      }
    }
  }
}

extension Forecast {
  /// The mean over paths of the first `components` components of a trajectory, `[frames, components]`.
  func meanSeries(_ trajectory: Int, components: Int) -> [Double] {
    let columns = (0..<components).map { mean(trajectory, $0) }
    return (0..<(columns.first?.count ?? 0)).flatMap { t in columns.map { $0[t] } }
  }
}

extension TrainedModel {
  /// Checks that a data set is of the kind that the model was trained on.
  ///
  /// - Throws: `MacrostateError(.badData)` that says what differs.
  public func check(_ dataset: Dataset) throws {
    func require(_ isSame: Bool, _ what: String) throws {
      guard !isSame else { return }
      throw MacrostateError(.badData, "\(dataset.url.path): \(what); use data like those of the training")
    }
    try require(
      dataset.dimension == description.closure.dimension,
      "particles have \(dataset.dimension) dimensions, those of the model \(description.closure.dimension)")
    try require(
      dataset.featureCount == description.closure.featureCount,
      "particles have \(dataset.featureCount) features, those of the model \(description.closure.featureCount)")
    try require(
      dataset.speciesNames == description.speciesNames,
      "the species are \(dataset.speciesNames), those of the model \(description.speciesNames)")
    try require(
      dataset.observables.map(\.name) == description.observables.map(\.name),
      "the observables are \(dataset.observables.map(\.name)), those of the model "
        + "\(description.observables.map(\.name))")
  }
}
