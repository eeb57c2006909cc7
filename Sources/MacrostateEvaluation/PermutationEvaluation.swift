import ClosureModels
import MacrostateAutodiff
import MacrostateCompute
import MacrostateRecipes
import Microstates

/// Whether the order of a set's points changes the result.
public struct PermutationCheck: Codable, Sendable {
  /// Sets that were shuffled.
  public var sets: Int
  /// Sets whose ẑ had the same bits after shuffling; points are put into lexicographic order first where the encoder is
  /// invariant up to rounding.
  public var identical: Int
  /// The largest change of ẑ when points are left in the order they come, in units of the spread of ẑ.
  public var largestUnorderedChange: Double
}

/// An observable of one test trajectory as predicted from X₀ and from random permutations of X₀ (the paper's Fig. 5).
public struct PermutationCurves: Codable, Sendable {
  /// The trajectory's number in its data set.
  public var trajectory: Int
  /// The observable; the first component of ẑ where there is none.
  public var observable: String
  /// Times of the frames.
  public var times: [Double]
  /// The true observable; nil for a component of ẑ.
  public var truth: [Double]?
  /// The prediction from X₀ as it is stored.
  public var stored: [Double]
  /// The predictions from its permutations.
  public var permuted: [[Double]]

  /// Whether all predictions have the same bits.
  public var coincide: Bool {
    permuted.allSatisfy { curve in zip(curve, stored).allSatisfy { $0.bitPattern == $1.bitPattern } }
  }

  /// The largest distance of a permutation's curve from the stored order's.
  public var largestDifference: Double {
    permuted.flatMap { curve in zip(curve, stored).map { abs($0 - $1) } }.max() ?? 0
  }
}

/// Shuffles the points of test sets and looks at what changes.
struct PermutationEvaluation {
  let model: TrainedModel
  let dataset: Dataset
  let trajectories: [Int]
  let compute: Compute

  /// Sets that the check shuffles.
  private static let shuffledSets = 64
  /// Permutations of the trajectory that is predicted.
  private static let permutations = 3

  /// ẑ of the first frames that the encoder takes, in the stored order and shuffled.
  func check() throws -> PermutationCheck {
    let source = DatasetPointSets(dataset, for: model)
    let starts = trajectories.map { dataset.frames(ofTrajectory: $0).lowerBound }
    let sets = source.sets(
      ofFrames: Array(starts.lazy.filter { model.encodes($0, of: dataset) }.prefix(Self.shuffledSets)))
    let shuffled = ShuffledPointSets(base: source, seed: 1)
    let (macrostate, width) = (model.description.macrostate, model.description.closure.closureDimension)
    let (a, b) = (try encode(source, sets, isOrdered: true), try encode(shuffled, sets, isOrdered: true))
    let identical = sets.indices.filter { set in
      (0..<width).allSatisfy { a[set * width + $0].bitPattern == b[set * width + $0].bitPattern }
    }.count
    let (c, d) = (try encode(source, sets, isOrdered: false), try encode(shuffled, sets, isOrdered: false))
    let spreads = model.description.macrostateScaling.spread[macrostate.closureRange]
    // ẑ of all species of a frame stand behind each other, as in z.
    let change = c.indices.map { i in Double(abs(c[i] - d[i]) / spreads[spreads.startIndex + i % spreads.count]) }
    return PermutationCheck(sets: sets.count, identical: identical, largestUnorderedChange: change.max() ?? 0)
  }

  /// Predictions of the first trajectory that has two frames; nil where none has.
  func curves() throws -> PermutationCurves? {
    guard let trajectory = trajectories.first(where: { dataset.frameCount(ofTrajectory: $0) > 1 }) else { return nil }
    let source = DatasetPointSets(dataset, for: model)
    let frame = dataset.frames(ofTrajectory: trajectory).lowerBound
    let observed = try dataset.observables(ofFrame: frame, in: model.units)
    let macrostate = model.description.macrostate
    let constants = source.constants(ofFrame: frame, macrostate)
    let times = dataset.times(ofTrajectory: trajectory)
    func curve(_ points: any PointSetSource) throws -> [Double] {
      let closure = try encode(points, source.sets(ofFrames: [frame]), isOrdered: true)
      // One start at a time, so that nothing but the start can differ.
      return try model.ensemble.forecast(
        starts: macrostate.state(observables: observed, closure: closure, constants: constants), times: [times],
        compute: compute
      ).mean(0, 0)
    }
    let series = dataset.observables(ofTrajectory: trajectory)
    let k = dataset.observables.count
    return PermutationCurves(
      trajectory: trajectory, observable: model.componentNames[0], times: times,
      truth: k > 0 ? times.indices.map { series[$0 * k] } : nil, stored: try curve(source),
      permuted: try (1...Self.permutations).map { try curve(ShuffledPointSets(base: source, seed: UInt64($0))) })
  }

  private func encode(_ source: any PointSetSource, _ sets: [Int], isOrdered: Bool) throws -> [Float] {
    try SetEncoder(model.closure, parameters: model.closureParameters, source: source, compute: compute)
      .encode(sets, isOrdered: isOrdered)
  }
}
