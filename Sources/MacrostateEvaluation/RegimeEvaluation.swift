import ClosureModels
import Foundation
import MacroscopicDynamics
import MacrostateCompute
import MacrostateRecipes
import MacrostateStorage
import Microstates

/// Compares predictions with the truth on the test trajectories of one regime: X₀ is encoded once, z is rolled out, and
/// the observables are read off.
public struct RegimeEvaluation {
  private let model: TrainedModel
  private let regime: TestRegime
  private let dataset: Dataset
  private let trajectories: [Int]
  private let compute: Compute

  /// Steps of a prediction, at most.
  private static let mostSteps = 100_000_000
  /// The most steps that a time step of the data is made in.
  private let mostSubsteps: Int

  /// Trajectories that are drawn in the report.
  private static let examples = 3

  /// An evaluation of `regime`; trajectories of one frame are left out: there is nothing to predict.
  ///
  /// - Throws: `MacrostateError(.badData)` where the data do not fit the model, no trajectory has two frames, or one has no
  ///   positions in its first frame.
  public init(_ model: TrainedModel, _ regime: TestRegime, compute: Compute) throws {
    let dataset = regime.dataset
    try model.check(dataset)
    self.model = model
    self.regime = regime
    self.dataset = dataset
    trajectories = regime.trajectories.filter { dataset.frameCount(ofTrajectory: $0) > 1 }
    self.compute = compute
    let steps = trajectories.map { model.ensemble.steps(over: dataset.times(ofTrajectory: $0)) }
    mostSubsteps = steps.map(\.most).max() ?? 1
    if let (trajectory, _) = zip(trajectories, steps).first(where: { $1.total > Self.mostSteps }) {
      throw MacrostateError(
        .badData,
        "\(dataset.url.path): the times of trajectory \(trajectory) are so far apart that there are too many steps, since "
          + "none in training is longer than \(model.largestStepText); give times in the unit of the training data")
    }
    guard !trajectories.isEmpty else {
      throw MacrostateError(
        .badData, "\(dataset.url.path): no test trajectory has two frames; there is nothing to compare with")
    }
    let blind = trajectories.first { !dataset.hasPositions(frame: dataset.frames(ofTrajectory: $0).lowerBound) }
    if let blind {
      throw MacrostateError(
        .badData,
        "\(dataset.url.path): trajectory \(blind) has no positions in its first frame, which predictions start from; "
          + "import it with --positions that begin with 0")
    }
  }

  /// Why the model does not apply to these data (sets of another n than its encoder takes); nil where it does.
  public var obstacle: String? {
    guard let required = model.closure.requiredPointCount else { return nil }
    // Without observables the truth is ẑ of every frame.
    let encoded = trajectories.lazy.flatMap { trajectory in
      let frames = dataset.frames(ofTrajectory: trajectory)
      return dataset.observables.isEmpty ? frames : frames.prefix(1)
    }
    guard let other = encoded.first(where: { !model.encodes($0, of: dataset) }) else { return nil }
    return "the encoder takes sets of \(required) particles, and there are some of \(dataset.pointCount(frame: other))"
  }

  /// The warning that time steps are longer than any in training; nil where none is.
  public var longSteps: String? {
    mostSubsteps == 1
      ? nil
      : "time steps are longer than any in training (\(model.largestStepText)): they are made in up to \(mostSubsteps)"
  }

  /// Predicts, compares, and gathers the result.
  public func run() throws -> RegimeResult {
    let starts = try startStates()
    let times = trajectories.map { dataset.times(ofTrajectory: $0) }
    let truths = try trueSeries()
    let k = seriesWidth
    let ensemble = try PathEnsemble(
      model.ensemble, starts: starts, times: times, truths: truths, components: k, compute: compute)
    let alone = try predictedWithoutClosure(starts, times, truths)
    let scale = model.publishedScale
    let dimension = model.description.dynamics.dimension
    let scaling = model.description.macrostateScaling
    let predictions = ensemble.summaries.map(\.mean)
    return RegimeResult(
      trajectories: trajectories.count,
      scaled: errors(truths, predictions, scale), physical: errors(truths, predictions, .physical),
      variance: errors(truths, predictions, .variance),
      memberMeans: model.ensemble.members.indices.map { member in
        errors(truths, ensemble.summaries.map { $0.memberMeans[member] }, scale).mean
      },
      withoutClosure: alone.map { errors(truths, $0.summaries.map(\.mean), scale) },
      persistence: errors(truths, truths.map { persistence($0, k) }, scale),
      startsOutside: trajectories.indices.filter {
        !scaling.componentsOutside(starts[$0 * dimension..<($0 + 1) * dimension]).isEmpty
      }.count,
      divergences: ensemble.divergences.prefix(20).map(describe), examples: examples(ensemble, times, truths),
      stochastic: try stochastic(ensemble, alone, times, truths))
  }

  /// The result of a model with noise; nil for an ODE.
  private func stochastic(
    _ ensemble: PathEnsemble, _ alone: PathEnsemble?, _ times: [[Double]], _ truths: [[Double]]
  ) throws -> StochasticResult? {
    guard model.ensemble.isStochastic else { return nil }
    return try StochasticEvaluation(
      regime: regime, names: Array(model.componentNames.prefix(seriesWidth)), trajectories: trajectories, times: times,
      truths: truths, compute: compute
    ).run(ensemble, withoutClosure: alone)
  }

