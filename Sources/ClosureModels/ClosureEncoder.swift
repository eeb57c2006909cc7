import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks

/// The encoder ẑ = φ̂(X) of a closure model: one case for each kind of network.
public enum ClosureEncoder: Sendable {
  /// ρ(mean φ(xⁱ)): invariant under permutations, for any n.
  case deepSet(DeepSet)
  /// Attention through inducing points: invariant under permutations, for any n.
  case setTransformer(SetTransformer)
  /// A perceptron of all points side by side, in the order in which they stand: for one n, and not invariant.
  case flattened(MLP, pointCount: Int)

  /// A kind of encoder with its sizes.
  public enum Shape: Sendable, Equatable, Codable {
    /// φ's widths (the last that of its output), ρ's hidden widths, the activation of both.
    case deepSet(pointWidths: [Int], setWidths: [Int], activation: Activation)
    /// Width, heads, blocks and inducing points, and the activation of the feed-forward networks.
    case setTransformer(SetTransformer.Shape, activation: Activation)
    /// n of every set, hidden widths, the activation.
    case flattened(pointCount: Int, widths: [Int], activation: Activation)
  }

  /// An encoder of points with `inputs` columns into `outputs` closure variables; its parameters are added to `layout`.
  init(_ shape: Shape, inputs: Int, outputs: Int, layout: inout ParameterLayout) {
    switch shape {
    case .deepSet(let pointWidths, let setWidths, let activation):
      self = .deepSet(
        DeepSet(
          "encoder", inputs: inputs, pointWidths: pointWidths, setWidths: setWidths, outputs: outputs,
          activation: activation, layout: &layout))
    case .setTransformer(let shape, let activation):
      self = .setTransformer(
        SetTransformer(
          "encoder", inputs: inputs, shape: shape, outputs: outputs, activation: activation, layout: &layout))
    case .flattened(let pointCount, let widths, let activation):
      let sizes = [pointCount * inputs] + widths + [outputs]
      self = .flattened(
        MLP("encoder", sizes: sizes, activation: activation, layout: &layout), pointCount: pointCount)
    }
  }

  /// Random parameters.
  func initialize(_ parameters: Parameters, _ random: inout RandomStream) {
    switch self {
    case .deepSet(let network): network.initialize(parameters, &random)
    case .setTransformer(let network): network.initialize(parameters, &random)
    case .flattened(let network, _): network.initialize(parameters, &random)
    }
  }

  /// ẑ `[sets, dim ẑ]` of points `[Σ counts, inputs]`, set after set.
  func closureVariables(_ tape: Tape, points x: Tensor, counts: [Int]) -> Tensor {
    switch self {
    case .deepSet(let network):
      let features = network.pointFeatures(tape, x)
      let pooled = tape.segmentSums(features, counts.map { .init(count: $0, weight: 1 / Float(max($0, 1))) })
      return network.closureVariables(tape, pooled: pooled)
    case .setTransformer(let network): return network(tape, points: x, counts: counts)
    case .flattened(let network, let pointCount):
      precondition(counts.allSatisfy { $0 == pointCount }, "sets of another n were to be left out")
      return network(tape, tape.reshaped(x, columns: pointCount * x.columns))
    }
  }

  /// Whether the order of the points makes no difference but rounding. Where it does, points keep the order of the data,
  /// and in training each set of a batch is permuted anew.
  public var isInvariant: Bool {
    switch self {
    case .deepSet, .setTransformer: true
    case .flattened: false
    }
  }

  /// The n of every set that can be encoded; nil for any.
  public var requiredPointCount: Int? {
    switch self {
    case .deepSet, .setTransformer: nil
    case .flattened(_, let pointCount): pointCount
    }
  }

  /// Whether a set of `pointCount` points can be encoded.
  public func accepts(pointCount: Int) -> Bool { requiredPointCount.map { $0 == pointCount } ?? true }

  /// The network that a large set's points can go through in parts, so that only pooled features are held; nil where a
  /// set must be whole.
  var pooling: DeepSet? {
    switch self {
    case .deepSet(let network): network
    case .flattened, .setTransformer: nil
    }
  }

  /// The network that encodes a large set in parts by several passes over its points; it is trained on whole sets.
  var passing: SetTransformer? {
    switch self {
    case .setTransformer(let network): network
    case .deepSet, .flattened: nil
    }
  }

  /// Points of a tile of a batch.
  var tilePoints: Int {
    switch self {
    case .deepSet: PointTiles.tilePoints
    // It holds some ten times as many activations a point.
    case .setTransformer: PointTiles.tilePoints / 4
    // A row a set: many rows make one product worth its while.
    case .flattened(_, let pointCount): 64 * pointCount
    }
  }
}
