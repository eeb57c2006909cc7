import Foundation
import MacrostateStorage
import Microstates

/// Trajectories in NumPy arrays: positions `[trajectories, frames, n, d]`, or `[frames, n, d]` for a single one, with
/// features `[trajectories, frames, n, c]` if there are any; or states on a grid, which have features alone.
///
/// Files are `.npy` or `.npz`. The positions may be larger than memory: they are read a few frames at a time
/// (`NumPyArray`). Numbers may be of any type and in any order.
public struct NumPyTrajectorySource: Sendable {
  /// The files and the times.
  public struct Options: Sendable {
    /// Observables `[trajectories, frames, k]`, or without the last axis for one, in a file of their own.
    public var observables: URL?
    /// The names of the k observables; if none are given, those of `observable_names` beside the observables, or
    /// `observable-1`, ….
    public var observableNames: [String]?
    /// The particles' types, integers `[trajectories, n]` or `[n]`, in a file of their own.
    public var types: URL?
    /// The time between two frames; `nil` for the times in the file, or 1 if it has none.
    public var timeStep: Double?
    /// The numbers of cells along the axes of a grid, for states without positions; `nil` for positions.
    public var grid: [Int]?
    /// The name of the array of positions, or of states on a grid; `nil` for the names that are known.
    public var array: String?
    /// Whether an array `[n, d]` is one frame.
    var allowsOneFrame = false
    /// Where a model wants the positions; `nil` for a data set of their own.
    public var placement: ModelPlacement?

    /// Positions alone, with `timeStep` between two frames.
    public init(
      timeStep: Double? = nil, observables: URL? = nil, observableNames: [String]? = nil, types: URL? = nil,
      grid: [Int]? = nil, array: String? = nil, placement: ModelPlacement? = nil
    ) {
      self.array = array
      self.grid = grid
      self.placement = placement
      self.timeStep = timeStep
      self.observables = observables
      self.observableNames = observableNames
      self.types = types
    }
  }

  public let trajectoryCount: Int
  /// The number of frames of every trajectory.
  public let frameCount: Int
  /// The number n of particles of every frame.
  public let particleCount: Int
  public let dimension: Int
  /// Whether the array has no axis of frames.
  let isOneFrame: Bool
  public let observables: [ObservableDescription]
  /// What a user should know: the arrays of the files that are not used, and what is made of a box.
  public let notes: [String]
  private let url: URL
  private let arrayName: String
  private let options: Options
  /// `nil` for states without positions.
  private let positions: NumPyPositions?
  private let features: NumPyFeatures?
  private let observableValues: NumPyArray?
  private let types: ParticleTypes?
  private let times: NumPyTimes

  /// Opens the arrays and checks that their shapes fit each other.
  ///
  /// A `.npz` file with one array is read as that one; with several, `positions` (or `trajectories`), `times` (or
  /// `time`) and `box`, and `observables` and `types` where no file of their own is given.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if a file cannot be read; `badData` if one is truncated, not of
  ///   numbers, or of a wrong shape.
  public init(_ url: URL, options: Options) throws {
    if let step = options.timeStep, !(step.isFinite && step > 0) {
      throw MacrostateError(.usage, "time step \(step): it must be a positive number")
    }
    let isOneConfiguration = options.placement?.isOneConfiguration ?? false
    var files = NumPySideFiles(try NumPyInput(url))
    let featured = try options.grid.map { _ in try files.features(grid: options.grid, named: options.array) } ?? nil
    let array = try featured?.values ?? files.input.main(.positions, named: options.array)
    let shape =
      if let grid = options.grid {
        try NumPyShapes.states(array, grid: grid, isOneConfiguration: isOneConfiguration)
      } else {
        try isOneConfiguration || options.allowsOneFrame && array.shape.count == 2
          ? NumPyShapes.configuration(array) : NumPyShapes.positions(array)
      }
    self.url = url
    self.options = options
    isOneFrame = array.shape.count == 2
    arrayName = array.name
    (trajectoryCount, frameCount, particleCount) = (shape[0], shape[1], shape[2])
    dimension = options.grid == nil ? shape[3] : 0
    let observed = try isOneConfiguration ? nil : files.observables(options)
    observableValues = observed?.values
    observables = try observed.map { try NumPyShapes.observables($0.values, $0.names, shape, array) } ?? []
    types =
      try options.grid == nil
      ? files.types(options).map {
        try ParticleTypes($0, trajectoryCount: shape[0], particleCount: shape[2], positions: array)
      } : nil
    times = try isOneConfiguration ? .steps(of: 1, frameCount: 1) : files.times(shape, options)
    if let featured {
      (positions, features) = (
        nil, try NumPyFeatures(featured.values, count: shape[3], names: featured.names, shape: shape)
      )
      notes = files.notes
      return
    }
    features = try files.features(grid: nil).flatMap { values, names in
      guard let count = NumPyShapes.featureCount(values, shape) else {
        files.input.leave(values)
        return nil
      }
      return try NumPyFeatures(values, count: count, names: names, shape: shape)
    }
    if let placement = options.placement {
      positions = NumPyPositions(array, shape: shape, placement)
      notes = files.notes
    } else {
      let placed = try NumPyPositions(array, shape: shape, box: files.box(dimension: shape[3]))
      positions = placed
      notes = files.notes + (try placed.coarseness())
    }
  }

