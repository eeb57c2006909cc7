import ClosureModels
import Foundation
import MacrostateObservables
import MacrostateRecipes
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
  public let source: String
  /// What a user should know: the arrays of the files that are not used.
  public private(set) var notes: [String] = []
  /// By how much coordinates of each axis may have been rounded in the file they come from, `[d]`; empty where nothing
  /// tells.
  private(set) var rounding: [Double] = []
  /// `[S][n · d]`.
  private let positions: [[Float]]
  /// `[S][n · c]`.
  private let features: [[Float]]
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
  }

  /// The array `[n, d]` in a `.npy` file, or `positions` in a `.npz` file, of particles of `species`.
  ///
  /// Leading axes of length 1 (one trajectory of one frame) are passed over, in positions and types.
  ///
  /// - Parameters:
  ///   - types: a file with the type of each particle, whole numbers `[n]`; nil for `types` in the `.npz` file, or for
  ///     particles of one species. Type t is the species called `type-t`, else the t-th of the species.
  ///   - box: the model's box, into which particles are wrapped along periodic axes; nil for open space.
  ///   - offset: what the model's positions are relative to; nil for 0.
  /// - Throws: `MacrostateError`: `.badData` for arrays that do not fit, unknown types, or particles that cannot be in
  ///   the box; `.usage` where types are missing.
  public init(
    _ url: URL, types: URL? = nil, species: [String], box: SimulationBox? = nil, offset: [Double]? = nil
  ) throws {
    var input = try Self.input(url)
    let array = try input.main(.positions)
    try array.requireNumbers()
    var shape = array.shape
    while shape.count > 2, shape[0] == 1 { shape.removeFirst() }
    guard shape.count == 2 else {
      let zeros = Array(repeating: "0", count: max(array.shape.count - 2, 1)).joined(separator: ", ")
      throw MacrostateError(
        .badData,
        "\(array.name): shape \(shapeText(array.shape)); one configuration is an array [n, d]: give one frame of one "
          + "trajectory (in Python x[\(zeros)])")
    }
    let (n, d) = (shape[0], shape[1])
    let placement = StartPlacement(array, dimension: d, box: box, offset: offset)
    let values = try placement.values()
    var typesInput = try types.map(NumPyInput.init)
    let given = try typesInput?.main(.types) ?? input.side(.types)
    let groups = try given.map { try SpeciesOfTypes(species).particles($0, count: n) }
    guard let groups = groups ?? (species.count == 1 ? [Array(0..<n)] : nil) else {
      throw MacrostateError(
        .usage,
        "\(url.path): the model has the species \(species.joined(separator: ", ")); say which particle is of which by "
          + "--types types.npy, whole numbers [n]")
    }
    try self.init(
      positions: groups.map { group in group.flatMap { values[$0 * d..<($0 + 1) * d] } }, dimension: d,
      source: url.path)
    rounding = try placement.rounding()
    notes = [input.unusedNote, typesInput?.unusedNote].compactMap(\.self)
  }

  private static func input(_ url: URL) throws -> NumPyInput {
    do {
      return try NumPyInput(url)
    } catch {
      let isDump = (try? TrajectoryFormat(of: url)) == .lammpsDump
      guard isDump || Folder.exists(url) else { throw error }
      throw MacrostateError(
        .badData,
        "\(url.path): a \(isDump ? "dump of LAMMPS" : "folder"), and no array (.npy, .npz); name a frame of a data set "
          + "with --frame \(isDump ? "x" : url.lastPathComponent):0:0"
          + (isDump ? ", after macrostate import \(url.lastPathComponent) --output x" : ""))
    }
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
    positions = points.sets(ofFrames: [frame]).map { set in
      var values: [Float] = []
      points.withPoints(ofSet: set) { positions, _ in values = Array(positions) }
      return values
    }
    features = dataset.speciesNames.indices.map { dataset.withFeatures(frame: frame, species: $0) { Array($0) } }
    dimension = dataset.dimension
    featureCount = dataset.featureCount
    recorded = Dictionary(
      zip(dataset.observables.map(\.name), dataset.observables(ofFrame: frame)), uniquingKeysWith: { first, _ in first }
    )
  }

  /// S.
  public var speciesCount: Int { positions.count }
  /// Particles of all species.
  public var particleCount: Int { positions.reduce(0) { $0 + $1.count / dimension } }

  /// The species' fractions, `[S − 1]`.
  public var composition: [Float] { SpeciesComposition.fractions(positions.indices.map(pointCount)) }

  /// n of the species `set`.
  public func pointCount(ofSet set: Int) -> Int { positions[set].count / dimension }

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
      let values = try known[definition] ?? values(definition, species: species, box: model.description.box)
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
      Trajectory.Frame(time: 0, positions: positions), dimension: dimension, box: box)
    return Dictionary(zip(observable.descriptions.map(\.name), values)) { first, _ in first }
  }

  private static func mustBeGiven(_ name: String) -> MacrostateError {
    MacrostateError(
      .usage,
      "the model does not know how the observable '\(name)' is computed from positions; give its value at the start: "
        + "--start \(name)=0.5")
  }
}

/// Which species the particles' types are.
private struct SpeciesOfTypes {
  let species: [String]

  init(_ species: [String]) { self.species = species }

  /// The particles of each species, in their order.
  func particles(_ array: NumPyArray, count: Int) throws -> [[Int]] {
    try array.requireNumbers()
    guard array.shape.last == count, array.count == count else {
      throw MacrostateError(
        .badData,
        "\(array.name): shape \(shapeText(array.shape)) where \(count) particles need types of shape [\(count)]")
    }
    var groups = [[Int]](repeating: [], count: species.count)
    for (particle, type) in try array.int64s().enumerated() {
      guard let index = self.index(type) else {
        throw MacrostateError(
          .badData,
          "\(array.name): particle \(particle) is of type \(type); the model's species are "
            + "\(species.enumerated().map { "\($0.offset + 1) (\($0.element))" }.joined(separator: ", "))")
      }
      groups[index].append(particle)
    }
    return groups
  }

  private func index(_ type: Int64) -> Int? {
    species.firstIndex(of: "type-\(type)")
      ?? (type >= 1 && type <= Int64(species.count) && !species.contains { $0.hasPrefix("type-") }
        ? Int(type) - 1 : nil)
  }
}
