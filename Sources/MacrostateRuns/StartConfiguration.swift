import ClosureModels
import Foundation
import MacrostateObservables
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import Microstates
import TrajectoryFormats

/// One configuration of particles, to predict from: a set for each species.
public struct StartConfiguration: PointSetSource {
  /// d.
  public let dimension: Int
  /// c.
  public let featureCount: Int
  /// Where it comes from, for messages: a file, or a frame of a data set.
  public private(set) var source: String
  /// What a user should know: the arrays of the files that are not used.
  public private(set) var notes: [String] = []
  /// By how much coordinates of each axis may have been rounded in the file they come from, `[d]`; empty where nothing
  /// tells.
  private(set) var rounding: [Double] = []
  /// `[S][n · d]`.
  private let positions: [[Float]]
  /// `[S][n · c]`.
  private let features: [[Float]]
  /// The names of all columns of features, and the features with those that are weights, `[S][n · c]`, for observables.
  private var allFeatures: (names: [String], values: [[Float]]) = ([], [])
  /// Those of them that are there for what is computed alone.
  private var hiddenFeatures: Set<String> = []
  /// `[S][n]`; nil for a species whose points count alike.
  private var weights: [[Float]?] = []
  /// The number of particles of each species.
  let pointCounts: [Int]
  /// The box that the file tells of; nil where it tells none.
  private var box: SimulationBox?
  /// The cell that a model with periodic axes sees the particles in.
  private var cell: PeriodicCell?
  /// The observables that stand beside a frame of a data set, by name; none for other configurations.
  private var recorded: [String: Double] = [:]

  /// Positions of each species, `[S][n · d]`, of at least one particle.
  ///
  /// - Parameter source: where they come from, for messages.
  /// - Throws: `MacrostateError(.badData)` for no particles, coordinates that are not d to a particle, or a position that
  ///   is not finite.
  public init(positions: [[Float]], dimension: Int, source: String) throws {
    guard positions.contains(where: { !$0.isEmpty }) else {
      throw MacrostateError(.badData, "\(source): no particles to predict from")
    }
    for (species, values) in positions.enumerated() {
      guard dimension > 0, values.count % dimension == 0 else {
        throw MacrostateError(
          .badData,
          "\(source): species \(species) has \(values.count) coordinates, which are not particles of \(dimension) "
            + "dimensions; give \(dimension) for each particle")
      }
      if let bad = values.firstIndex(where: { !$0.isFinite }) {
        throw MacrostateError(
          .badData,
          "\(source): the position of particle \(bad / dimension) of species \(species) is not a finite number; correct "
            + "the input")
      }
    }
    self.positions = positions
    self.dimension = dimension
    self.source = source
    featureCount = 0
    features = positions.map { _ in [] }
    pointCounts = positions.map { $0.count / dimension }
  }

  /// The one configuration in a file of any format that `import` reads: of arrays `[n, d]`, or `positions` in a `.npz`
  /// file, whose leading axes of length 1 (one trajectory of one frame) are passed over; of a dump of one frame.
  ///
  /// - Parameters:
  ///   - request: the format, where the file does not tell it.
  ///   - options: what the file does not say. Its types, whole numbers `[n]`, are those of particles of an array: type t is
  ///     the species called `type-t`, else the t-th of the species.
  ///   - species: the model's species.
  ///   - placement: where the model wants particles; open space by default.
  ///   - local: the features that are computed from the particles, after those of the file.
  /// - Throws: `MacrostateError`: `.badData` for files that cannot be read, unknown species, several configurations, or
  ///   particles that cannot be in the box; `.usage` where types are missing.
  public init(
    _ url: URL, as request: PartRequest? = nil, options: ReadingOptions = ReadingOptions(), species: [String],
    placement: ModelPlacement = ModelPlacement(box: nil, offset: nil, isOneConfiguration: true),
    local: LocalFeatures? = nil
  ) throws {
    guard !Folder.exists(url) else {
      throw MacrostateError(
        .badData,
        "\(url.path): a folder, and no file of particles; name a frame of a data set with --frame "
          + "\(url.lastPathComponent):0:0")
    }
    var (options, placement) = (options, placement)
    placement.isOneConfiguration = true
    options.placement = placement
    options.auxiliaryFeatures = placement.observedFeatures + (local?.usedFeatures ?? [])
    let source = try TrajectoryReaders.open([url], as: request, options: options)
    try self.init(source, trajectory: 0, frame: 0, species: species, placement: placement, local: local)
  }

