import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import MacrostateSettings
import MacrostateTraining
import PointDensities

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
    /// Whether each axis is periodic, `[d]`; nil for none.
    public var periodicAxes: [Bool]?
    /// What the encoder sees of a point; nil for all.
    public var encoderInputs: PointInputs?
    /// What a density is one of; nil for positions.
    public var densityInputs: PointInputs?
    /// S: a frame is S sets.
    public var speciesCount: Int
    /// dim ẑ of a species; a frame's is S times that.
    public var closureDimension: Int
    /// n of every set, for an encoder that takes one n; 0 for others.
    public var pointCount: Int
    /// The encoder, with its settings.
    public var encoder: PartSettings<Encoders>
    /// The kind of objective and its sizes.
    public var objective: ClosureObjective.Shape
    /// A dynamics that is trained together with the encoder; nil where it waits for stage II.
    public var dynamics: DynamicsTerm?

    /// The sizes of a model.
    public init(
      dimension: Int, featureCount: Int = 0, periodicAxes: [Bool]? = nil,
      encoderInputs: PointInputs? = nil, densityInputs: PointInputs? = nil, speciesCount: Int = 1,
      closureDimension: Int, pointCount: Int = 0, encoder: PartSettings<Encoders>, objective: ClosureObjective.Shape,
      dynamics: DynamicsTerm? = nil
    ) {
      self.dimension = dimension
      self.featureCount = featureCount
      self.periodicAxes = periodicAxes
      self.encoderInputs = encoderInputs
      self.densityInputs = densityInputs
      self.speciesCount = speciesCount
      self.closureDimension = closureDimension
      self.pointCount = pointCount
      self.encoder = encoder
      self.objective = objective
      self.dynamics = dynamics
    }
  }

  /// The sizes.
  public let shape: Shape
  /// The scaling of points, before anything else.
  public let scaling: PointScaling
  /// All parameters, the encoder's first.
  public let layout: ParameterLayout
  /// φ̂.
  public let encoder: any ClosureEncoder
  /// The encoder's needs.
  public let needs: EncoderNeeds
  /// The objective that ẑ is learned by.
  public let objective: ClosureObjective
  /// The dynamics that is trained together with the encoder, over the same parameters.
  public let jointDynamics: DifferentialEquation?

  /// A model of these sizes, for points scaled by `scaling` (d + c columns).
  public init(_ shape: Shape, scaling: PointScaling) {
    precondition(scaling.shift.count == shape.dimension + shape.featureCount)
    self.shape = shape
    self.scaling = scaling
    var layout = ParameterLayout()
    needs = shape.encoder.needs
    encoder = shape.encoder.made(shape.encoderSizes, layout: &layout)
    objective = ClosureObjective(
      shape.objective, dimension: shape.dimension, periodicCoordinates: shape.periodicCoordinates,
      closureDimension: shape.groupSize * shape.encodedDimension, layout: &layout)
    jointDynamics = shape.dynamics.map { DifferentialEquation($0.model, scaling: $0.scaling, layout: &layout) }
    self.layout = layout
  }

  /// The name of the validation score: `KL`, or `KL + 0.1 × one-step error`.
  public var scoreName: String {
    guard let dynamics = shape.dynamics, objective.reconstructs else { return score.name }
    return "\(score.name) + \(dynamics.weight) × \(stepScore.name)"
  }

  /// The validation score; beside a reconstruction, that of the reconstruction.
  public var score: Score { objective.reconstructs ? objective.score : stepScore }

  private var stepScore: Score {
    jointDynamics?.isStochastic == true ? OneStepLikelihood.score : OneStepError.score
  }

  /// The n of every set that can be encoded; nil for any.
  public var requiredPointCount: Int? { needs.onePointCount ? shape.pointCount : nil }

  /// Whether a frame with so many points of each species can be encoded.
  public func accepts(pointCounts: [Int]) -> Bool {
    guard let required = requiredPointCount else { return true }
    return needs.wholeFrames ? pointCounts.reduce(0, +) == required : pointCounts.allSatisfy { $0 == required }
  }

  /// The dynamics that was trained together with the encoder, with parameters of its own.
  public func separateDynamics(_ parameters: Parameters) -> (model: DifferentialEquation, parameters: Parameters)? {
    guard let term = shape.dynamics else { return nil }
    let model = DifferentialEquation(term.model, scaling: term.scaling)
    let own = Parameters(model.layout)
    for weight in model.layout.weights {
      if let joint = layout.weights.first(where: { layout.name(of: $0) == model.layout.name(of: weight) }) {
        own[weight] = parameters[joint]
      }
    }
    for bias in model.layout.biases {
      if let joint = layout.biases.first(where: { layout.name(of: $0) == model.layout.name(of: bias) }) {
        own[bias] = parameters[joint]
      }
    }
    return (model, own)
  }

  /// The part of the loss that a joint dynamics has; nil without one.
  var oneStep: OneStepLoss? {
    guard let jointDynamics, let term = shape.dynamics else { return nil }
    return OneStepLoss(jointDynamics, term)
  }

  /// The order in which a set's points are encoded and compared with: where it matters, a training step takes a new one
  /// every time, the same for both.
  func order(_ draw: RandomDraw) -> PointBuffer.Order {
    guard case .training = draw, needs.order == .permuted else { return .stored }
    return .permuted(draw)
  }

  /// Random parameters that depend on `seed` alone.
  public func initialParameters(seed: UInt64) -> Parameters {
    let parameters = Parameters(layout)
    var random = RandomStream(seed: seed, purpose: .initialParameters)
    encoder.initialize(parameters, &random)
    objective.initialize(parameters, &random)
    jointDynamics?.initialize(parameters, seed: seed, member: 0)
    parameters.valuesChanged()
    return parameters
  }
}

extension ClosureModel.Shape {
  /// Whether the encoder takes all points of a frame without types, and gives all S · dim ẑ closure variables at once.
  public var encodesWholeFrames: Bool { encoder.needs.wholeFrames }

  /// The sizes that the encoder is made for.
  public var encoderSizes: EncoderSizes {
    EncoderSizes(
      inputs: PointColumns.count(self),
      outputs: encodedDimension, pointCount: pointCount)
  }

  /// Closure variables of what is encoded at once: a set, or a whole frame.
  public var encodedDimension: Int { encodesWholeFrames ? speciesCount * closureDimension : closureDimension }

  /// Coordinates of the density.
  public var densityDimension: Int {
    let inputs = densityInputs ?? .positions
    return (inputs.hasPositions ? dimension : 0) + (inputs.hasFeatures ? featureCount : 0)
  }

  /// Whether each coordinate of the density is periodic; empty for none.
  var periodicCoordinates: [Bool] {
    let inputs = densityInputs ?? .positions
    guard let periodicAxes, inputs.hasPositions else { return [] }
    return periodicAxes + Array(repeating: false, count: densityDimension - dimension)
  }

  /// Encoded sets that the objective compares together: a density is that of each set; a decoder of points takes
  /// [ẑ₁ … ẑ_S] and gives all points of the frame.
  var groupSize: Int {
    switch objective {
    case .density, .dynamics: 1
    case .pointwise, .chamfer: encodesWholeFrames ? 1 : speciesCount
    }
  }
}
