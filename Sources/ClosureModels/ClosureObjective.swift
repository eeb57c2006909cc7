import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import PointDensities

/// What an encoder learns ẑ by: one case for each kind, with the networks that only training needs.
public enum ClosureObjective: Sendable {
  /// KL(q_X ‖ p(· | ẑ)), the density that the points induce against a conditional flow (Eq. 3): q_X, p, and K samples
  /// of q_X for each set.
  case density(KernelMixture, ConditionalSplineFlow, samples: Int)
  /// (1/(n·d)) Σᵢ ‖xᵢ − yᵢ‖² of the decoded points y in the order of the data.
  case pointwise(PointDecoder)
  /// The Chamfer distance of the set and the decoded points.
  case chamfer(PointDecoder)
  /// No reconstruction: the one-step error (or likelihood) of a dynamics that is trained together with the encoder.
  case dynamics

  /// A kind of objective with its sizes.
  public enum Shape: Sendable, Equatable, Codable {
    /// ε in scaled coordinates, K samples of q_X a set and step, and the flow's sizes.
    case density(smoothing: Double, samples: Int, flow: ConditionalSplineFlow.Shape)
    /// The decoder's sizes.
    case pointwise(decoder: PointDecoder.Shape)
    /// The decoder's sizes.
    case chamfer(decoder: PointDecoder.Shape)
    /// None beyond those of the model's dynamics term.
    case dynamics
  }

  /// What a validation score is, for people.
  public enum Score: String, Sendable, Codable {
    /// KL(q_X ‖ p(· | ẑ)) in nats.
    case divergence = "KL"
    /// The mean squared error of a coordinate, in scaled units.
    case squaredError = "MSE"
    /// The Chamfer distance, in scaled units.
    case chamferDistance = "Chamfer"
    /// The share of the increments of z in one step that is not predicted.
    case oneStepError = "one-step error"
    /// −log N of the increments of z in one step, a component, in units of their own size.
    case oneStepLikelihood = "one-step −log N"
  }

  /// An objective for points of `dimension` coordinates; its parameters are added to `layout`.
  init(_ shape: Shape, dimension: Int, closureDimension: Int, layout: inout ParameterLayout) {
    switch shape {
    case .density(let smoothing, let samples, let flow):
      precondition(flow.dimension == dimension && flow.contextDimension == closureDimension)
      self = .density(
        KernelMixture(smoothing: smoothing, dimension: dimension),
        ConditionalSplineFlow("density", shape: flow, layout: &layout), samples: samples)
    case .pointwise(let shape):
      self = .pointwise(
        PointDecoder(
          "decoder", shape: shape, dimension: dimension, closureDimension: closureDimension, layout: &layout))
    case .chamfer(let shape):
      self = .chamfer(
        PointDecoder(
          "decoder", shape: shape, dimension: dimension, closureDimension: closureDimension, layout: &layout))
    case .dynamics: self = .dynamics
    }
  }

  /// Random parameters.
  func initialize(_ parameters: Parameters, _ random: inout RandomStream) {
    switch self {
    case .density(_, let flow, _): flow.initialize(parameters, &random)
    case .pointwise(let decoder), .chamfer(let decoder): decoder.network.initialize(parameters, &random)
    case .dynamics: break
    }
  }

  /// What a lane compares with the sets of its tiles.
  func reconstruction(_ model: ClosureModel, _ source: any PointSetSource) -> any Reconstruction {
    switch self {
    case .density(let mixture, let flow, let samples):
      DensityReconstruction(model, source, mixture: mixture, flow: flow, samples: samples)
    case .pointwise(let decoder):
      PointReconstruction(model, source, decoder: decoder, comparison: .pointwise)
    case .chamfer(let decoder):
      PointReconstruction(model, source, decoder: decoder, comparison: .chamfer)
    case .dynamics: NoReconstruction()
    }
  }

  /// Terms of the loss for each set.
  var termsPerSet: Int {
    switch self {
    case .density(_, _, let samples): samples
    case .pointwise, .chamfer, .dynamics: 1
    }
  }

  /// What the validation score is.
  public var score: Score {
    switch self {
    case .density: .divergence
    case .pointwise: .squaredError
    case .chamfer: .chamferDistance
    case .dynamics: .oneStepError
    }
  }

  /// Whether something is made of ẑ that is compared with the points.
  public var reconstructs: Bool {
    if case .dynamics = self { false } else { true }
  }
}

extension ClosureObjective.Score {
  /// The unit, empty for a pure number.
  public var unit: String {
    switch self {
    case .divergence, .oneStepLikelihood: "nats"
    case .squaredError, .chamferDistance, .oneStepError: ""
    }
  }

  /// What it is, in a sentence.
  public var explanation: String {
    switch self {
    case .divergence: "KL divergence in nats; the training curve uses the validation frames' constant."
    case .squaredError: "Mean squared error of a reconstructed coordinate, in scaled units."
    case .chamferDistance: "Chamfer distance of the reconstructed points (both directions added), in scaled units."
    case .oneStepError:
      "Share of the increments of observables and closure variables in one step that is not predicted."
    case .oneStepLikelihood:
      "Negative log-likelihood of one step, in nats a component: observables in units of their training increments, "
        + "closure variables in units of the size of their own."
    }
  }
}
