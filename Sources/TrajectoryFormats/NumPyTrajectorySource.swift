import Foundation
import MacrostateStorage
import Microstates

/// Trajectories in NumPy arrays: positions `[trajectories, frames, n, d]`, or `[frames, n, d]` for a single one.
///
/// Files are `.npy` or `.npz`. The positions may be larger than memory: they are mapped, and read one trajectory at a
/// time (a compressed `.npz` is decompressed into memory).
public struct NumPyTrajectorySource: TrajectorySource {
  /// The files and the times.
  public struct Options: Sendable {
    /// Observables `[trajectories, frames, k]`, in a file of their own.
    public var observables: URL?
    /// The names of the k observables; `observable-1`, … if none are given.
    public var observableNames: [String]?
    /// The particles' types, integers `[trajectories, n]` or `[n]`, in a file of their own.
    public var types: URL?
    /// The time between two frames.
    public var timeStep: Double

    /// Positions alone, with `timeStep` between two frames.
    public init(
      timeStep: Double, observables: URL? = nil, observableNames: [String]? = nil, types: URL? = nil
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
  private let url: URL
  private let options: Options
  private let positions: NumPyArray
  private let observableValues: NumPyArray?
  private let types: ParticleTypes?

  /// Opens the arrays and checks that their shapes fit each other.
  ///
  /// A `.npz` file with one array is read as that one; with several, `positions`, and `observables` and `types` where
  /// no file of their own is given.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if a file cannot be read; `badData` if one is truncated, not of
  ///   floating-point numbers, or of a wrong shape.
  public init(_ url: URL, options: Options) throws {
    guard options.timeStep.isFinite, options.timeStep > 0 else {
      throw MacrostateError(.usage, "time step \(options.timeStep): it must be a positive number")
    }
    let input = try NumPyInput(url)
    let positions = try input.array("positions", orOnly: true)
    let shape = try Self.positionShape(positions)
    self.url = url
    self.options = options
    self.positions = positions
    trajectoryCount = shape[0]
    frameCount = shape[1]
    particleCount = shape[2]
    dimension = shape[3]
    observableValues = try Self.open("observables", options.observables, input)
    observables =
      try observableValues.map {
        try Self.observables($0, names: options.observableNames, shape: shape, positions: positions)
      } ?? []
    types = try Self.open("types", options.types, input).map {
      try ParticleTypes($0, trajectoryCount: shape[0], particleCount: shape[2], positions: positions)
    }
  }

  public var name: String { positions.name }

  public var speciesNames: [String] { types?.speciesNames ?? ["particle"] }

  public var typicalFrameCount: Int { frameCount }

  public var typicalParticleCount: Int { particleCount }

  /// Arrays say nothing of a box.
  public var box: SimulationBox? { nil }

  public func provenance() throws -> [String: SettingValue] {
    var result: [String: SettingValue] = ["time step": .number(options.timeStep)]
    for (key, file) in [("positions", url), ("observables", options.observables), ("types", options.types)] {
      guard let file else { continue }
      result[key] = .text(file.lastPathComponent)
      result[key + " crc32"] = .number(Double(try Checksum.ofFile(file).value))
    }
    return result
  }

  public func trajectory(_ m: Int) throws -> Trajectory {
    let values = positions.floats(in: elements(m, perFrame: particleCount * dimension))
    if let place = values.firstIndex(where: { !$0.isFinite }) { throw notFinite(m, place) }
    let width = observables.count
    let observed = try observed(m)
    let groups = try types?.particlesBySpecies(trajectory: m)
    let frames = (0..<frameCount).map { frame in
      let start = frame * particleCount * dimension
      let points = values[start..<(start + particleCount * dimension)]
      return Trajectory.Frame(
        time: Double(frame) * options.timeStep, positions: groups.map { grouped(points, $0) } ?? [Array(points)],
        observables: Array(observed[(frame * width)..<((frame + 1) * width)]))
    }
    return Trajectory(frames: frames)
  }

  /// The elements of trajectory m in an array of `size` numbers a frame.
  private func elements(_ m: Int, perFrame size: Int) -> Range<Int> {
    (m * frameCount * size)..<((m + 1) * frameCount * size)
  }

  /// The observables `[frames, k]` of trajectory m.
  private func observed(_ m: Int) throws -> [Double] {
    guard let observableValues else { return [] }
    let width = observables.count
    let values = observableValues.doubles(in: elements(m, perFrame: width))
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      throw MacrostateError(
        .badData,
        "\(observableValues.name): trajectory \(m), frame \(place / width): '\(observables[place % width].name)' is "
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

  private func notFinite(_ m: Int, _ place: Int) -> MacrostateError {
    let particle = place / dimension
    return MacrostateError(
      .badData,
      "\(positions.name): trajectory \(m), frame \(particle / particleCount), particle \(particle % particleCount): "
        + "its position is not finite as a 32-bit number; all particles of a frame must have finite positions")
  }

  private static func open(_ name: String, _ file: URL?, _ input: NumPyInput) throws -> NumPyArray? {
    if let file { return try NumPyInput(file).array(name, orOnly: true) }
    return input.contains(name) ? try input.array(name, orOnly: false) : nil
  }

  /// The shape of the positions with all four axes.
  private static func positionShape(_ positions: NumPyArray) throws -> [Int] {
    func bad(_ problem: String) -> MacrostateError {
      MacrostateError(.badData, "\(positions.name): \(problem)")
    }
    guard positions.elementType.isFloatingPoint else {
      throw bad(
        "its elements are of type '\(positions.elementType.descriptor)'; positions must be floating-point numbers: "
          + "save x.astype('<f4')")
    }
    let text = shapeText(positions.shape)
    guard positions.shape.count == 3 || positions.shape.count == 4 else {
      throw bad("shape \(text); positions need the shape [trajectories, frames, n, d] or [frames, n, d]")
    }
    let shape = positions.shape.count == 3 ? [1] + positions.shape : positions.shape
    guard (1...3).contains(shape[3]) else {
      throw bad("shape \(text); the last axis is space, of 1 to 3 dimensions: save x[..., None] if it is missing")
    }
    guard shape[2] > 0 else { throw bad("shape \(text); frames without particles cannot be learned from") }
    guard shape[0] > 0, shape[1] > 0 else { throw bad("shape \(text); there are no frames") }
    return shape
  }

  private static func observables(
    _ array: NumPyArray, names: [String]?, shape: [Int], positions: NumPyArray
  ) throws -> [ObservableDescription] {
    let wanted = positions.shape.count == 3 ? [shape[1]] : [shape[0], shape[1]]
    guard array.shape.count == wanted.count + 1, array.shape.dropLast() == wanted[...], let count = array.shape.last,
      count > 0
    else {
      let needed = "[" + (wanted.map(String.init) + ["k"]).joined(separator: ", ") + "]"
      throw MacrostateError(
        .badData,
        "\(array.name): shape \(shapeText(array.shape)) where the positions \(shapeText(positions.shape)) need "
          + "observables of shape \(needed)")
    }
    guard let names else { return (1...count).map { ObservableDescription(name: "observable-\($0)") } }
    guard names.count == count else {
      throw MacrostateError(.usage, "\(names.count) names for the \(count) observables of \(array.name)")
    }
    return names.map { ObservableDescription(name: $0) }
  }
}
