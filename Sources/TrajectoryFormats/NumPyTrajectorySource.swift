import Foundation
import MacrostateStorage
import Microstates

/// Trajectories in NumPy arrays: positions `[trajectories, frames, n, d]`, or `[frames, n, d]` for a single one.
///
/// Files are `.npy` or `.npz`. The positions may be larger than memory: they are read a few frames at a time
/// (`NumPyArray`). Numbers may be of any type and in any order.
public struct NumPyTrajectorySource: TrajectorySource {
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

    /// Positions alone, with `timeStep` between two frames.
    public init(
      timeStep: Double? = nil, observables: URL? = nil, observableNames: [String]? = nil, types: URL? = nil
    ) {
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
  public let observables: [ObservableDescription]
  /// The periodic box of the file, where it has one that leaves no doubt; `nil` for open space.
  public let box: SimulationBox?
  /// What a user should know: the arrays of the files that are not used, and what is made of a box.
  public let notes: [String]
  /// That of the box, or of the first trajectory; only for numbers that single precision may not hold.
  public let positionOffset: [Double]?
  private let url: URL
  private let options: Options
  private let positions: NumPyArray
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
    var files = NumPySideFiles(try NumPyInput(url))
    let positions = try files.input.main(.positions)
    let shape = try NumPyShapes.positions(positions)
    self.url = url
    self.options = options
    self.positions = positions
    (trajectoryCount, frameCount, particleCount, dimension) = (shape[0], shape[1], shape[2], shape[3])
    let observed = try files.observables(options)
    observableValues = observed?.values
    observables = try observed.map { try NumPyShapes.observables($0.values, $0.names, shape, positions) } ?? []
    types = try files.types(options).map {
      try ParticleTypes($0, trajectoryCount: shape[0], particleCount: shape[2], positions: positions)
    }
    times = try files.times(shape, options)
    let box = try files.box(dimension: shape[3])
    positionOffset = try Self.offset(positions, box, size: shape[1...].reduce(1, *), dimension: shape[3])
    self.box = box?.moved(by: PositionOffset.shift(from: nil, to: positionOffset))
    notes = files.notes + (try Self.coarsePositions(positions, size: shape[1...].reduce(1, *), dimension: shape[3]))
  }

  public var name: String { positions.name }

  public var speciesNames: [String] { types?.speciesNames ?? ["particle"] }

  public var typicalFrameCount: Int { frameCount }

  public var typicalParticleCount: Int { particleCount }

  public var files: [(role: String, url: URL)] {
    [("positions", url), ("observables", options.observables), ("types", options.types)].compactMap { role, file in
      file.map { (role, $0) }
    }
  }

  /// Whether the file says the times of its frames.
  public var hasTimes: Bool {
    if case .array = times { return true }
    return false
  }

  public var settings: [String: StoredSetting] {
    if case .array = times { return ["time step": "times in the file"] }
    return ["time step": .number(options.timeStep ?? 1)]
  }

  public var remarks: [String: StoredSetting] {
    Dictionary(uniqueKeysWithValues: files.map { ($0.role, .text($0.url.lastPathComponent)) })
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
    let blockLength = max(1, Self.blockByteCount / (8 * size))
    var number = first
    var block = first..<first
    var values: [Float] = []
    var observed: [Double] = []
    return FrameStream {
      guard number < frameCount else { return nil }
      if number >= block.upperBound {
        block = number..<min(number + blockLength, frameCount)
        values = try placed(m, block)
        observed = try self.observed(m, block)
      }
      defer { number += 1 }
      let (place, width) = (number - block.lowerBound, observables.count)
      let points = values[(place * size)..<((place + 1) * size)]
      return Trajectory.Frame(
        time: times[number], positions: groups.map { grouped(points, $0) } ?? [Array(points)],
        observables: Array(observed[(place * width)..<((place + 1) * width)]))
    }
  }