  public var grid: [Int]? { options.grid }
  public var featureNames: [String] { features?.names ?? [] }
  /// The periodic box of the file, where it has one that leaves no doubt, or the model's; `nil` for open space.
  public var box: SimulationBox? { positions?.box }
  /// That of the box, or of the first trajectory; only for numbers that single precision may not hold.
  public var positionOffset: [Double]? { positions?.offset }
  public func positionRounding() throws -> [Double] { try positions?.rounding() ?? [] }

  public var name: String { arrayName }

  public var speciesNames: [String] { types?.speciesNames ?? ["particle"] }

  public var typicalFrameCount: Int { frameCount }

  public var typicalParticleCount: Int { particleCount }

  public var files: [(role: String, url: URL)] {
    [("positions", url), ("observables", options.observables), ("types", options.types)].compactMap { role, file in
      file.map { (role, $0) }
    }
  }

  /// Whether the time between frames was given.
  var hasTimeStep: Bool { options.timeStep != nil }

  /// Whether the file says the times of its frames.
  public var hasTimes: Bool {
    if case .array = times { return true }
    return false
  }

  public var settings: [String: StoredSetting] {
    if case .array = times { return ["time step": "times in the file"] }
    return ["time step": .number(options.timeStep ?? 1)]
  }

  public func earlierChecksums(of files: [SourceFile]) -> [String: StoredSetting] {
    Dictionary(uniqueKeysWithValues: files.map { ("\($0.role) crc32", .number(Double($0.crc32))) })
  }

  public func frameCount(ofTrajectory m: Int) -> Int { frameCount }

  /// Bytes of positions that are read at a time, so that few reads are small.
  private static let blockByteCount = 1 << 22

  public func frames(ofTrajectory m: Int, from first: Int) throws -> FrameStream {
    let times = try times.times(ofTrajectory: m)
    let groups = try types?.particlesBySpecies(trajectory: m)
    let size = particleCount * dimension
    let featureSize = particleCount * featureNames.count
    let blockLength = max(1, Self.blockByteCount / (8 * max(size + featureSize, 1)))
    var number = first
    var block = first..<first
    var values: [Float] = []
    var featured: [Float] = []
    var observed: [Double] = []
    return FrameStream {
      guard number < frameCount else { return nil }
      if number >= block.upperBound {
        block = number..<min(number + blockLength, frameCount)
        values = try positions?.values(m, block) ?? []
        featured = try features?.values(m, block) ?? []
        observed = try self.observed(m, block)
      }
      defer { number += 1 }
      let (place, width) = (number - block.lowerBound, observables.count)
      let points = values[(place * size)..<((place + 1) * size)]
      let columns = featured[(place * featureSize)..<((place + 1) * featureSize)]
      return Trajectory.Frame(
        time: times[number], positions: groups.map { grouped(points, $0, dimension) } ?? [Array(points)],
        features: features == nil ? [] : groups.map { grouped(columns, $0, featureNames.count) } ?? [Array(columns)],
        observables: Array(observed[(place * width)..<((place + 1) * width)]))
    }
  }

  /// The elements of frames of trajectory m in an array of `size` numbers a frame.
  private func elements(_ m: Int, _ frames: Range<Int>, perFrame size: Int) -> Range<Int> {
    ((m * frameCount + frames.lowerBound) * size)..<((m * frameCount + frames.upperBound) * size)
  }

  /// The observables `[frames, k]` of trajectory m.
  private func observed(_ m: Int, _ frames: Range<Int>) throws -> [Double] {
    guard let observableValues else { return [] }
    let width = observables.count
    let values = try observableValues.doubles(in: elements(m, frames, perFrame: width))
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      let frame = frames.lowerBound + place / width
      throw MacrostateError(
        .badData,
        "\(observableValues.name): trajectory \(m), frame \(frame): '\(observables[place % width].name)' is not "
          + "finite (\(values[place])); observables must be numbers in every frame")
    }
    return values
  }

  /// The rows of `points` by species, in their order.
  private func grouped(_ points: ArraySlice<Float>, _ groups: [[Int]], _ width: Int) -> [[Float]] {
    groups.map { particles in
      particles.flatMap { particle in
        let start = points.startIndex + particle * width
        return points[start..<(start + width)]
      }
    }
  }
}
