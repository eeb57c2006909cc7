import MacrostateStorage
import Microstates

/// Positions `[trajectories, frames, n, d]` in an array, as they are stored: relative to an offset, and in a box.
struct NumPyPositions: Sendable {
  let array: NumPyArray
  /// The box, relative to the offset; nil for open space.
  let box: SimulationBox?
  /// What positions are relative to, `[d]`; nil for 0.
  let offset: [Double]?
  private let shape: [Int]
  private let placement: ModelPlacement?

  /// A rounding of a coordinate by more than this share of the period leaves nothing of its place in a model's box.
  private static let coarsestRounding = 1e-3

  /// Positions of `shape` in the box of the file, relative to its middle, or that of the first trajectory, where single
  /// precision may not hold them.
  init(_ array: NumPyArray, shape: [Int], box: SimulationBox?) throws {
    self.array = array
    self.shape = shape
    placement = nil
    offset = try Self.offset(array, box, size: shape[1...].reduce(1, *), dimension: shape[3])
    self.box = box?.moved(by: PositionOffset.shift(from: nil, to: offset))
  }

  /// Positions of `shape` where a model wants them; a box or an offset of another dimension has no part in it.
  init(_ array: NumPyArray, shape: [Int], _ placement: ModelPlacement) {
    self.array = array
    self.shape = shape
    self.placement = placement
    offset = placement.offset?.count == shape[3] ? placement.offset : nil
    box = placement.box?.lengths.count == shape[3] ? placement.box : nil
  }

  private var dimension: Int { shape[3] }

  /// The positions `[frames, n, d]` of frames of trajectory m.
  ///
  /// - Throws: `MacrostateError(.badData)` for one that is not finite or cannot be in the box.
  func values(_ m: Int, _ frames: Range<Int>) throws -> [Float] {
    let size = shape[2] * dimension
    let range = ((m * shape[1] + frames.lowerBound) * size)..<((m * shape[1] + frames.upperBound) * size)
    func error(_ place: Int, _ problem: String) -> MacrostateError {
      let particle = (range.lowerBound + place) / dimension
      let frame = "trajectory \(m), frame \(particle / shape[2] % shape[1]), "
      return MacrostateError(
        .badData,
        "\(array.name): \(placement?.isOneConfiguration ?? false ? "" : frame)particle \(particle % shape[2]): its position "
          + problem)
    }
    func notFinite(_ place: Int, _ x: Double) -> MacrostateError {
      error(
        place,
        "is not finite as a 32-bit number (\(x)); all particles of a frame must have finite positions, no larger than "
          + "3.4e38")
    }
    if box == nil, offset == nil {
      let values = try array.floats(in: range)
      guard let bad = values.firstIndex(where: { !$0.isFinite }) else { return values }
      throw try notFinite(bad, array.doubles(in: range)[bad])
    }
    if let box, box.isTilted { return try tilted(array.doubles(in: range), BoxEdges(box), error) }
    // In double precision, since what is far outside has few digits left of its place in the box.
    let axes = box.map { box in (0..<dimension).map(box.axis) }
    let offset = offset ?? Array(repeating: 0, count: dimension)
    return try array.doubles(in: range).enumerated().map { place, written in
      let axis = place % dimension
      let x = written - offset[axis]
      guard Float(x).isFinite else { throw notFinite(place, written) }
      guard let axes else { return Float(x) }
      let inside = axes[axis].placed(x)
      if let problem = problem(written, x, inside, axes[axis], axis) { throw error(place, problem) }
      return axes[axis].single(inside)
    }
  }

  /// The positions in a tilted box.
  private func tilted(
    _ written: [Double], _ edges: BoxEdges, _ error: (Int, String) -> MacrostateError
  ) throws -> [Float] {
    let (d, offset) = (dimension, SIMD3(padding: offset ?? []))
    return try stride(from: 0, to: written.count, by: d).flatMap { start -> [Float] in
      let placed = edges.placed(SIMD3(padding: written[start..<(start + d)]) - offset)
      let point = (0..<d).map { Float(placed[$0]) }
      guard point.allSatisfy(\.isFinite) else {
        throw error(
          start, "\(written[start..<(start + d)]) is not finite, or outside the walls of the model's tilted box")
      }
      return point
    }
  }

  /// Why a coordinate cannot be placed in a box.
  private func problem(_ written: Double, _ x: Double, _ inside: Double, _ ends: BoxAxis, _ axis: Int) -> String? {
    guard inside.isFinite else {
      return "is \(x) along axis \(axis), outside the walls of the model's box (\(ends.low) … \(ends.high))"
    }
    guard placement != nil, ends.boundary == .periodic, inside != x,
      array.elementType.rounding(at: written) > Self.coarsestRounding * (ends.high - ends.low)
    else { return nil }
    return
      "is \(x) along axis \(axis), so far outside the model's box (\(ends.low) … \(ends.high)) that its digits do not "
      + "tell where in the box it is; give wrapped positions, in the unit of the training data"
  }

  /// By how much coordinates of each axis may have been rounded when they were written, `[d]`.
  func rounding() throws -> [Double] {
    try Self.ends(array, 0..<min(array.count, Self.lookedAt / dimension * dimension), dimension: dimension)
      .map { array.elementType.rounding(at: max(abs($0.low), abs($0.high))) }
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
  func coarseness() throws -> [String] {
    guard array.elementType == .float32 || array.elementType == .float16 else { return [] }
    let range = 0..<min(shape[1...].reduce(1, *), Self.lookedAt / dimension * dimension)
    return try Self.ends(array, range, dimension: dimension).enumerated().compactMap { axis, ends in
      let (half, farthest) = (ends.high / 2 - ends.low / 2, max(abs(ends.low), abs(ends.high)))
      let rounding = array.elementType.rounding(at: farthest)
      // Near 0 the type is as exact as it can be.
      guard half > 0, farthest.isFinite, farthest > 4 * half, rounding > Self.coarseRounding * half else { return nil }
      return
        "\(array.name): along axis \(axis) positions span \(ends.low) … \(ends.high), in steps of \(rounding): "
        + "digits were lost when they were written; write them in double precision (float64), or relative to a point near "
        + "them, from numbers that have their digits"
    }
  }
}
