import ClosureModels
import MacrostateAutodiff
import MacrostateCompute
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
    let densityInputs = configuration.densityInputs
    if source.hasWeights && !needs.takesWeights {
      throw MacrostateError(
        .badData,
        "\(data.dataset.url.path): the points have weights (the feature '\(PointWeights.featureName)'), which encoder.kind "
          + "'\(encoder.kind.rawValue)' does not take; use encoder.kind deep-set")
    }
    self.init(
      dimension: source.dimension, featureCount: source.featureCount,
      periodicAxes: encoder.inputs.hasPositions || densityInputs.hasPositions ? data.periodicAxes : nil,
      encoderInputs: encoder.inputs == .all ? nil : encoder.inputs,
      densityInputs: densityInputs == .positions ? nil : densityInputs,
      speciesCount: source.speciesCount, closureDimension: encoder.closureDimension,
      pointCount: needs.onePointCount
        ? try data.commonPointCount(
          for: "encoder.kind '\(encoder.kind.rawValue)'", remedy: "encoder.kind deep-set", ofSpecies: !needs.wholeFrames
        )
        : 0,
      encoder: encoder.part, objective: try Self.objective(configuration, data, source))
    if encoderSizes.inputs == 0 {
      throw MacrostateError(
        .badData,
        "\(data.dataset.url.path): the points have no \(encoder.inputs.rawValue), which encoder.inputs asks for; use "
          + "encoder.inputs all")
    }
    if case .density(let smoothing, let samples, let density) = objective, configuration.density.smoothing.isAuto {
      objective = .density(
        smoothing: try data.smoothing(self, source, placeholder: smoothing), samples: samples, density: density)
    }
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
    if source.dimension == 0 && configuration.closureTraining.objective != .dynamics
      && !(configuration.closureTraining.objective == .density && configuration.densityInputs.hasFeatures)
    {
      throw MacrostateError(
        .badData,
        "\(data.dataset.url.path): points without positions (d = 0), of which closure_training.objective '\(name)' makes "
          + "nothing; use density.inputs features, or closure_training.objective dynamics")
    }
    switch configuration.closureTraining.objective {
    case .density:
      let inputs = configuration.densityInputs
      let dimension =
        (inputs.hasPositions ? source.dimension : 0) + (inputs.hasFeatures ? source.featureCount : 0)
      guard dimension > 0 else {
        throw MacrostateError(
          .badData,
          "\(data.dataset.url.path): the points have no features, of which the density is to be; use density.inputs "
            + "positions")
      }
      let settings = configuration.density.smoothing
      guard let smoothing = (settings.isAuto ? Smoothing(1) : settings).scales(dimension: dimension) else {
        throw MacrostateError(
          .badData,
          "density.smoothing has \(configuration.density.smoothing.values.count) numbers, but points of "
            + "\(data.dataset.url.path) have \(dimension) coordinates; give one number, or one for each")
      }
      let density = configuration.density.part
      if inputs.hasPositions && !density.density.takesPeriodicAxes {
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

extension RunConfiguration {
  /// What the density is one of.
  fileprivate var densityInputs: PointInputs {
    switch density.inputs {
    case .auto: encoder.inputs == .features ? .features : .positions
    case .all: .all
    case .positions: .positions
    case .features: .features
    }
  }
}

extension TrainingData {
  /// Frames by which ε is chosen, and its least value for features.
  private static let (smoothingFrames, leastOfFeatures) = (32, 0.02)

  /// ε of each coordinate by leave-one-out over training frames; `placeholder` where no set has two points.
  fileprivate func smoothing(
    _ shape: ClosureModel.Shape, _ source: DatasetPointSets, placeholder: [Double]
  ) throws -> [Double] {
    let coordinates = DensityCoordinates(shape, scaling, smoothing: placeholder)
    let frames = Self.frames(dataset, split.training)
    let chosen = stride(from: 0, to: frames.count, by: max(1, frames.count / Self.smoothingFrames)).map { frames[$0] }
    let positions = (shape.densityInputs ?? .positions).hasPositions ? source.dimension : 0
    let least = placeholder.indices.map { $0 < positions ? 0 : Self.leastOfFeatures }
    return try LeaveOneOut(
      source.sets(ofFrames: chosen).map { coordinates.points(ofSet: $0, of: source) }, least: least,
      pool: WorkerPool(threads: 1)
    ).smoothing() ?? placeholder
  }

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
