import ClosureModels
import Foundation
import MacrostateAutodiff
import MacrostateParallel
import MacrostateTraining
import Microstates

/// The whole evaluation of a trained model.
public struct ModelEvaluation {
  private let model: TrainedModel
  private let kernels: Kernels
  private let pool: WorkerPool

  /// Grid points along an axis of a density picture.
  private static let gridCount = 96

  /// An evaluation of `model`.
  public init(_ model: TrainedModel, kernels: Kernels, pool: WorkerPool) {
    self.model = model
    self.kernels = kernels
    self.pool = pool
  }

  /// Evaluates the regimes.
  ///
  /// - Throws: `MacrostateError` where a data set does not fit the model or the others.
  public func run(_ regimes: [TestRegime], progress: any ProgressObserver) throws -> EvaluationResult {
    var results: [String: RegimeResult] = [:]
    var obstacles: [String: String] = [:]
    var warnings: [String] = []
    for (i, regime) in regimes.enumerated() {
      let evaluation = try RegimeEvaluation(model, regime, kernels: kernels, pool: pool)
      if let obstacle = evaluation.obstacle {
        obstacles[regime.name] = obstacle
        warnings.append("\(regime.name): not applicable: \(obstacle)")
        continue
      }
      let result = try evaluation.run()
      results[regime.name] = result
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
        model: model, dataset: $0.dataset, trajectories: $0.trajectories, kernels: kernels, pool: pool)
    }
    return EvaluationResult(
      regimes: results, notApplicable: obstacles,
      permutation: try permutation?.check() ?? PermutationCheck(sets: 0, identical: 0, largestUnorderedChange: 0),
      permutationCurves: try permutation?.curves(),
      closureScore: model.description.closureScore, closureScoreName: model.closure.scoreName,
      validationScores: model.description.validationScores,
      densities: try first.map { try snapshots($0.dataset, $0.trajectories) } ?? [], warnings: warnings)
  }

  /// The first, an early and the last frame of the first test trajectory; the first species.
  private func snapshots(_ dataset: Dataset, _ trajectories: [Int]) throws -> [DensitySnapshot] {
    guard let trajectory = trajectories.first,
      let learned = LearnedDensity(model.closure, parameters: model.closureParameters, kernels: kernels)
    else { return [] }
    let frames = dataset.frames(ofTrajectory: trajectory)
    let chosen = [0, frames.count / 10, frames.count - 1].map { frames.lowerBound + $0 }
    let unique = chosen.enumerated().filter { $0.offset == 0 || chosen[$0.offset - 1] != $0.element }.map(\.element)
    return try unique.map { try snapshot(learned, dataset, frame: $0) }
  }

  private func snapshot(_ learned: LearnedDensity, _ dataset: Dataset, frame: Int) throws -> DensitySnapshot {
    let source = DatasetPointSets(dataset)
    let d = dataset.dimension
    let set = source.sets(ofFrames: [frame])[0]
    var positions: [Float] = []
    source.withPoints(ofSet: set) { values, _ in positions = Array(values) }
    let closure = try SetEncoder(
      model.closure, parameters: model.closureParameters, source: source, kernels: kernels, pool: pool
    ).encode([set], isOrdered: true)
    let shown = min(d, 2)
    let ranges = (0..<shown).map { axis in
      range(stride(from: axis, to: positions.count, by: d).map { Double(positions[$0]) })
    }
    let counts = Array(repeating: Self.gridCount, count: shown)
    let values = density(learned, closure: closure, ranges: ranges, counts: counts, positions: positions)
    let points = stride(from: 0, to: positions.count, by: d).map { i in (0..<shown).map { Double(positions[i + $0]) } }
    return DensitySnapshot(
      title: "t = \(String(format: "%.3g", dataset.time(ofFrame: frame)))", dimension: d, gridCounts: counts,
      ranges: ranges, values: values, points: points)
  }

  /// The range of values with a margin of a sixth on each side.
  private func range(_ values: [Double]) -> [Double] {
    let (low, high) = (values.min() ?? -1, values.max() ?? 1)
    let margin = max((high - low) / 6, 1e-3)
    return [low - margin, high + margin]
  }

  /// p on the grid; in three dimensions the density of the first two coordinates, by samples of the flow.
  private func density(
    _ learned: LearnedDensity, closure: [Float], ranges: [[Double]], counts: [Int], positions: [Float]
  ) -> [Double] {
    let d = model.description.closure.dimension
    func coordinate(_ axis: Int, _ i: Int) -> Double {
      ranges[axis][0] + (Double(i) + 0.5) * (ranges[axis][1] - ranges[axis][0]) / Double(counts[axis])
    }
    if d <= 2 {
      let rows = (0..<counts.reduce(1, *)).flatMap { i in
        (0..<d).map { axis in Float(coordinate(axis, axis == 0 ? i % counts[0] : i / counts[0])) }
      }
      return learned.logDensity(at: rows, closure: closure).map { exp(Double($0)) }
    }
    let samples = 40_000
    let drawn = learned.samples(closure: closure, count: samples, seed: 0)
    var values = [Double](repeating: 0, count: counts[0] * counts[1])
    let cell = (0..<2).map { (ranges[$0][1] - ranges[$0][0]) / Double(counts[$0]) }
    for s in 0..<samples {
      let place = (0..<2).map { Int(((Double(drawn[s * d + $0]) - ranges[$0][0]) / cell[$0]).rounded(.down)) }
      guard (0..<2).allSatisfy({ place[$0] >= 0 && place[$0] < counts[$0] }) else { continue }
      values[place[1] * counts[0] + place[0]] += 1 / (Double(samples) * cell[0] * cell[1])
    }
    return values
  }
}
