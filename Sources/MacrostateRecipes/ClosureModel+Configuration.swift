import ClosureModels
import MacrostateAutodiff
import MacrostateSettings
import MacrostateStorage
import Microstates
import PointDensities

extension ClosureModel.Shape {
  /// The closure model that a configuration asks for.
  ///
  /// - Throws: `MacrostateError(.badData)` where a part needs sets of one size and the data's differ.
  init(_ configuration: RunConfiguration, _ data: TrainingData) throws {
    let dataset = data.dataset
    self.init(
      dimension: dataset.dimension, featureCount: dataset.featureCount, speciesCount: dataset.speciesNames.count,
      closureDimension: configuration.encoder.closureDimension,
      encoder: try ClosureEncoder.Shape(configuration.encoder) {
        try data.commonPointCount(for: "encoder.kind 'flattened'", remedy: "encoder.kind deep-set")
      },
      objective: try Self.objective(configuration, data))
  }

  private static func objective(
    _ configuration: RunConfiguration, _ data: TrainingData
  ) throws -> ClosureObjective.Shape {
    func decoder() throws -> PointDecoder.Shape {
      let name = configuration.closureTraining.objective.rawValue
      return .init(
        pointCount: try data.commonPointCount(
          for: "closure_training.objective '\(name)'", remedy: "closure_training.objective density"),
        widths: configuration.decoder.widths, activation: configuration.decoder.activation)
    }
    switch configuration.closureTraining.objective {
    case .density:
      return .density(
        configuration, dimension: data.dataset.dimension, speciesCount: data.dataset.speciesNames.count)
    case .pointwise: return .pointwise(decoder: try decoder())
    case .chamfer: return .chamfer(decoder: try decoder())
    case .dynamics: return .dynamics
    }
  }

}

extension ClosureObjective.Shape {
  /// The density decoder that a configuration asks for.
  package static func density(
    _ configuration: RunConfiguration, dimension: Int, speciesCount: Int
  ) -> ClosureObjective.Shape {
    let density = configuration.density
    let encoder = configuration.encoder
    // A flattened encoder gives the closure variables of a whole frame, for the density of all its points.
    let context = encoder.closureDimension * (encoder.kind == .flattened ? speciesCount : 1)
    return .density(
      smoothing: density.smoothing, samples: density.samples,
      flow: .init(
        dimension: dimension, contextDimension: context,
        layers: density.layers, widths: density.widths, contextWidths: density.contextWidths,
        activation: density.activation,
        spline: SplineShape(bins: density.bins, bound: Float(density.bound))))
  }
}

extension TrainingData {
  /// Coordinates of a set, at most, for networks with a weight for each.
  private static let largestFlatSet = 100_000

  /// n of every training and validation frame, all species together.
  ///
  /// - Parameters:
  ///   - part: what needs it, for the message.
  ///   - remedy: what does without.
  /// - Throws: `MacrostateError(.badData)` where frames differ in n, or are too large for a weight for each coordinate.
  func commonPointCount(for part: String, remedy: String) throws -> Int {
    var common: Int?
    for trajectory in split.training + split.validation {
      for frame in dataset.positionedFrames(ofTrajectory: trajectory) {
        let count = dataset.pointCount(frame: frame)
        guard count == common ?? count else {
          throw MacrostateError(
            .badData,
            "\(dataset.url.path): \(part) needs the same number of particles in every frame, but frame "
              + "\(frame - dataset.frames(ofTrajectory: trajectory).lowerBound) of trajectory \(trajectory) has \(count)"
              + (common.map { " where frames before it have \($0)" } ?? "") + "; use \(remedy)")
        }
        common = count
      }
    }
    let count = common ?? 0
    guard count * dataset.dimension <= Self.largestFlatSet else {
      throw MacrostateError(
        .badData,
        "\(dataset.url.path): \(part) has a weight for each coordinate of a frame, and \(count) particles are too many; "
          + "use \(remedy)")
    }
    return count
  }
}
