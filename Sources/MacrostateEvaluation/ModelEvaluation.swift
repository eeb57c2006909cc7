import ClosureModels
import Foundation
import MacrostateCompute
import MacrostateRecipes
import MacrostateTraining
import Microstates

/// The whole evaluation of a trained model.
public struct ModelEvaluation {
  private let model: TrainedModel
  private let compute: Compute

  /// An evaluation of `model`.
  public init(_ model: TrainedModel, compute: Compute) {
    self.model = model
    self.compute = compute
  }

  /// Evaluates the regimes.
  ///
  /// - Throws: `MacrostateError` where a data set does not fit the model or the others.
  public func run(_ regimes: [TestRegime], progress: any ProgressObserver) throws -> EvaluationResult {
    var results: [String: RegimeResult] = [:]
    var obstacles: [String: String] = [:]
    var warnings = model.description.trainingWarnings ?? []
    for (i, regime) in regimes.enumerated() {
      try regime.requireIntact(pool: compute.pool)
      let evaluation = try RegimeEvaluation(model, regime, compute: compute)
      if let obstacle = evaluation.obstacle {
        obstacles[regime.name] = obstacle
        warnings.append("\(regime.name): not applicable: \(obstacle)")
        continue
      }
      let result = try evaluation.run()
      results[regime.name] = result
      let words = model.differences(of: regime.dataset) + [evaluation.longSteps].compactMap(\.self)
      warnings += words.map { "\(regime.name): \($0)" }
      if result.startsOutside > 0 {
        warnings.append(
          "\(regime.name): \(result.startsOutside) of \(result.trajectories) starts lie outside the range seen in "
            + "training; their predictions extrapolate")
      }
      warnings += result.divergences.prefix(3).map { "\(regime.name): \($0)" }
      warnings += (result.stochastic?.warnings ?? []).map { "\(regime.name): \($0)" }
      progress.update("evaluate", done: i + 1, of: regimes.count, note: regime.name)
    }
    let first = regimes.first { obstacles[$0.name] == nil }
    let permutation = first.map {
      PermutationEvaluation(
        model: model, dataset: $0.dataset, trajectories: $0.trajectories, compute: compute)
    }
    return EvaluationResult(
      regimes: results, notApplicable: obstacles,
      permutation: try permutation?.check() ?? PermutationCheck(sets: 0, identical: 0, largestUnorderedChange: 0),
      permutationCurves: try permutation?.curves(),
      closureScore: model.description.closureScore, closureScoreName: model.closure.scoreName,
      validationScores: model.description.validationScores,
      densities: try first.map { try DensityEvaluation(model, $0, compute: compute).snapshots() } ?? [],
      warnings: warnings)
  }
}
