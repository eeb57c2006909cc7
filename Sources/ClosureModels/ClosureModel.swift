import MacrostateAutodiff
import MacrostateNetworks
import PointDensities
import RandomStreams

/// A closure model: an encoder ẑ = φ̂(X) of point sets and the objective that it learns ẑ by.
///
/// The paper's is a DeepSet with the density objective (Eq. 3); its baselines are other pairs of the two. The value holds
/// architecture and scaling; the parameters are passed beside it.
public struct ClosureModel: Sendable {
  /// The sizes of a model.
  public struct Shape: Sendable, Equatable, Codable {
    /// d.
    public var dimension: Int
    /// c, features of a point beyond its position; only the encoder sees them.
    public var featureCount: Int
    /// dim ẑ of a species.
    public var closureDimension: Int
    /// The kind of encoder and its sizes.
    public var encoder: ClosureEncoder.Shape
    /// The kind of objective and its sizes.
    public var objective: ClosureObjective.Shape

    /// The sizes of a model.
    public init(
      dimension: Int, featureCount: Int = 0, closureDimension: Int, encoder: ClosureEncoder.Shape,
      objective: ClosureObjective.Shape
    ) {
      self.dimension = dimension
      self.featureCount = featureCount
      self.closureDimension = closureDimension
      self.encoder = encoder
      self.objective = objective
    }
  }

  /// The sizes.
  public let shape: Shape
  /// How points are scaled before anything else.
  public let scaling: PointScaling
  /// All parameters, the encoder's first.
  public let layout: ParameterLayout
  /// φ̂.
  public let encoder: ClosureEncoder
  /// What ẑ is learned by.
  public let objective: ClosureObjective

  /// A model of these sizes, for points scaled by `scaling` (d + c columns).
  public init(_ shape: Shape, scaling: PointScaling) {
    precondition(scaling.shift.count == shape.dimension + shape.featureCount)
    self.shape = shape
    self.scaling = scaling
    var layout = ParameterLayout()
    encoder = ClosureEncoder(
      shape.encoder, inputs: shape.dimension + shape.featureCount, outputs: shape.closureDimension, layout: &layout)
    objective = ClosureObjective(
      shape.objective, dimension: shape.dimension, closureDimension: shape.closureDimension, layout: &layout)
    self.layout = layout
  }

  /// What the validation score is.
  public var score: ClosureObjective.Score { objective.score }

  /// The order in which a set's points are encoded and compared with: where it matters, a training step takes a new one
  /// every time, the same for both.
  func order(_ draw: RandomDraw) -> PointBuffer.Order {
    guard case .training = draw, !encoder.isInvariant else { return .stored }
    return .permuted(draw)
  }

  /// Random parameters that depend on `seed` alone.
  public func initialParameters(seed: UInt64) -> Parameters {
    let parameters = Parameters(layout)
    var random = RandomStream(seed: seed, purpose: .initialParameters)
    encoder.initialize(parameters, &random)
    objective.initialize(parameters, &random)
    parameters.valuesChanged()
    return parameters
  }
}
