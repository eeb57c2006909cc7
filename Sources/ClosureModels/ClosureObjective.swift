import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import MacrostateSettings
import MacrostateTraining
import PointDensities

/// The objective that an encoder learns ẑ by: one case for each kind, with the networks that only training needs.
public enum ClosureObjective: Sendable {
  /// The density that the points induce against a conditional one, by KL(q_X ‖ p(· | ẑ)) where p has a likelihood (Eq. 3):
  /// q_X, p, and K samples of q_X for each set.
  case density(KernelMixture, any ConditionalDensity, samples: Int)
  /// (1/(n·d)) Σᵢ ‖xᵢ − yᵢ‖² of the decoded points y in the order of the data.
  case pointwise(PointDecoder)
  /// The Chamfer distance of the set and the decoded points.
  case chamfer(PointDecoder)
  /// No reconstruction: the one-step error (or likelihood) of a dynamics that is trained together with the encoder.
  case dynamics

  /// A kind of objective with its sizes.
  public enum Shape: Sendable, Equatable, Codable {
    /// ε of each scaled coordinate, K samples of q_X a set and step, and the density that is fitted.
    case density(smoothing: [Double], samples: Int, density: PartSettings<Densities>)
    /// The decoder's sizes.
    case pointwise(decoder: PointDecoder.Shape)
    /// The decoder's sizes.
    case chamfer(decoder: PointDecoder.Shape)
    /// None beyond those of the model's dynamics term.
    case dynamics
  }

  /// An objective for points of `dimension` coordinates; its parameters are added to `layout`.
  init(
    _ shape: Shape, dimension: Int, periodicCoordinates: [Bool], closureDimension: Int, layout: inout ParameterLayout
  ) {
    switch shape {
    case .density(let smoothing, let samples, let density):
      self = .density(
        KernelMixture(smoothing: smoothing),
        density.made(
          .init(dimension: smoothing.count, contextDimension: closureDimension, periodic: periodicCoordinates),
          layout: &layout),
        samples: samples)
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
    case .density(_, let density, _): density.initialize(parameters, &random)
    case .pointwise(let decoder), .chamfer(let decoder): decoder.network.initialize(parameters, &random)
    case .dynamics: break
    }
  }

  /// The reconstruction of a lane, which compares with the sets of its tiles.
  func reconstruction(_ model: ClosureModel, _ source: any PointSetSource) -> any Reconstruction {
    switch self {
    case .density(let mixture, let density, let samples):
      DensityReconstruction(model, source, mixture: mixture, density: density, samples: samples)
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

  /// The validation score.
  public var score: Score {
    switch self {
    case .density(_, let density, _): type(of: density).score
    case .pointwise:
      Score("MSE", explanation: "Mean squared error of a reconstructed coordinate, in scaled units.")
    case .chamfer:
      Score(
        "Chamfer",
        explanation: "Chamfer distance of the reconstructed points (both directions added), in scaled units.")
    case .dynamics: OneStepError.score
    }
  }

  /// Whether something is made of ẑ that is compared with the points.
  public var reconstructs: Bool {
    if case .dynamics = self { false } else { true }
  }
}