  /// Frame number `frame` of a trajectory in a file of any format that `import` reads.
  ///
  /// - Throws: as `init(_:as:options:species:placement:)`; `.usage` for a frame that is not there.
  public init(
    _ url: URL, trajectory: Int, frame: Int, as request: PartRequest? = nil, options: ReadingOptions = ReadingOptions(),
    species: [String], placement: ModelPlacement = ModelPlacement(box: nil, offset: nil, isOneConfiguration: false),
    local: LocalFeatures? = nil
  ) throws {
    var (options, placement) = (options, placement)
    placement.isOneConfiguration = false
    options.placement = placement
    options.auxiliaryFeatures = placement.observedFeatures + (local?.usedFeatures ?? [])
    let source = try TrajectoryReaders.open([url], as: request, options: options)
    try self.init(
      source, trajectory: trajectory, frame: frame, species: species, placement: placement, local: local)
    self.source += ": frame \(frame) of trajectory \(trajectory)"
  }

  /// Refuses a file whose units are others than those of the model's data, where both are known.
  static func requireUnits(of source: any TrajectorySource, _ placement: ModelPlacement) throws {
    let (found, wanted) = (source.units, placement.units)
    for (unit, model, option) in [
      (found.position, wanted.position, "--length-unit"), (found.time, wanted.time, "--time-unit"),
    ] where unit != model && unit != "1" && model != "1" {
      throw MacrostateError(
        .usage, "\(source.name): its unit is \(unit), and that of the model's data \(model); say \(option) \(model)")
    }
  }

  private init(
    _ source: any TrajectorySource, trajectory: Int, frame number: Int, species: [String],
    placement: ModelPlacement, local: LocalFeatures?
  ) throws {
    guard (0..<source.trajectoryCount).contains(trajectory), number >= 0 else {
      throw MacrostateError(
        .usage, "\(source.name): it has trajectories 0 … \(source.trajectoryCount - 1), and frames from 0 in each")
    }
    let stream = try source.frames(ofTrajectory: trajectory, from: number)
    guard let frame = try stream.next() else {
      throw MacrostateError(
        .usage, "\(source.name): trajectory \(trajectory) has \(try source.frameCount(ofTrajectory: trajectory)) frames"
      )
    }
    if placement.isOneConfiguration, try stream.next() != nil {
      throw MacrostateError(
        .badData,
        "\(source.name): it has several frames; name the one to predict from, such as --frame "
          + "\(source.files[0].url.relativePath):0:0")
    }
    try Self.requireUnits(of: source, placement)
    let points = try FramePoints(frame, of: source, SpeciesPlaces(source, species), placement, local: local)
    guard points.counts.contains(where: { $0 > 0 }) else {
      throw MacrostateError(.badData, "\(source.name): no particles to predict from")
    }
    self.source = source.files[0].url.path
    dimension = source.dimension
    (positions, features, weights, pointCounts) = (points.positions, points.features, points.weights, points.counts)
    featureCount = points.featureCount
    allFeatures = (points.featureNames, points.allFeatures)
    hiddenFeatures = Set(source.auxiliaryFeatureNames)
    recorded = Dictionary(zip(source.observables.map(\.name), frame.observables)) { first, _ in first }
    rounding = try source.positionRounding()
    box = frame.box ?? source.box
    let model = placement.box
    let seen = model?.periodicAxes.map { box?.isPeriodic(along: $0) == true ? box : model } ?? box
    cell = seen.map(PeriodicCell.init)
    let difference = SimulationBox.difference(of: source.box, from: placement.box)
    notes = source.notes + (difference.map { ["\(source.name): \($0); the model was trained with the other"] } ?? [])
  }

  /// The particles of a frame of a data set, relative to its own offset.
  ///
  /// - Throws: `MacrostateError(.badData)` for a frame whose positions are not stored.
  public init(_ dataset: Dataset, frame: Int) throws { try self.init(DatasetPointSets(dataset), frame: frame) }

  /// The particles of a frame of a data set as `model` wants them.
  ///
  /// - Throws: `MacrostateError(.badData)` for a frame whose positions are not stored.
  public init(_ dataset: Dataset, frame: Int, for model: TrainedModel) throws {
    try self.init(DatasetPointSets(dataset, for: model), frame: frame)
  }

