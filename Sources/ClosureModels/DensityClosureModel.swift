import MacrostateAutodiff
import MacrostateNetworks
import PointDensities
import RandomStreams

/// The paper's closure model: a DeepSet encoder ẑ = φ̂(X), trained so that a conditional spline flow p(· | ẑ) is close to
/// the density q_X that the points induce (Eq. 3).
///
/// The value holds architecture and scaling; the parameters are passed beside it.
public struct DensityClosureModel: Sendable {
  /// The sizes of a model.
  public struct Shape: Sendable, Equatable, Codable {
    /// d.
    public var dimension: Int
    /// c, features of a point beyond its position; only the encoder sees them.
    public var featureCount: Int
    /// Widths of φ, the last that of its output.
    public var pointWidths: [Int]
    /// Hidden widths of ρ.
    public var setWidths: [Int]
    /// dim ẑ of a species.
    public var closureDimension: Int
    /// The activation of φ and ρ.
    public var activation: Activation
    /// ε, in scaled coordinates.
    public var smoothing: Double
    /// K, samples of q_X for each set in a training step.
    public var samples: Int
    /// The flow's sizes: layers, widths of its networks, their activation, bins and bound.
    public var flow: ConditionalSplineFlow.Shape

    /// The sizes of a model.
    public init(
      dimension: Int, featureCount: Int = 0, pointWidths: [Int], setWidths: [Int], closureDimension: Int,
      activation: Activation, smoothing: Double, samples: Int, flow: ConditionalSplineFlow.Shape
    ) {
      self.dimension = dimension
      self.featureCount = featureCount
      self.pointWidths = pointWidths
      self.setWidths = setWidths
      self.closureDimension = closureDimension
      self.activation = activation
      self.smoothing = smoothing
      self.samples = samples
      self.flow = flow
    }
  }

  /// The sizes.
  public let shape: Shape
  /// How points are scaled before anything else.
  public let scaling: PointScaling
  /// All parameters of encoder and flow.
  public let layout: ParameterLayout
  /// φ̂.
  public let encoder: DeepSet
  /// p(· | ẑ).
  public let density: ConditionalSplineFlow
  /// q_X.
  public let mixture: KernelMixture

  /// A model of these sizes, for points scaled by `scaling` (d + c columns).
  public init(_ shape: Shape, scaling: PointScaling) {
    precondition(scaling.shift.count == shape.dimension + shape.featureCount)
    self.shape = shape
    self.scaling = scaling
    var layout = ParameterLayout()
    encoder = DeepSet(
      "encoder", inputs: shape.dimension + shape.featureCount, pointWidths: shape.pointWidths,
      setWidths: shape.setWidths, outputs: shape.closureDimension, activation: shape.activation, layout: &layout)
    density = ConditionalSplineFlow("density", shape: shape.flow, layout: &layout)
    mixture = KernelMixture(smoothing: shape.smoothing, dimension: shape.dimension)
    self.layout = layout
  }

  /// Random parameters that depend on `seed` alone.
  public func initialParameters(seed: UInt64) -> Parameters {
    let parameters = Parameters(layout)
    var random = RandomStream(seed: seed, purpose: .initialParameters)
    encoder.initialize(parameters, &random)
    density.initialize(parameters, &random)
    parameters.valuesChanged()
    return parameters
  }
}
