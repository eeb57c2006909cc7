import Foundation
import MacrostateStorage

/// Arrays of an HDF5 file that the user has named: positions `[frames, n, d]`, or `[trajectories, frames, n, d]`, of which
/// one trajectory is read.
struct ArraysLayout: HDF5Layout {
  let frameCount: Int
  private(set) var lengthUnit: String?
  private(set) var timeUnit: String?
  let notes: [String] = []
  private let positions: HDF5Node
  /// The number of the trajectory, where there are several.
  private let trajectory: Int?
  private let (count, axes): (Int, Int)
  private var times: [Double]?
  private var types: [Double]?
  private var box: HDF5Node?
  /// The angles of the box, for MDTraj's files; nil for right angles.
  private var angles: HDF5Node?

  init(_ root: HDF5Node, _ request: ForeignRequest) throws {
    let settings = request.settings
    guard let path = settings["positions"], !path.isEmpty else {
      throw MacrostateError(
        .usage,
        "name the array of positions: --format hdf5,positions=/PATH,times=/PATH; there are: "
          + (try root.arrays().prefix(20).joined(separator: ", ")))
    }
    try self.init(
      Self.array(path, root), trajectory: settings["trajectory"].flatMap(Int.init))
    if let path = settings["times"], !path.isEmpty { try setTimes(Self.array(path, root)) }
    if let path = settings["box"], !path.isEmpty { box = try Self.array(path, root) }
    if let path = settings["types"], !path.isEmpty {
      let array = try Self.array(path, root)
      types = try array.all()
      guard types?.count == count else { throw array.error("\(types?.count ?? 0) types of \(count) particles") }
    }
  }

  /// The files of MDTraj: lengths in nm, times in ps; nil for another.
  static func mdtraj(_ root: HDF5Node) throws -> ArraysLayout? {
    guard let coordinates = try root.node("coordinates"), coordinates.isArray,
      try coordinates.texts(ofAttribute: "units")?.first == "nanometers"
    else { return nil }
    var layout = try ArraysLayout(coordinates, trajectory: nil)
    layout.lengthUnit = "nm"
    layout.timeUnit = "ps"
    if let times = try root.node("time") { try layout.setTimes(times) }
    layout.box = try root.node("cell_lengths")
    layout.angles = try root.node("cell_angles")
    return layout
  }

  private init(_ positions: HDF5Node, trajectory: Int?) throws {
    let shape = try positions.shape()
    guard 3...4 ~= shape.count, 1...3 ~= shape[shape.count - 1] else {
      throw positions.error(
        "has the shape \(shape), and [frames, n, d] or [trajectories, frames, n, d] is needed, with d from 1 to 3")
    }
    if shape.count == 4 {
      guard let chosen = trajectory ?? (shape[0] == 1 ? 0 : nil) else {
        throw MacrostateError(
          .usage,
          "\(positions.path): \(shape[0]) trajectories, of which a file is read as one; choose it by trajectory=0 … "
            + "\(shape[0] - 1)")
      }
      guard 0..<shape[0] ~= chosen else {
        throw MacrostateError(
          .usage, "\(positions.path): trajectory \(chosen) of \(shape[0]), which are counted from 0")
      }
      self.trajectory = chosen
    } else {
      self.trajectory = nil
    }
    self.positions = positions
    frameCount = shape[shape.count - 3]
    (count, axes) = (shape[shape.count - 2], shape[shape.count - 1])
  }

  private static func array(_ path: String, _ root: HDF5Node) throws -> HDF5Node {
    guard let node = try root.node(path), node.isArray else {
      throw MacrostateError(
        .usage, "no array '\(path)'; there are: " + (try root.arrays().prefix(20).joined(separator: ", ")))
    }
    return node
  }

  private mutating func setTimes(_ node: HDF5Node) throws {
    let shape = try node.shape()
    let numbers = try node.all()
    // One time for each frame, or for each frame of each trajectory.
    guard numbers.count == frameCount || trajectory != nil && shape.count == 2 && shape[1] == frameCount else {
      throw node.error("has the shape \(shape), and \(frameCount) times are needed")
    }
    let first = shape.count == 2 && numbers.count > frameCount ? (trajectory ?? 0) * frameCount : 0
    guard first + frameCount <= numbers.count else { throw node.error("has the shape \(shape)") }
    times = Array(numbers[first..<(first + frameCount)])
    timeUnit = try timeUnit ?? node.texts(ofAttribute: "unit")?.first
  }

  func frame(_ number: Int, _ request: ForeignRequest) throws -> ForeignFrameContent {
    var result = ForeignFrameContent(ForeignFrame(number: number, count: count, axes: axes))
    result.frame.time = times?[number]
    let start = (trajectory.map { [$0] } ?? []) + [number, 0, 0]
    let extents = (trajectory == nil ? [] : [1]) + [1, count, axes]
    result.add(try positions.table(start: start, count: extents, width: axes), .positions)
    if let box { result.frame.box = try frameBox(box, number) }
    if let types {
      let known = Set(types).sorted()
      let places = Dictionary(uniqueKeysWithValues: known.enumerated().map { ($1, Float($0)) })
      result.add(
        ParticleTable(types.map { places[$0] ?? 0 }, width: 1), .label(.type),
        known.map { value in Int(exactly: value).map { "\($0)" } ?? "\(value)" })
    }
    return result
  }

  /// The box of a frame: edges `[d]` or `[d, d]`, for all frames or for each.
  private func frameBox(_ node: HDF5Node, _ number: Int) throws -> ForeignFrame.Box? {
    let numbers = try row(node, number)
    let ends = Array(repeating: FrameBox.Boundary.periodic, count: axes)
    guard let angles else { return try box(numbers, axes: axes, boundaries: ends, node) }
    guard numbers.count == 3, axes == 3, !numbers.contains(0) else { return nil }
    guard let box = FrameBox(lengths: numbers, angles: try row(angles, number)) else {
      throw node.error("frame \(number): its box is none")
    }
    let edges = box.tilt?.edges ?? (0..<3).map { i in (0..<3).map { $0 == i ? box.length(i) : 0 } }
    return ForeignFrame.Box(origin: [0, 0, 0], edges: edges, boundaries: ends)
  }

  /// The numbers of a frame, or of all: an array [d, d] has the edges for all frames, but for lengths beside angles.
  private func row(_ node: HDF5Node, _ number: Int) throws -> [Double] {
    let shape = try node.shape()
    let isBoxOfAll = angles == nil && shape == [axes, axes]
    let isByFrame = shape.first == frameCount && 2...3 ~= shape.count && !isBoxOfAll
    guard isByFrame else { return try node.all(limit: 64) }
    let rest = Array(shape.dropFirst())
    guard rest.reduce(1, *) <= 9 else { throw node.error("has the shape \(shape), which is no box") }
    return try node.table(start: [number] + rest.map { _ in 0 }, count: [1] + rest, width: 1).column(0).values
  }
}
