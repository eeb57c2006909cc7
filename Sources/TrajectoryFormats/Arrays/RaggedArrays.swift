import Foundation
import MacrostateStorage
import Microstates

/// Frames of different numbers of particles in an `.npz` file: `positions [P, d]` of all frames behind each other, and
/// `offsets [F + 1]`, the first row of each frame and the number of rows.
///
/// Beside them: `trajectory_offsets [T + 1]`, the first frame of each trajectory and the number of frames (one trajectory
/// without); `times [F]`, `observables [F, k]` or `[F]`, `features [P, c]` or `[P]`, `types [P]`, and `box`, edges of a
/// periodic box `[d]`, or `[F, d]` for each frame.
struct RaggedArrays: TrajectorySource {
  let name: String
  let dimension: Int
  let featureNames: [String]
  let observables: [ObservableDescription]
  let speciesNames: [String]
  let box: SimulationBox?
  let notes: [String]
  private let url: URL
  private let positions: NumPyArray
  private let features: NumPyArray?
  private let observed: NumPyArray?
  private let types: NumPyArray?
  private let species: [Int64]
  private let boxes: NumPyArray?
  private let times: [Double]?
  private let timeStep: Double?
  private let placement: ModelPlacement?
  /// The first row of each frame, and the number of rows.
  private let rows: [Int]
  /// The first frame of each trajectory, and the number of frames.
  private let starts: [Int]

  /// The frames in the file at `url`; nil where it has no `offsets`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` for arrays that do not fit each other.
  init?(_ url: URL, _ options: NumPyTrajectorySource.Options) throws {
    var input = try NumPyInput(url)
    guard options.grid == nil, let offsets = try input.side(.offsets) else { return nil }
    let positions = try input.main(.positions, named: options.array)
    func bad(_ array: NumPyArray, _ problem: String) -> MacrostateError {
      MacrostateError(.badData, "\(array.name): shape \(shapeText(array.shape)); \(problem)")
    }
    try positions.requireNumbers()
    guard positions.shape.count == 2, (1...3).contains(positions.shape[1]) else {
      throw bad(
        positions, "beside 'offsets' positions have the shape [P, d], all particles of all frames behind each other")
    }
    (self.url, self.positions, name, timeStep) = (url, positions, positions.name, options.timeStep)
    let (count, dimension) = (positions.shape[0], positions.shape[1])
    self.dimension = dimension
    placement = options.placement
    let rows = try Self.starts(offsets, count, of: "rows of positions")
    self.rows = rows
    let frameCount = rows.count - 1
    starts =
      try input.side(.trajectoryOffsets).map { try Self.starts($0, frameCount, of: "frames") } ?? [0, frameCount]
    times = try input.side(.times).map { array in
      guard array.shape == [frameCount] else { throw bad(array, "times have the shape [\(frameCount)]") }
      return try array.doubles()
    }
    observed = try input.side(.observables)
    observables =
      try observed.map { array in
        guard let width = Self.width(array, rows: frameCount) else {
          throw bad(array, "observables have the shape [\(frameCount), k] or [\(frameCount)]")
        }
        let names = try options.observableNames ?? input.side(.observableNames)?.texts()
        return (names ?? (1...width).map { "observable-\($0)" }).map { ObservableDescription(name: $0) }
      } ?? []
    features = try input.side(.features)
    featureNames =
      try features.map { array in
        guard let width = Self.width(array, rows: count) else {
          throw bad(array, "features have the shape [\(count), c] or [\(count)]")
        }
        return try input.side(.featureNames)?.texts() ?? (1...width).map { "feature-\($0)" }
      } ?? []
    types = try input.side(.types)
    species =
      try types.map { array in
        guard array.shape == [count] else { throw bad(array, "types have the shape [\(count)]") }
        return try Self.species(array)
      } ?? []
    speciesNames = species.isEmpty ? ["particle"] : species.map { "type-\($0)" }
    let boxes = try input.side(.box)
    self.boxes = boxes?.shape == [frameCount, dimension] ? boxes : nil
    let edges = try self.boxes.map { try $0.doubles(in: 0..<dimension) }
    box = try edges.map(Self.periodic) ?? boxes.flatMap { try NumPyBox.box($0, dimension: dimension) }
    let boxNote = self.boxes == nil ? box.flatMap { box in boxes.map { NumPyBox.note($0, box) } } : nil
    notes = [input.unusedNote, boxNote].compactMap(\.self)
    guard observables.count == (observed.flatMap { Self.width($0, rows: frameCount) } ?? 0),
      featureNames.count == (features.flatMap { Self.width($0, rows: count) } ?? 0)
    else {
      throw MacrostateError(
        .badData, "\(url.path): observable_names or feature_names are not as many as there are columns")
    }
  }

