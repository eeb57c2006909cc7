import MacroscopicDynamics
import MacrostateNetworks

extension ClosureModel.Shape {
  /// Numbers of species, features and closure variables that a description may say.
  private static let mostColumns = 1 << 12
  private static let (mostLayers, mostBins) = (1 << 10, 1 << 12)

  /// Whether there is a model of these sizes for points that are scaled so: what a file says may be anything.
  package func isPossible(_ scaling: PointScaling) -> Bool {
    let counts = [speciesCount, closureDimension, featureCount + 1]
    guard (1...3).contains(dimension), featureCount >= 0, featureCount < Self.mostColumns,
      counts.allSatisfy({ (1...Self.mostColumns).contains($0) })
    else { return false }
    let inputs = dimension + featureCount
    return scaling.shift.count == inputs && scaling.factor.count == inputs && encoderIsPossible(inputs)
      && objectiveIsPossible
      && (dynamics.map {
        $0.model.isPossible($0.scaling) && $0.macrostate.dimension == $0.model.dimension
          && $0.macrostate.constants.count == $0.model.constantCount
      } ?? true)
  }

  private func encoderIsPossible(_ inputs: Int) -> Bool {
    switch encoder {
    case .deepSet(let pointWidths, let setWidths, _):
      pointWidths.count >= 2 && LayerSizes.arePossible([inputs] + pointWidths + setWidths + [encodedDimension])
    case .setTransformer(let shape, _):
      shape.heads > 0 && shape.width % shape.heads == 0 && (0...Self.mostLayers).contains(shape.blocks)
        && LayerSizes.arePossible([inputs, shape.width, shape.width, shape.inducingPoints, encodedDimension])
    case .flattened(let pointCount, let widths, _):
      LayerSizes.arePossible([pointCount])
        && LayerSizes.arePossible([pointCount * inputs] + widths + [encodedDimension])
    }
  }

  private var objectiveIsPossible: Bool {
    switch objective {
    case .density(_, let samples, let flow):
      flow.dimension == dimension && flow.contextDimension == groupSize * encodedDimension
        && LayerSizes.arePossible([samples]) && (0...Self.mostLayers).contains(flow.layers)
        && (1...Self.mostBins).contains(flow.spline.bins) && flow.spline.bound > 0
        && LayerSizes.arePossible([flow.contextDimension + dimension] + flow.contextWidths + flow.widths)
        && LayerSizes.arePossible((flow.widths.suffix(1)) + [3 * flow.spline.bins])
    case .pointwise(let decoder), .chamfer(let decoder):
      LayerSizes.arePossible([decoder.pointCount])
        && LayerSizes.arePossible(
          [groupSize * encodedDimension] + decoder.widths + [decoder.pointCount * dimension])
    case .dynamics: true
    }
  }
}
