import MacrostateObservables
import MacrostateRecipes
import MacrostateStorage
import Microstates
import TrajectoryFormats

/// The points of a frame by the model's species, with the column of weights apart.
struct FramePoints {
  /// `[S][n · d]`.
  let positions: [[Float]]
  /// `[S][n · c]`, with the weights.
  let allFeatures: [[Float]]
  /// The names of the c columns.
  let featureNames: [String]
  /// `[S][n · c]`, without the weights.
  let features: [[Float]]
  let featureCount: Int
  /// `[S][n]`; nil where points count alike.
  let weights: [[Float]?]
  /// `[S]`.
  let counts: [Int]

  /// - Parameter local: the features that are computed from the particles, after those of the file.
  init(
    _ frame: Trajectory.Frame, of source: any TrajectorySource, _ places: SpeciesPlaces, _ placement: ModelPlacement,
    local: LocalFeatures?
  ) throws {
    positions = try places.placed(frame.positions).map { try Self.placed($0, of: source, placement) }
    var placed = Trajectory.Frame(
      time: 0, positions: positions, features: places.placed(frame.features), box: frame.box)
    var names = source.featureNames
    if let local, !local.names.isEmpty {
      do {
        let values = try local.values(placed, box: source.box ?? placement.box, featureNames: names)
        placed.features = values.appended(to: placed.features, width: names.count, ownWidth: local.names.count)
      } catch let error as MacrostateError {
        throw MacrostateError(error.kind, "\(source.name): \(error.message)")
      }
      names += local.names
    }
    let width = names.count
    let all = placed.features
    (allFeatures, featureNames) = (all, names)
    let hidden = Set(source.auxiliaryFeatureNames)
    let stored = names.filter { !hidden.contains($0) }
    featureCount = stored.count - (stored.contains(PointWeights.featureName) ? 1 : 0)
    features = all.map { PointWeights.others(of: $0.columns(stored, of: names), named: stored) }
    weights = all.map { PointWeights.weights(of: $0, named: names) }
    if let problem = weights.lazy.compactMap({ $0.flatMap(PointWeights.problem) }).first {
      throw MacrostateError(.badData, "\(source.name): \(problem); correct the input")
    }
    let whole = Trajectory.Frame(time: 0, positions: positions, features: all)
    counts = positions.indices.map {
      whole.pointCount(species: $0, dimension: source.dimension, featureCount: width)
    }
    for (values, what) in [(positions, "position"), (all, "feature")] {
      guard values.joined().allSatisfy(\.isFinite) else {
        throw MacrostateError(.badData, "\(source.name): a \(what) is not a finite number; correct the input")
      }
    }
  }

  /// Positions where the model wants them, of a source that has not placed them itself: relative to the model's offset, and
  /// in its box if the file tells of none.
  private static func placed(
    _ positions: [Float], of source: any TrajectorySource, _ placement: ModelPlacement
  ) throws -> [Float] {
    let d = source.dimension
    let shift = PositionOffset.shift(from: source.positionOffset, to: placement.offset)
    let box = source.box == nil && placement.box?.lengths.count == d ? placement.box.map { BoxEdges($0) } : nil
    guard d > 0, shift?.count ?? d == d, shift != nil || box != nil else { return positions }
    return try stride(from: 0, to: positions.count, by: d).flatMap { start -> [Float] in
      let point = SIMD3(padding: (0..<d).map { Double(positions[start + $0]) + (shift?[$0] ?? 0) })
      let placed = box?.placed(point) ?? point
      guard placed.x.isFinite else {
        throw MacrostateError(
          .badData, "\(source.name): particle \(start / d) is outside the walls of the model's box, or not finite")
      }
      return (0..<d).map { Float(placed[$0]) }
    }
  }
}

extension [Float] {
  /// The columns `chosen` of rows of columns `names`.
  fileprivate func columns(_ chosen: [String], of names: [String]) -> [Float] {
    guard chosen.count < names.count else { return self }
    let places = chosen.compactMap(names.firstIndex)
    return stride(from: 0, to: count, by: names.count).flatMap { start in places.map { self[start + $0] } }
  }
}
