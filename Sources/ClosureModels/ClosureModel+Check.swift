import MacroscopicDynamics
import MacrostateAutodiff
import MacrostateNetworks

extension ClosureModel.Shape {
  /// Numbers of species, features and closure variables that a description may say.
  private static let mostColumns = 1 << 12
  /// Points of a set, and floats of all parameters, likewise.
  private static let (mostPoints, mostParameters) = (1 << 20, 1 << 30)

  /// Whether there is a model of these sizes for points that are scaled so: what a file says may be anything. The settings
  /// of encoder and density were checked when they were read.
  package func isPossible(_ scaling: PointScaling) -> Bool {
    let inputs = dimension + featureCount
    guard (0...3).contains(dimension), (0..<Self.mostColumns).contains(featureCount), inputs > 0,
      [speciesCount, closureDimension].allSatisfy({ (1...Self.mostColumns).contains($0) }),
      ((encoder.needs.onePointCount ? 1 : 0)...Self.mostPoints).contains(pointCount),
      scaling.shift.count == inputs, scaling.factor.count == inputs, objectiveIsPossible, axesArePossible,
      encoderSizes.inputs > 0, encoder.problem(encoderSizes) == nil
    else { return false }
    if let dynamics {
      guard dynamics.model.isPossible(dynamics.scaling), dynamics.macrostate.dimension == dynamics.model.dimension,
        dynamics.macrostate.constants.count == dynamics.model.constantCount
      else { return false }
    }
    return ClosureModel(self, scaling: scaling).layout.storage <= Self.mostParameters
  }

  private var axesArePossible: Bool {
    guard let periodicAxes else { return true }
    let takesThem =
      switch objective {
      case .density(_, _, let density): periodicCoordinates.isEmpty || density.density.takesPeriodicAxes
      case .pointwise, .chamfer: false
      case .dynamics: true
      }
    return periodicAxes.count == dimension && takesThem
  }

  private var objectiveIsPossible: Bool {
    switch objective {
    case .density(let smoothing, let samples, _):
      densityDimension > 0 && smoothing.count == densityDimension && smoothing.allSatisfy { $0 > 0 && $0.isFinite }
        && LayerSizes.arePossible([samples])
    case .pointwise(let decoder), .chamfer(let decoder):
      dimension > 0 && LayerSizes.arePossible([decoder.pointCount])
        && LayerSizes.arePossible(
          [groupSize * encodedDimension] + decoder.widths + [decoder.pointCount * dimension])
    case .dynamics: true
    }
  }
}