  private init(_ points: DatasetPointSets, frame: Int) throws {
    let dataset = points.dataset
    let trajectory = dataset.trajectory(ofFrame: frame)
    try dataset.requireIntact(trajectories: [trajectory])
    let number = frame - dataset.frames(ofTrajectory: trajectory).lowerBound
    guard dataset.hasPositions(frame: frame) else {
      throw MacrostateError(
        .badData, "\(dataset.url.path): of frame \(number) only the observables are stored; choose another frame")
    }
    source = "\(dataset.url.path): frame \(number) of trajectory \(trajectory)"
    let sets = points.sets(ofFrames: [frame])
    let values = sets.map { set in
      var values: (positions: [Float], features: [Float]) = ([], [])
      points.withPoints(ofSet: set) { values = (Array($0), Array($1)) }
      return values
    }
    positions = values.map(\.positions)
    features = values.map(\.features)
    weights = sets.map(points.weights)
    cell = points.cell(ofSet: sets[0])
    allFeatures = (
      dataset.description.featureNames,
      dataset.speciesNames.indices.map { dataset.withFeatures(frame: frame, species: $0) { Array($0) } }
    )
    pointCounts = sets.map(points.pointCount)
    dimension = dataset.dimension
    featureCount = points.featureCount
    box = dataset.box(ofFrame: frame)?.moved(by: points.shift)
    recorded = Dictionary(
      zip(dataset.observables.map(\.name), dataset.observables(ofFrame: frame)), uniquingKeysWith: { first, _ in first }
    )
  }

  /// The names of the features, weights among them; none for positions alone.
  var featureNames: [String] { allFeatures.names.filter { !hiddenFeatures.contains($0) } }
  /// S.
  public var speciesCount: Int { positions.count }
  /// Particles of all species.
  public var particleCount: Int { pointCounts.reduce(0, +) }

  /// The species' fractions, `[S − 1]`.
  public var composition: [Float] { SpeciesComposition.fractions(positions.indices.map(pointCount)) }

  /// n of the species `set`.
  public func pointCount(ofSet set: Int) -> Int { pointCounts[set] }

  /// The weights of the species `set`; nil where its points count alike.
  public func weights(ofSet set: Int) -> [Float]? { weights.isEmpty ? nil : weights[set] }

  /// The cell of the particles: their own box, or the model's where theirs does not repeat itself as it does.
  public func cell(ofSet set: Int) -> PeriodicCell? { cell }

  /// Calls `body` with the positions and the features of the species `set`.
  public func withPoints(ofSet set: Int, _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>) -> Void) {
    positions[set].withUnsafeBufferPointer { points in features[set].withUnsafeBufferPointer { body(points, $0) } }
  }

  /// The model's observables of this configuration: those of the data set's frame, or computed from positions where the
  /// model knows how.
  ///
  /// - Throws: `MacrostateError(.usage)` for an observable that must be given.
  public func observables(of model: TrainedModel) throws -> [Double] {
    let species = model.description.speciesNames
    var known: [ObservableDescription.Definition: [String: Double]] = [:]
    return try model.description.observables.map { quantity in
      if let value = recorded[quantity.name] { return value }
      // A name alone says nothing: a value of the user's own may be called like one of ours.
      guard let definition = quantity.definition else { throw Self.mustBeGiven(quantity.name) }
      let values = try known[definition] ?? values(definition, species: species, box: box ?? model.description.box)
      known[definition] = values
      guard let value = values[quantity.name] else { throw Self.mustBeGiven(quantity.name) }
      return value
    }
  }

  private func values(
    _ definition: ObservableDescription.Definition, species: [String], box: SimulationBox?
  ) throws -> [String: Double] {
    let observable = try Observables.observable(definition, speciesNames: species)
    let values = try observable.evaluate(
      Trajectory.Frame(time: 0, positions: positions, features: allFeatures.values), dimension: dimension, box: box,
      featureNames: allFeatures.names)
    return Dictionary(zip(observable.descriptions.map(\.name), values)) { first, _ in first }
  }

  private static func mustBeGiven(_ name: String) -> MacrostateError {
    MacrostateError(
      .usage,
      "the model does not know how the observable '\(name)' is computed from positions; give its value at the start: "
        + "--start \(name)=0.5")
  }
}

extension TrainedModel {
  /// Where the model wants the particles of a file.
  public func placement(isOneConfiguration: Bool) -> ModelPlacement {
    let computed = (try? localFeatures().names) ?? []
    var placement = ModelPlacement(
      box: description.box, offset: description.positionOffset,
      features: (description.featureNames ?? []).filter { $0 != PointWeights.featureName && !computed.contains($0) },
      units: description.dataUnits ?? DatasetDescription.Units(), isOneConfiguration: isOneConfiguration)
    placement.observedFeatures = observedFeatures
    return placement
  }

  /// The features that the model's observables look at.
  private var observedFeatures: [String] {
    Set(description.observables.compactMap(\.definition)).flatMap { definition in
      (try? Observables.observable(definition, speciesNames: description.speciesNames))?.usedFeatures ?? []
    }
  }
}
