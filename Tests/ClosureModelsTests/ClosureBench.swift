import ClosureModels
import MacrostateAutodiff
import MacrostateNetworks
import MacrostateParallel
import PointDensities
import RandomStreams

/// Point sets in memory.
struct Sets: PointSetSource {
  var dimension = 2
  var featureCount = 0
  /// `[sets][n · d]`.
  var positions: [[Float]]
  /// `[sets][n · c]`.
  var features: [[Float]] = []

  func pointCount(ofSet set: Int) -> Int { positions[set].count / dimension }

  func withPoints(ofSet set: Int, _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>) -> Void) {
    positions[set].withUnsafeBufferPointer { points in
      (features.isEmpty ? [] : features[set]).withUnsafeBufferPointer { body(points, $0) }
    }
  }

  /// A set of `count` points about (shift, −shift) with a spread of 0.5.
  static func cloud(_ count: Int, shift: Float = 0, seed: UInt64 = 1) -> [Float] {
    var random = RandomStream(seed: seed, purpose: .evaluation, set: count)
    return random.normals(2 * count).enumerated().map { 0.5 * $1 + ($0 % 2 == 0 ? shift : -shift) }
  }
}

/// What the tests of closure models share.
enum Bench {
  static let pool = WorkerPool(threads: 2)
  static let kernels = Kernels.best

  static func model(features: Int = 0, scaling: PointScaling? = nil) -> ClosureModel {
    ClosureModel(
      .init(
        dimension: 2, featureCount: features, closureDimension: 2,
        encoder: .deepSet(pointWidths: [8, 8], setWidths: [8], activation: .tanh),
        objective: .density(
          smoothing: 0.2, samples: 8,
          flow: .init(
            dimension: 2, contextDimension: 2, layers: 2, widths: [8], activation: .tanh,
            spline: .init(bins: 4, bound: 4)))),
      scaling: scaling ?? .identity(columns: 2 + features))
  }

  static func encode(
    _ model: ClosureModel, _ source: Sets, _ sets: [Int], isOrdered: Bool = false, threads: Int = 2
  ) throws -> [Float] {
    try SetEncoder(
      model, parameters: model.initialParameters(seed: 1), source: source, kernels: kernels,
      pool: .init(threads: threads)
    ).encode(sets, isOrdered: isOrdered)
  }
}
