import MacroscopicDynamics
import MacrostateCompute
import MacrostateEvaluation
import MacrostateRecipes
import Testing

/// The evaluation of models whose macrostate contains the species' fractions.
@Suite struct CompositionEvaluationTests {
  private typealias Trained = ModelEvaluationTests.Trained

  /// z of the first frame of a trajectory.
  private func start(_ trained: Trained, _ trajectory: Int) throws -> [Float] {
    try MacrostateEncoding(trained.model, dataset: trained.dataset, compute: Compute(pool: trained.pool))
      .macrostates(ofFrames: [trained.dataset.frames(ofTrajectory: trajectory).lowerBound], isOrdered: true)
  }

  private func forecast(_ ensemble: ForecastEnsemble, _ trained: Trained, _ trajectory: Int, _ z: [Float]) throws
    -> Forecast
  {
    try ensemble.forecast(
      starts: z, times: [trained.dataset.times(ofTrajectory: trajectory)], compute: Compute(pool: trained.pool))
  }

  @Test func everyPredictionBeginsWithTheFractions() throws {
    let trained = try Trained(species: ["A", "B", "C"])
    let model = trained.model
    #expect(model.description.includesComposition && model.description.dynamics.dimension == 1 + 3 * 2 + 2)
    let result = try trained.evaluate([5])
    let z = try start(trained, 5)
    let whole = try forecast(model.ensemble, trained, 5, z).mean(0, 0)
    let curves = try #require(result.permutationCurves)
    #expect(curves.coincide && curves.stored == whole)

    // Without ẑ: [z̄, x].
    let alone = try #require(model.withoutClosure)
    let path = try forecast(alone, trained, 5, [z[0]] + z.suffix(2)).mean(0, 0)
    let truth = trained.dataset.observables(ofTrajectory: 5)
    let error = RelativeError.ofTrajectory(
      truth: truth, prediction: path, observables: 1, scale: model.publishedScale)
    let found = try #require(result.regimes["test"]?.withoutClosure)
    #expect(abs(found.mean / error - 1) < 1e-6)
  }

  @Test func fractionsAreNotScoredAsIfTheyWerePredicted() throws {
    let trained = try Trained(species: ["A", "B"], hasObservable: false)
    let model = trained.model
    let moving = model.ensemble.members[0].model.movingCount
    #expect(moving == 4 && model.description.dynamics.dimension == 5)
    let encoding = MacrostateEncoding(model, dataset: trained.dataset, compute: Compute(pool: trained.pool))
    let states = try encoding.macrostates(
      ofFrames: Array(trained.dataset.frames(ofTrajectory: 7)), isOrdered: true)
    let truth = states.enumerated().filter { $0.offset % 5 < moving }.map { Double($0.element) }
    let forecast = try forecast(model.ensemble, trained, 7, Array(states.prefix(5)))
    let series = (0..<moving).map { forecast.mean(0, $0) }
    let prediction = series[0].indices.flatMap { t in series.map { $0[t] } }
    let error = RelativeError.ofTrajectory(
      truth: truth, prediction: prediction, observables: moving, scale: model.publishedScale)
    let found = try #require(trained.evaluate([7]).regimes["test"])
    #expect(abs(found.scaled.mean / error - 1) < 1e-6)
  }
}
