import ClosureModels
import MacrostateRecipes
import MacrostateSettings
import PointDensities

/// A change of one setting, compared with the settings as they are on validation data.
enum SearchChange: String, CaseIterable, Equatable {
  case thirdOfRate = "rate-third"
  case thriceTheRate = "rate-thrice"
  case halfTheSteps = "steps-half"
  case twiceTheSteps = "steps-twice"
  case conditioningNetwork = "conditioning-network"
  case closureAveraging = "closure-averaging"
  case closureEarlyFrames = "closure-early-frames"
  case widerEncoder = "wider-encoder"
  case narrowerEncoder = "narrower-encoder"
  case widerFlow = "wider-flow"
  case smoothFlow = "smooth-flow"
  case moreBins = "16-bins"
  case moreLayers = "6-layers"
  case moreSamples = "128-samples"
  case halfTheTrajectories = "half-the-trajectories"
  case dynamicsAveraging = "dynamics-averaging"
  case dynamicsEarlyFrames = "dynamics-early-frames"
  case unrolledSteps = "unrolled-20"
  case widerDrift = "wider-drift"
  case rungeKutta = "runge-kutta"
  case publishedArchitecture = "published-architecture"
  case fewerStepsOfWiderDrift = "wider-drift-fewer-steps-unrolled"

  /// The changes that every method is tuned in.
  static let tuning: [SearchChange] = [.thirdOfRate, .thriceTheRate, .halfTheSteps, .twiceTheSteps]

  /// The changes that are tried to make ours better.
  static let study: [SearchChange] = allCases.filter { ![.thirdOfRate, .halfTheSteps].contains($0) }

  /// The change that was adopted, for every method: the dynamics is the same for all.
  static let adopted = SearchChange.fewerStepsOfWiderDrift

  /// Its name in tables.
  var label: String {
    switch self {
    case .thirdOfRate: "a third of the learning rate"
    case .thriceTheRate: "three times the learning rate"
    case .halfTheSteps: "half the steps of stage I"
    case .twiceTheSteps: "twice the steps of stage I"
    case .conditioningNetwork: "a network of ẑ, 64-64, once per set"
    case .closureAveraging: "weights averaged in stage I, β = 0.999"
    case .closureEarlyFrames: "early frames more often in stage I, u²"
    case .widerEncoder: "encoder 128-128-128, 128"
    case .narrowerEncoder: "encoder 32-32-32, 32"
    case .widerFlow: "flow 128-128"
    case .smoothFlow: "flow with SiLU"
    case .moreBins: "16 bins"
    case .moreLayers: "6 spline layers"
    case .moreSamples: "K = 128 samples"
    case .halfTheTrajectories: "half the training trajectories"
    case .dynamicsAveraging: "weights averaged in stage II, β = 0.999"
    case .dynamicsEarlyFrames: "early frames more often in stage II, u²"
    case .unrolledSteps: "20 steps unrolled at the end of stage II"
    case .widerDrift: "drift 256-256"
    case .rungeKutta: "Runge–Kutta steps"
    case .publishedArchitecture: "the paper's architecture"
    case .fewerStepsOfWiderDrift: "drift 256-256 with half the steps of stage II; 20 steps unrolled at its end"
    }
  }

  /// Changes the setting.
  func apply(_ configuration: inout RunConfiguration) {
    switch self {
    case .thirdOfRate: configuration.closureTraining.learningRate /= 3
    case .thriceTheRate: configuration.closureTraining.learningRate *= 3
    case .halfTheSteps: configuration.closureTraining.steps = max(1, configuration.closureTraining.steps / 2)
    case .twiceTheSteps: configuration.closureTraining.steps *= 2
    case .closureAveraging: configuration.closureTraining.averaging = 0.999
    case .closureEarlyFrames: configuration.closureTraining.framePower = 2
    case .halfTheTrajectories: configuration.data.trainingTrajectories /= 2
    case .widerEncoder, .narrowerEncoder: applyWidth(&configuration.encoder)
    case .conditioningNetwork, .widerFlow, .smoothFlow, .moreBins, .moreLayers, .moreSamples:
      apply(&configuration.density)
    case .dynamicsAveraging: configuration.dynamicsTraining.averaging = 0.999
    case .dynamicsEarlyFrames: configuration.dynamicsTraining.framePower = 2
    case .unrolledSteps: configuration.dynamicsTraining.unrollLength = 20
    case .widerDrift: configuration.dynamics.equation.widths = [256, 256]
    case .rungeKutta: configuration.dynamics.equation.integrator = .rungeKutta4
    case .publishedArchitecture: configuration.usePublishedArchitecture()
    case .fewerStepsOfWiderDrift:
      // Lower on three seeds of three, in about the time of the narrower drift.
      Self.widerDrift.apply(&configuration)
      Self.unrolledSteps.apply(&configuration)
      configuration.dynamicsTraining.steps = max(1, configuration.dynamicsTraining.steps / 2)
    }
  }

  private func applyWidth(_ encoder: inout EncoderSettings) {
    let width = self == .widerEncoder ? 128 : 32
    encoder.perceptron.pointWidths = [width, width, width]
    encoder.perceptron.setWidths = [width]
  }

  private func apply(_ density: inout DensitySettings) {
    switch self {
    case .conditioningNetwork: density.splineFlow.contextWidths = [64, 64]
    case .widerFlow: density.splineFlow.widths = [128, 128]
    case .smoothFlow: density.splineFlow.activation = .silu
    case .moreBins: density.splineFlow.bins = 16
    case .moreLayers: density.splineFlow.layers = 6
    case .moreSamples: density.samples = 128
    default: break
    }
  }
}