  /// The numbers in `array`, from 0 to `count`, increasing but for frames without particles.
  private static func starts(_ array: NumPyArray, _ count: Int, of what: String) throws -> [Int] {
    guard array.shape.count == 1, array.count > 1, !array.elementType.isText else {
      throw MacrostateError(.badData, "\(array.name): shape \(shapeText(array.shape)); it has one axis, of two or more")
    }
    let starts = try array.int64s().map { Int($0) }
    guard starts.first == 0, starts.last == count, zip(starts, starts.dropFirst()).allSatisfy(<=) else {
      throw MacrostateError(
        .badData, "\(array.name): it must begin with 0, end with the \(count) \(what), and never go down")
    }
    return starts
  }

  /// The numbers in a row of an array of so many rows; nil for another shape.
  private static func width(_ array: NumPyArray, rows: Int) -> Int? {
    guard !array.elementType.isText, array.shape.first == rows, (1...2).contains(array.shape.count) else { return nil }
    return array.shape.count == 1 ? 1 : array.shape[1] > 0 ? array.shape[1] : nil
  }

  private static func species(_ array: NumPyArray) throws -> [Int64] {
    var found: Set<Int64> = []
    for start in stride(from: 0, to: array.count, by: 1 << 20) {
      found.formUnion(try array.int64s(in: start..<min(start + 1 << 20, array.count)))
      guard found.count <= ParticleTypes.maximumSpeciesCount else {
        throw MacrostateError(
          .badData,
          "\(array.name): more than \(ParticleTypes.maximumSpeciesCount) different types; types are the species")
      }
    }
    return found.sorted()
  }

  private static func periodic(_ edges: [Double]) -> SimulationBox {
    SimulationBox(
      origin: edges.map { _ in 0 }, lengths: edges, boundaries: edges.map { _ in SimulationBox.Boundary.periodic })
  }

  var trajectoryCount: Int { starts.count - 1 }
  func frameCount(ofTrajectory m: Int) -> Int { starts[m + 1] - starts[m] }
  var typicalFrameCount: Int { max(1, (starts.last ?? 1) / max(1, trajectoryCount)) }
  var typicalParticleCount: Int { max(1, (rows.last ?? 1) / max(1, rows.count - 1)) }
  var hasChangingBoxes: Bool { boxes != nil }
  var saysTimes: Bool { times != nil || timeStep != nil }
  var files: [(role: String, url: URL)] { [("positions", url)] }
  var settings: [String: StoredSetting] {
    ["time step": times == nil ? .number(timeStep ?? 1) : "times in the file"]
  }

  func frames(ofTrajectory m: Int, from first: Int) throws -> FrameStream {
    var number = starts[m] + first
    let (start, end) = (starts[m], starts[m + 1])
    return FrameStream {
      // Frames without particles are left out.
      while number < end, rows[number] == rows[number + 1] { number += 1 }
      guard number < end else { return nil }
      defer { number += 1 }
      return try frame(number, in: m, start)
    }
  }

  private func frame(_ number: Int, in m: Int, _ start: Int) throws -> Trajectory.Frame {
    let range = rows[number]..<rows[number + 1]
    func scaled(_ width: Int) -> Range<Int> { (range.lowerBound * width)..<(range.upperBound * width) }
    let ends = try boxes.map { Self.periodic(try $0.doubles(in: (number * dimension)..<((number + 1) * dimension))) }
    if let ends, let bad = ends.lengths.first(where: { !($0 > 0 && $0.isFinite) }) {
      throw MacrostateError(.badData, "\(boxes?.name ?? name): frame \(number): \(bad) is no edge of a box")
    }
    let points = try placed(positions.doubles(in: scaled(dimension)), ends ?? box) { particle in
      MacrostateError(
        .badData,
        "\(name): trajectory \(m), frame \(number - start), particle \(particle): its position is not finite as a 32-bit "
          + "number; all particles of a frame must have finite positions")
    }
    let width = featureNames.count
    let columns = try features.map { try $0.floats(in: scaled(width)) } ?? []
    let groups = try types.map { array in
      let kinds = try array.int64s(in: range)
      return species.map { kind in kinds.indices.filter { kinds[$0] == kind } }
    }
    func grouped(_ values: [Float], _ width: Int) -> [[Float]] {
      groups.map { $0.map { $0.flatMap { values[($0 * width)..<(($0 + 1) * width)] } } } ?? [values]
    }
    return Trajectory.Frame(
      time: times?[number] ?? Double(number - start) * (timeStep ?? 1), positions: grouped(points, dimension),
      features: width == 0 ? [] : grouped(columns, width),
      observables: try observed.map {
        try $0.doubles(in: (number * observables.count)..<((number + 1) * observables.count))
      } ?? [], box: ends == box ? nil : ends)
  }

  /// The positions in single precision, in the box along periodic axes.
  private func placed(
    _ written: [Double], _ box: SimulationBox?, _ error: (Int) -> MacrostateError
  ) throws -> [Float] {
    let axes = box.map { box in (0..<dimension).map(box.axis) }
    return try written.enumerated().map { place, x in
      let axis = place % dimension
      guard Float(x).isFinite else { throw error(place / dimension) }
      guard let axes else { return Float(x) }
      return axes[axis].single(axes[axis].placed(x))
    }
  }
}
