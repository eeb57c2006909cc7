import MacroscopicDynamics
import MacrostateNetworks
import MacrostateSettings
import PointDensities

/// The sizes of a closure model as layout 5 and earlier of `model.json` have them: encoders and objectives as cases.
package struct EarlierClosureShape: Decodable {
  private enum Encoder: Decodable {
    case deepSet(pointWidths: [Int], setWidths: [Int], activation: Activation)
    case setTransformer(SetTransformer.Shape, activation: Activation)
    case flattened(pointCount: Int, widths: [Int], activation: Activation)
  }

  private enum Objective: Decodable {
    case density(smoothing: Double, samples: Int, flow: ConditionalSplineFlow.Shape)
    case pointwise(decoder: PointDecoder.Shape)
    case chamfer(decoder: PointDecoder.Shape)
    case dynamics
  }

  private enum Keys: CodingKey {
    case dimension, featureCount, speciesCount, closureDimension, encoder, objective, dynamics
  }

  /// The same sizes as they are described now.
  package let shape: ClosureModel.Shape

  /// - Throws: `DecodingError`, for sizes that no model has, too.
  package init(from decoder: any Swift.Decoder) throws {
    let values = try decoder.container(keyedBy: Keys.self)
    func value<Value: Decodable>(_ key: Keys) throws -> Value { try values.decode(Value.self, forKey: key) }
    let dimension: Int = try value(.dimension)
    let (encoder, pointCount) = Self.settings(try value(.encoder))
    guard (1...3).contains(dimension) else {
      throw DecodingError.dataCorruptedError(
        forKey: .dimension, in: values, debugDescription: "\(dimension) dimensions")
    }
    let stored: Objective = try value(.objective)
    shape = ClosureModel.Shape(
      dimension: dimension, featureCount: try value(.featureCount),
      // Before species were counted there was one.
      speciesCount: try values.decodeIfPresent(Int.self, forKey: .speciesCount) ?? 1,
      closureDimension: try value(.closureDimension), pointCount: pointCount, encoder: encoder,
      objective: Self.objective(stored, dimension: dimension),
      dynamics: try values.decodeIfPresent(DynamicsTerm.self, forKey: .dynamics))
    var problems = [encoder.problem]
    if case .density(_, _, let density) = shape.objective { problems.append(density.problem) }
    if case .density(_, _, let flow) = stored,
      flow.dimension != dimension || flow.contextDimension != shape.encodedDimension
    {
      problems.append("a density of \(flow.dimension) coordinates given \(flow.contextDimension) variables")
    }
    if let problem = problems.compactMap(\.self).first {
      throw DecodingError.dataCorruptedError(forKey: .encoder, in: values, debugDescription: problem)
    }
  }

  private static func settings(_ encoder: Encoder) -> (PartSettings<Encoders>, pointCount: Int) {
    switch encoder {
    case .deepSet(let pointWidths, let setWidths, let activation):
      let settings = PerceptronEncoderSettings(
        pointWidths: pointWidths, setWidths: setWidths, activation: activation)
      return (PartSettings(DeepSetEncoder.self, settings), 0)
    case .setTransformer(let shape, let activation):
      let settings = SetTransformerSettings(
        width: shape.width, heads: shape.heads, blocks: shape.blocks, inducingPoints: shape.inducingPoints,
        activation: activation)
      return (PartSettings(SetTransformerEncoder.self, settings), 0)
    case .flattened(let pointCount, let widths, let activation):
      let settings = PerceptronEncoderSettings(pointWidths: widths, setWidths: [], activation: activation)
      return (PartSettings(FlattenedEncoder.self, settings), pointCount)
    }
  }

  private static func objective(_ objective: Objective, dimension: Int) -> ClosureObjective.Shape {
    switch objective {
    case .density(let smoothing, let samples, let flow):
      var settings = SplineFlowSettings()
      settings.layers = flow.layers
      settings.widths = flow.widths
      settings.contextWidths = flow.contextWidths
      settings.activation = flow.activation
      settings.bins = flow.spline.bins
      settings.bound = Double(flow.spline.bound)
      return .density(
        smoothing: Array(repeating: smoothing, count: dimension), samples: samples,
        density: PartSettings(ConditionalSplineFlow.self, settings))
    case .pointwise(let decoder): return .pointwise(decoder: decoder)
    case .chamfer(let decoder): return .chamfer(decoder: decoder)
    case .dynamics: return .dynamics
    }
  }
}
