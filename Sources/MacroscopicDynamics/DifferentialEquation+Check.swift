import MacrostateNetworks
import MacrostateSettings

extension DifferentialEquation.Shape {
  /// Components of z that a description may say.
  static let mostComponents = 1 << 12

  /// Whether there is a model of these sizes for macrostates that are scaled so: what a file says may be anything.
  package func isPossible(_ scaling: MacrostateScaling) -> Bool {
    guard (1...Self.mostComponents).contains(dimension), (0..<dimension).contains(constantCount),
      scaling.isWhole(dimension)
    else { return false }
    return hasPossibleLayers
  }

  /// Whether networks may have these widths.
  var hasPossibleLayers: Bool {
    let entries = diffusion == .none ? [] : diffusionWidths + [factorForm.entryCount(movingCount)]
    return LayerSizes.arePossible([dimension] + widths + [movingCount])
      && LayerSizes.arePossible([dimension] + entries)
  }
}

extension DynamicsShape {
  /// Whether there is a model of these sizes: what a file says may be anything. The settings were checked when they were
  /// read.
  package var isPossible: Bool {
    guard (1...DifferentialEquation.Shape.mostComponents).contains(dimension), (0..<dimension).contains(constantCount)
    else { return false }
    return part.equation(sizes)?.hasPossibleLayers ?? true
  }

  /// The shape of a model that was described as a differential equation.
  package init(_ equation: DifferentialEquation.Shape) {
    var settings = DifferentialEquationSettings()
    settings.integrator = equation.integrator
    settings.drift = equation.drift
    settings.widths = equation.widths
    settings.activation = equation.activation
    if equation.diffusion != .none { settings.diffusion = equation.diffusion }
    settings.diffusionWidths = equation.diffusionWidths
    let sizes = DynamicsSizes(dimension: equation.dimension, constantCount: equation.constantCount)
    self.init(
      equation.diffusion == .none
        ? PartSettings(OrdinaryEquation.self, settings) : PartSettings(StochasticEquation.self, settings), sizes)
  }
}

extension MacrostateScaling {
  /// Whether all is said of `dimension` components.
  package func isWhole(_ dimension: Int) -> Bool {
    [mean, spread, least, greatest, driftUnit, noiseUnit].allSatisfy { $0.count == dimension }
      && conserved?.allSatisfy((0..<dimension).contains) ?? true
  }
}
