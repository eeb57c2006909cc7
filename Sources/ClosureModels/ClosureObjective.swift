import MacrostateAutodiff
import MacrostateNetworks
import PointDensities
import RandomStreams

/// What an encoder learns ẑ by: one case for each kind, with the networks that only training needs.
public enum ClosureObjective: Sendable {
  /// KL(q_X ‖ p(· | ẑ)), the density that the points induce against a conditional flow (Eq. 3): q_X, p, and K samples
  /// of q_X for each set.
  case density(KernelMixture, ConditionalSplineFlow, samples: Int)

  /// A kind of objective with its sizes.
  public enum Shape: Sendable, Equatable, Codable {
    /// ε in scaled coordinates, K samples of q_X a set and step, and the flow's sizes.
    case density(smoothing: Double, samples: Int, flow: ConditionalSplineFlow.Shape)
  }

  /// What a validation score is, for people.
  public enum Score: String, Sendable, Codable {
    /// KL(q_X ‖ p(· | ẑ)) in nats.
    case divergence = "KL"
  }

  /// An objective for points of `dimension` coordinates; its parameters are added to `layout`.
  init(_ shape: Shape, dimension: Int, closureDimension: Int, layout: inout ParameterLayout) {
    switch shape {
    case .density(let smoothing, let samples, let flow):
      precondition(flow.dimension == dimension && flow.contextDimension == closureDimension)
      self = .density(
        KernelMixture(smoothing: smoothing, dimension: dimension),
        ConditionalSplineFlow("density", shape: flow, layout: &layout), samples: samples)
    }
  }

  /// Random parameters.
  func initialize(_ parameters: Parameters, _ random: inout RandomStream) {
    switch self {
    case .density(_, let flow, _): flow.initialize(parameters, &random)
    }
  }

  /// What a lane compares with the sets of its tiles.
  func reconstruction(_ model: ClosureModel, _ source: any PointSetSource) -> any Reconstruction {
    switch self {
    case .density(let mixture, let flow, let samples):
      DensityReconstruction(model, source, mixture: mixture, flow: flow, samples: samples)
    }
  }

  /// Terms of the loss for each set.
  var termsPerSet: Int {
    switch self {
    case .density(_, _, let samples): samples
    }
  }

  /// What the validation score is.
  public var score: Score {
    switch self {
    case .density: .divergence
    }
  }
}

extension ClosureObjective.Score {
  /// The unit, empty for a pure number.
  public var unit: String {
    switch self {
    case .divergence: "nats"
    }
  }

  /// Name and unit, for an axis.
  public var axisLabel: String { unit.isEmpty ? rawValue : "\(rawValue) (\(unit))" }

  /// What it is, in a sentence.
  public var explanation: String {
    switch self {
    case .divergence: "KL divergence in nats; the training curve uses the validation frames' constant."
    }
  }
}
