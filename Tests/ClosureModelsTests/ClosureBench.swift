import ClosureModels
import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import MacrostateSettings
import PointDensities

/// Point sets in memory.
struct Sets: PointSetSource {
  var dimension = 2
  var featureCount = 0
  /// `[sets][n · d]`.
  var positions: [[Float]]
  /// `[sets][n · c]`.
  var features: [[Float]] = []
  /// `[sets][n]`; none for equal ones.
  var weights: [[Float]] = []
  /// `[sets]`; none for open space.
  var cells: [PeriodicCell] = []

  func pointCount(ofSet set: Int) -> Int { positions[set].count / dimension }

  func withPoints(ofSet set: Int, _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>) -> Void) {
    positions[set].withUnsafeBufferPointer { points in
      (features.isEmpty ? [] : features[set]).withUnsafeBufferPointer { body(points, $0) }
    }
  }

  func weights(ofSet set: Int) -> [Float]? { weights.isEmpty ? nil : weights[set] }

  func cell(ofSet set: Int) -> PeriodicCell? { cells.isEmpty ? nil : cells[set] }

  /// A set of `count` points about (shift, −shift) with a spread of 0.5.
  static func cloud(_ count: Int, shift: Float = 0, seed: UInt64 = 1) -> [Float] {
    var random = RandomStream(seed: seed, purpose: .evaluation, set: count)
    return random.normals(2 * count).enumerated().map { 0.5 * $1 + ($0 % 2 == 0 ? shift : -shift) }
  }
}

/// What the tests of closure models share.
enum Bench {
  static let compute = Compute(threads: 2)
  static var pool: WorkerPool { compute.pool }
  static var kernels: Kernels { compute.kernels }

  /// A model of sets of `pointCount` points, where it needs to know.
  static func model(
    _ encoder: Encoder, _ objective: Objective, pointCount: Int, scaling: PointScaling = .identity(columns: 2)
  ) -> ClosureModel {
    let decoder = PointDecoder.Shape(pointCount: pointCount, widths: [8], activation: .tanh)
    let density = Bench.model().shape
    return ClosureModel(
      .init(
        dimension: 2, closureDimension: 2, pointCount: encoder == .deepSet ? 0 : pointCount,
        encoder: encoder == .deepSet ? density.encoder : flattenedEncoder,
        objective: objective == .density
          ? density.objective : objective == .pointwise ? .pointwise(decoder: decoder) : .chamfer(decoder: decoder)),
      scaling: scaling)
  }

  enum Encoder: CaseIterable { case deepSet, flattened }
  enum Objective: CaseIterable { case density, pointwise, chamfer }

  static func trainer(
    _ model: ClosureModel, _ source: Sets, seed: UInt64 = 3, threads: Int = 2, settings: Adam.Settings = .init()
  ) throws -> BatchTrainer {
    try BatchTrainer(model, source, seed: seed, optimizer: settings, compute: Compute(kernels, threads: threads))
  }

  /// The loss of one step and its gradient: with β₁ = 0 the first moment is the gradient itself.
  static func gradient(
    _ model: ClosureModel, _ source: Sets, batch: [Int], windows: [FrameWindow] = []
  ) throws -> (loss: Double, gradient: [Float]) {
    let trainer = try Self.trainer(model, source, settings: .init(beta1: 0))
    let loss = try trainer.step(batch: batch, windows: windows, step: 2, rate: 0).loss
    return (loss, trainer.optimizer.first.storage)
  }

  /// The derivative of a step's loss along its gradient, by differences, over the gradient's norm: 1 where all is well.
  static func slopeAlongGradient(
    _ model: ClosureModel, _ source: Sets, batch: [Int], windows: [FrameWindow] = [], step h: Double = 0.005
  ) throws -> Double {
    let gradient = try Self.gradient(model, source, batch: batch, windows: windows).gradient
    let norm = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    let trainer = try Self.trainer(model, source)
    let start = trainer.parameters.storage
    let losses = try [h, -h].map { sign in
      trainer.parameters.storage = zip(start, gradient).map { $0 + Float(sign / norm) * $1 }
      return try trainer.step(batch: batch, windows: windows, step: 2, rate: 0).loss
    }
    return (losses[0] - losses[1]) / (2 * h) / norm
  }

  /// The encoders that see any number of points in any order.
  static let invariantEncoders: [PartSettings<Encoders>] = [
    PartSettings(DeepSetEncoder.self, .init(pointWidths: [8, 8], setWidths: [8], activation: .tanh)),
    PartSettings(
      SetTransformerEncoder.self, .init(width: 8, heads: 2, blocks: 2, inducingPoints: 3, activation: .tanh)),
  ]

  static let flattenedEncoder = PartSettings<Encoders>(
    FlattenedEncoder.self, .init(pointWidths: [8, 8], setWidths: [], activation: .tanh))

  /// A small flow with ε = 0.2 and K = 8, in two dimensions.
  static let density: ClosureObjective.Shape = {
    var flow = SplineFlowSettings()
    flow.layers = 2
    flow.widths = [8]
    flow.activation = .tanh
    flow.bins = 4
    flow.bound = 4
    return .density(smoothing: [0.2, 0.2], samples: 8, density: PartSettings(ConditionalSplineFlow.self, flow))
  }()

  static func model(
    features: Int = 0, scaling: PointScaling? = nil, encoder: PartSettings<Encoders> = invariantEncoders[0]
  ) -> ClosureModel {
    ClosureModel(
      .init(
        dimension: 2, featureCount: features, closureDimension: 2,
        encoder: encoder,
        objective: density),
      scaling: scaling ?? .identity(columns: 2 + features))
  }

  static func encode(
    _ model: ClosureModel, _ source: Sets, _ sets: [Int], isOrdered: Bool = false, threads: Int = 2
  ) throws -> [Float] {
    try SetEncoder(
      model, parameters: model.initialParameters(seed: 1), source: source, compute: Compute(kernels, threads: threads)
    ).encode(sets, isOrdered: isOrdered)
  }
}
