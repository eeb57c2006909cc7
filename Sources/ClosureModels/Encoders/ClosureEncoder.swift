import MacrostateAutodiff
import MacrostateCompute
import MacrostateSettings

/// An encoder ẑ = φ̂(X) of sets of points: a network of a tape, made from its settings and the sizes of the data.
///
/// A new one is a type of its own, in a file of its own, and a line in `Encoders.all` (or in the `Parts` of a program of
/// yours). `EncoderTests` has what every encoder must satisfy.
public protocol ClosureEncoder: Part {
  /// The encoder's needs.
  static var needs: EncoderNeeds { get }
  /// An encoder, its parameters added to `layout` under names that begin with `encoder`.
  init(_ settings: Settings, _ sizes: EncoderSizes, layout: inout ParameterLayout)
  /// The problem with these sizes, in words that follow the encoder's name; nil for good ones.
  static func problem(_ settings: Settings, _ sizes: EncoderSizes) -> String?
  /// Sets random parameters.
  func initialize(_ parameters: Parameters, _ random: inout RandomStream)
  /// ẑ `[sets, outputs]`; a set without points has one, too: that of pooled features 0.
  func closureVariables(_ tape: Tape, _ sets: SetBatch) -> Tensor
  /// The points that a tile of a batch has, so that its activations stay in cache.
  var tilePoints: Int { get }
  /// The two halves of an encoder that pools: large sets are encoded and trained part by part; nil for others.
  var pooling: (any PoolingEncoder)? { get }
  /// A new encoding of one large set, part by part, in several passes; nil where sets must be whole.
  func encodingPass() -> (any EncodingPass)?
}

extension ClosureEncoder {
  public static var needs: EncoderNeeds { EncoderNeeds() }
  public static func problem(_ settings: Settings, _ sizes: EncoderSizes) -> String? { nil }
  public var tilePoints: Int { PointTiles.tilePoints }
  public var pooling: (any PoolingEncoder)? { nil }
  public func encodingPass() -> (any EncodingPass)? { nil }
}

/// The needs of an encoder; by default none: any number of points, in any order.
public struct EncoderNeeds: Sendable, Equatable {
  /// The meaning of the order of a set's points.
  public enum PointOrder: Sendable {
    /// Nothing: it makes no difference to ẑ but by rounding.
    case irrelevant
    /// Nothing, but ẑ depends on it: in training each set of a batch is permuted anew.
    case permuted
    /// Points are told apart by their places, as those of a grid: the data's order is kept.
    case meaningful
  }

  /// The meaning of the points' order.
  public var order = PointOrder.irrelevant
  /// Whether all sets have one n, which the encoder is told (`EncoderSizes.pointCount`).
  public var onePointCount = false
  /// Whether a set is all points of a frame, without their species, whose ẑ are given at once.
  public var wholeFrames = false
  /// Whether points may have weights.
  public var takesWeights = false

  /// No needs.
  public init() {}
}

/// The sizes that an encoder is made for.
public struct EncoderSizes: Sendable, Equatable {
  /// The columns of a point: d positions first, then c features; for a periodic axis six, cos 2πks and sin 2πks of the share
  /// s of the period, k = 1 … 3.
  public var inputs: Int
  /// The number of closure variables.
  public var outputs: Int
  /// n of every set, where the encoder needs one n (`EncoderNeeds.onePointCount`); 0 otherwise.
  public var pointCount: Int

  /// Sizes.
  public init(inputs: Int, outputs: Int, pointCount: Int = 0) {
    self.inputs = inputs
    self.outputs = outputs
    self.pointCount = pointCount
  }
}

/// Sets of points on a tape, one behind the other.
public struct SetBatch {
  /// The points `[Σ counts, inputs]`, in scaled coordinates.
  public var points: Tensor
  /// n of each set.
  public var counts: [Int]
  /// The weights of the points, which add up to 1 in every set, `[Σ counts]`; nil for 1/n each.
  public var weights: [Float]?

  /// Sets of points.
  public init(points: Tensor, counts: [Int], weights: [Float]? = nil) {
    self.points = points
    self.counts = counts
    self.weights = weights
  }
}

/// An encoder ρ(Σᵢ wᵢ φ(xⁱ)), of which the sum can be made part by part.
public protocol PoolingEncoder: Sendable {
  /// Columns of the pooled features.
  var pooledWidth: Int { get }
  /// φ of points `[points, inputs]`: `[points, pooledWidth]`.
  func pointFeatures(_ tape: Tape, _ x: Tensor) -> Tensor
  /// ẑ `[sets, outputs]` from pooled features `[sets, pooledWidth]`.
  func closureVariables(_ tape: Tape, pooled: Tensor) -> Tensor
}

extension PoolingEncoder {
  /// Σᵢ wᵢ φ(xⁱ) of each set, `[sets, pooledWidth]`.
  public func pooled(_ tape: Tape, _ sets: SetBatch) -> Tensor {
    let features = pointFeatures(tape, sets.points)
    guard let weights = sets.weights else {
      return tape.segmentSums(features, sets.counts.map { .init(count: $0, weight: 1 / Float(max($0, 1))) })
    }
    let factors = tape.variable(rows: features.rows, columns: features.columns, wantsGradient: false)
    tape.fill(factors) { i, _ in weights[i] }
    return tape.segmentSums(tape.multiply(features, factors), sets.counts.map { .init(count: $0, weight: 1) })
  }
}

/// An encoding of one set in parts, in one or more passes over all its points; see `SetTransformerPass`.
public protocol EncodingPass {
  /// Adds a part of the points, `[rows, inputs]`, to this pass; on a tape that was just reset.
  mutating func add(_ tape: Tape, _ points: Tensor)
  /// Ends a pass, on a tape that was just reset.
  ///
  /// - Returns: ẑ `[outputs]` after the last pass; nil where another one over all points must follow.
  mutating func finish(_ tape: Tape) -> [Float]?
}