  // MARK: Truth and starts

  /// Components compared: the observables, or all of ẑ where there are none.
  private var seriesWidth: Int {
    dataset.observables.isEmpty ? model.description.macrostate.movingCount : dataset.observables.count
  }

  private func startStates() throws -> [Float] {
    try encoding.macrostates(
      ofFrames: trajectories.map { dataset.frames(ofTrajectory: $0).lowerBound }, isOrdered: true)
  }

  private var encoding: MacrostateEncoding {
    MacrostateEncoding(model, dataset: dataset, compute: compute)
  }

  private func trueSeries() throws -> [[Double]] {
    if !dataset.observables.isEmpty { return trajectories.map { dataset.observables(ofTrajectory: $0) } }
    return try trajectories.map { trajectory in
      let states = try encoding.macrostates(
        ofFrames: Array(dataset.frames(ofTrajectory: trajectory)), isOrdered: true)
      let dimension = model.description.dynamics.dimension
      return states.indices.filter { $0 % dimension < seriesWidth }.map { Double(states[$0]) }
    }
  }

  // MARK: Comparisons

  /// Predictions by the dynamics without ẑ; nil where there is none.
  private func predictedWithoutClosure(
    _ starts: [Float], _ times: [[Double]], _ truths: [[Double]]
  ) throws -> PathEnsemble? {
    guard let alone = model.withoutClosure, !dataset.observables.isEmpty else { return nil }
    let macrostate = model.description.macrostate
    let (k, d, known) = (macrostate.observables.count, macrostate.dimension, macrostate.componentsWithoutClosure)
    return try PathEnsemble(
      alone, starts: trajectories.indices.flatMap { i in known.map { starts[i * d + $0] } }, times: times,
      truths: truths, components: k, compute: compute)
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

  // MARK: What people see

  private func describe(_ divergence: Rollout.Place) -> String {
    "the prediction of \(model.componentNames[divergence.component]) ran away in trajectory "
      + "\(trajectories[divergence.trajectory]) at frame \(divergence.frame)"
  }

  private func scaledError(_ truth: [Double], _ prediction: [Double]) -> Double {
    RelativeError.ofTrajectory(
      truth: truth, prediction: prediction, observables: seriesWidth, scale: model.publishedScale)
  }

  private func examples(
    _ ensemble: PathEnsemble, _ times: [[Double]], _ truths: [[Double]]
  ) -> [ForecastExample] {
    let k = seriesWidth
    return trajectories.indices.prefix(Self.examples).flatMap { i in
      let summary = ensemble.summaries[i]
      return (0..<min(k, 4)).map { j in
        func column(_ series: [Double]) -> [Double] { times[i].indices.map { series[$0 * k + j] } }
        return ForecastExample(
          trajectory: trajectories[i], observable: model.componentNames[j], times: times[i], truth: column(truths[i]),
          mean: column(summary.mean), scaledError: scaledError(truths[i], summary.mean), lower: column(summary.lower),
          upper: column(summary.upper))
      }
    }
  }
}

extension TrainedModel {
  /// The longest step that the dynamics was trained with, for people.
  package var largestStepText: String { String(format: "%.6g", description.dynamicsScaling.largestStep) }

  /// Whether the encoder takes a frame's number of particles. What only looks at frames passes over the others.
  func encodes(_ frame: Int, of dataset: Dataset) -> Bool {
    closure.accepts(
      pointCounts: dataset.speciesNames.indices.map { dataset.pointCount(frame: frame, species: $0) })
  }

  /// Checks that a data set is of the kind that the model was trained on.
  ///
  /// - Throws: `MacrostateError(.badData)` that says what differs.
  public func check(_ dataset: Dataset) throws {
    try checkPoints(of: dataset)
    let require = InputCheck(dataset.url.path, remedy: "use data like those of the training")
    try require(
      dataset.observables.map(\.name) == description.observables.map(\.name),
      "the observables are \(dataset.observables.map(\.name)), those of the model "
        + "\(description.observables.map(\.name))")
  }

  /// Checks that the points of a data set are of the kind that the model was trained on.
  ///
  /// - Throws: as `check`.
  public func checkPoints(of dataset: Dataset) throws {
    let require = InputCheck(dataset.url.path, remedy: "use data like those of the training")
    try require(
      dataset.dimension == description.closure.dimension,
      "particles have \(dataset.dimension) dimensions, those of the model \(description.closure.dimension)")
    let source = DatasetPointSets(dataset)
    try require(
      source.featureCount == description.closure.featureCount,
      "particles have \(source.featureCount) features, those of the model \(description.closure.featureCount)")
    let features = dataset.description.featureNames
    try require(
      features == description.featureNames ?? features,
      "the features of particles are \(features), those of the model \(description.featureNames ?? [])")
    try require(
      dataset.description.computedFeatures == description.computedFeatures,
      "the features of particles were computed otherwise than those of the model (import --feature)")
    try require(
      dataset.speciesNames == description.speciesNames,
      "the species are \(dataset.speciesNames), those of the model \(description.speciesNames)")
    let units = description.dataUnits ?? DatasetDescription.Units()
    let found = dataset.description.units
    for (unit, own) in [(found.position, units.position), (found.time, units.time)] where unit != "1" && own != "1" {
      try require(unit == own, "the unit is \(unit), that of the model \(own)")
    }
  }
}
