import ClosureModels
import MacrostateAutodiff
import MacrostateSettings
import MacrostateStorage
import Microstates
import PointDensities

extension ClosureModel.Shape {
  /// The closure model that a configuration asks for.
  ///
  /// - Throws: `MacrostateError(.badData)` where a part needs what the data are not: sets of one size, positions, points
  ///   without weights.
  init(_ configuration: RunConfiguration, _ data: TrainingData) throws {
    let source = DatasetPointSets(data.dataset)
    let encoder = configuration.encoder
    let needs = encoder.part.needs
    if source.hasWeights && !needs.takesWeights {
      throw MacrostateError(
        .badData,
        "\(data.dataset.url.path): the points have weights (the feature '\(PointWeights.featureName)'), which encoder.kind "
          + "'\(encoder.kind.rawValue)' does not take; use encoder.kind deep-set")
    }
    self.init(
      dimension: source.dimension, featureCount: source.featureCount, periodicAxes: data.periodicAxes,
      speciesCount: source.speciesCount, closureDimension: encoder.closureDimension,
      pointCount: needs.onePointCount
        ? try data.commonPointCount(
          for: "encoder.kind '\(encoder.kind.rawValue)'", remedy: "encoder.kind deep-set", ofSpecies: !needs.wholeFrames
        )
        : 0,
      encoder: encoder.part, objective: try Self.objective(configuration, data, source))
    if let problem = encoder.part.problem(encoderSizes) {
      throw MacrostateError(.badData, "\(data.dataset.url.path): encoder.kind '\(encoder.kind.rawValue)' \(problem)")
    }
  }

  private static func objective(
    _ configuration: RunConfiguration, _ data: TrainingData, _ source: DatasetPointSets
  ) throws -> ClosureObjective.Shape {
    let name = configuration.closureTraining.objective.rawValue
    func decoder() throws -> PointDecoder.Shape {
      if source.hasWeights {
        throw MacrostateError(
          .badData,
          "\(data.dataset.url.path): the points have weights, of which closure_training.objective '\(name)' makes nothing; use "
            + "closure_training.objective density")
      }
      try data.requireNoPeriodicAxes(
        "closure_training.objective '\(name)'", remedy: "closure_training.objective density")
      return .init(
        pointCount: try data.commonPointCount(
          for: "closure_training.objective '\(name)'", remedy: "closure_training.objective density"),
        widths: configuration.decoder.widths, activation: configuration.decoder.activation)
    }
    if source.dimension == 0 && configuration.closureTraining.objective != .dynamics {
      throw MacrostateError(
        .badData,
        "\(data.dataset.url.path): points without positions (d = 0), of which closure_training.objective '\(name)' makes "
          + "nothing; use closure_training.objective dynamics")
    }
    switch configuration.closureTraining.objective {
    case .density:
      guard let smoothing = configuration.density.smoothing.scales(dimension: source.dimension) else {
        throw MacrostateError(
          .badData,
          "density.smoothing has \(configuration.density.smoothing.values.count) numbers, but points of "
            + "\(data.dataset.url.path) have \(source.dimension) coordinates; give one number, or one for each")
      }
      let density = configuration.density.part
      if !density.density.takesPeriodicAxes {
        try data.requireNoPeriodicAxes(
          "density.kind '\(density.kind.rawValue)'", remedy: "density.kind \(ConditionalSplineFlow.name)")
      }
      return .density(
        smoothing: smoothing, samples: configuration.density.samples, density: configuration.density.part)
    case .pointwise: return .pointwise(decoder: try decoder())
    case .chamfer: return .chamfer(decoder: try decoder())
    case .dynamics: return .dynamics
    }
  }
}

extension TrainingData {
  /// - Throws: `MacrostateError(.badData)` where axes are periodic, for a part that knows no images of points.
  fileprivate func requireNoPeriodicAxes(_ part: String, remedy: String) throws {
    guard periodicAxes != nil else { return }
    throw MacrostateError(
      .badData,
      "\(dataset.url.path): the box is periodic, and \(part) knows no images of particles; use \(remedy), or "
        + "data.periodic none for positions with an edge")
  }

  /// Coordinates of a set, at most, for networks with a weight for each.
  private static let largestFlatSet = 100_000

  /// n of every training and validation frame, all species together.
  ///
  /// - Parameters:
  ///   - part: what needs it, for the message.
  ///   - remedy: what does without.
  ///   - ofSpecies: whether n is that of each species.
  /// - Throws: `MacrostateError(.badData)` where frames differ in n, or are too large for a weight for each coordinate.
  func commonPointCount(for part: String, remedy: String, ofSpecies: Bool = false) throws -> Int {
    var common: Int?
    for trajectory in split.training + split.validation {
      for frame in dataset.positionedFrames(ofTrajectory: trajectory) {
        let counts =
          ofSpecies
          ? dataset.speciesNames.indices.map { dataset.pointCount(frame: frame, species: $0) }
          : [dataset.pointCount(frame: frame)]
        let count = counts.first { $0 != common } ?? counts[0]
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