  /// The positions `[frames, n, d]` of trajectory m relative to the offset, in the box if there is one.
  private func placed(_ m: Int, _ frames: Range<Int>) throws -> [Float] {
    let range = elements(m, frames, perFrame: particleCount * dimension)
    var values: [Float]
    if let box {
      // In double precision, since what is far outside has few digits left of its place in the box.
      let axes = (0..<dimension).map(box.axis)
      let offset = positionOffset ?? Array(repeating: 0, count: dimension)
      values = try positions.doubles(in: range).enumerated().map { i, x in
        axes[i % dimension].single(axes[i % dimension].placed(x - offset[i % dimension]))
      }
    } else if let positionOffset {
      values = try positions.doubles(in: range).enumerated().map { Float($1 - positionOffset[$0 % dimension]) }
    } else {
      values = try positions.floats(in: range)
    }
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      throw try notFinite(m, frames.lowerBound, place, positions.doubles(in: range)[place])
    }
    return values
  }

  /// The elements of frames of trajectory m in an array of `size` numbers a frame.
  private func elements(_ m: Int, _ frames: Range<Int>, perFrame size: Int) -> Range<Int> {
    ((m * frameCount + frames.lowerBound) * size)..<((m * frameCount + frames.upperBound) * size)
  }

  private static func offset(
    _ positions: NumPyArray, _ box: SimulationBox?, size: Int, dimension: Int
  ) throws -> [Double]? {
    guard positions.elementType != .float32, positions.elementType != .float16 else { return nil }
    if let box { return PositionOffset.ofAxes((0..<dimension).map(box.axis).map { ($0.low, $0.high) }) }
    return PositionOffset.ofAxes(try ends(positions, 0..<size, dimension: dimension))
  }

  /// Between which ends the coordinates of each axis are, of the elements in `range`.
  private static func ends(
    _ positions: NumPyArray, _ range: Range<Int>, dimension: Int
  ) throws -> [(low: Double, high: Double)] {
    var ends = [(low: Double, high: Double)](repeating: (.infinity, -.infinity), count: dimension)
    for (i, value) in try positions.doubles(in: range).enumerated() {
      let axis = i % dimension
      ends[axis] = (min(ends[axis].low, value), max(ends[axis].high, value))
    }
    return ends
  }

  /// Elements of single precision that are looked at for lost digits, at most.
  private static let lookedAt = 1 << 20
  /// Roundings by more than this share of what the positions span are said.
  private static let coarseRounding = 1e-3

  /// What is said of positions far from 0 in numbers that have too few digits for it.
  private static func coarsePositions(_ positions: NumPyArray, size: Int, dimension: Int) throws -> [String] {
    guard positions.elementType == .float32 || positions.elementType == .float16 else { return [] }
    let range = 0..<min(size, lookedAt / dimension * dimension)
    return try ends(positions, range, dimension: dimension).enumerated().compactMap { axis, ends in
      let (half, farthest) = (ends.high / 2 - ends.low / 2, max(abs(ends.low), abs(ends.high)))
      let rounding = positions.elementType.rounding(at: farthest)
      // Near 0 the type is as exact as it can be.
      guard half > 0, farthest.isFinite, farthest > 4 * half, rounding > coarseRounding * half else { return nil }
      return
        "\(positions.name): along axis \(axis) positions span \(ends.low) … \(ends.high), in steps of \(rounding): "
        + "digits were lost when they were written; write them in double precision (float64), or relative to a point near "
        + "them, from numbers that have their digits"
    }
  }

  /// The observables `[frames, k]` of trajectory m.
  private func observed(_ m: Int, _ frames: Range<Int>) throws -> [Double] {
    guard let observableValues else { return [] }
    let width = observables.count
    let values = try observableValues.doubles(in: elements(m, frames, perFrame: width))
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      throw MacrostateError(
        .badData,
        "\(observableValues.name): trajectory \(m), frame \(frames.lowerBound + place / width): '\(observables[place % width].name)' is "
          + "not finite (\(values[place])); observables must be numbers in every frame")
    }
    return values
  }

  /// The rows of `points` by species, in their order.
  private func grouped(_ points: ArraySlice<Float>, _ groups: [[Int]]) -> [[Float]] {
    groups.map { particles in
      particles.flatMap { particle in
        let start = points.startIndex + particle * dimension
        return points[start..<(start + dimension)]
      }
    }
  }

  private func notFinite(_ m: Int, _ first: Int, _ place: Int, _ value: Double) -> MacrostateError {
    let particle = place / dimension
    return MacrostateError(
      .badData,
      "\(positions.name): trajectory \(m), frame \(first + particle / particleCount), particle \(particle % particleCount): "
        + "its position is not finite as a 32-bit number (\(value)); all particles of a frame must have finite positions, "
        + "no larger than 3.4e38")
  }
}
