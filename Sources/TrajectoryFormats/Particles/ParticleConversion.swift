import Foundation
import MacrostateStorage
import Microstates

/// Turns a frame of a file into one of a trajectory: particles by species, in the order of their ids, inside the box,
/// which is the frame's own where its edges are not those of the first.
struct ParticleConversion: Sendable {
  /// The dimension d of space.
  let dimension: Int
  /// The species.
  let species: ParticleSpecies
  /// The names of the columns that become features, in order.
  let features: [String]
  /// Whether d = 2 was taken from a single layer of particles; each frame must then be one.
  let needsSlab: Bool
  /// The number of coordinates that every frame must have; `nil` where d was given.
  let coordinateCount: Int?
  /// Whether particles have ids, and the frames times of their own.
  let hasIDs, hasTimes: Bool
  /// The units of the first file.
  let units: FileUnits
  /// The factors by which lengths and times become those of the data set.
  let scale: UnitScale
  /// The box of the first frame; nil for none.
  let box: FrameBox?
  /// The time of a step of the simulation, or between frames without steps; `nil` for steps. Times of the frames' own come
  /// first.
  let timeStep: Double?
  /// What a user should know of the frames.
  var notes: ReadingNotes
  /// What is subtracted from coordinates, `[d]`; `nil` for nothing.
  var offset: [Double]?

  /// The frame, its coordinates in the unit of positions, wrapped into the box along periodic axes.
  ///
  /// - Parameter number: the frame's number in its trajectory, for files without steps.
  /// - Throws: `MacrostateError` of kind `badData` that names the place.
  func callAsFunction(_ frame: ParticleFrame, number: Int) throws -> Trajectory.Frame {
    let scale = frame.units == units ? scale : scale.adapted(to: frame.units)
    var frame = frame
    frame.box = frame.box?.scaled(by: scale.length)
    let rows = ParticleRows(frame: frame)
    try checkColumns(frame)
    let own = try ownBox(frame)
    if needsSlab { try rows.requireSlab() }
    let species = try species.species(of: rows)
    let order = try rows.orderByID()
    let groups = species.map { places(order, $0) }
    let points = try points(rows, order: order, box: own ?? box, unit: scale.length)
    return Trajectory.Frame(
      time: time(frame, number: number, scale), positions: group(points, groups, width: dimension),
      features: features.isEmpty ? [] : group(try columns(rows, order: order, scale), groups, width: features.count),
      box: own?.simulationBox(dimension: dimension)?.moved(by: offset?.map { -$0 }))
  }

  /// The time of a frame.
  private func time(_ frame: ParticleFrame, number: Int, _ scale: UnitScale) -> Double {
    if hasTimes, let time = frame.time { return time * scale.time }
    return Double(frame.step ?? number) * (timeStep ?? 1)
  }

  /// What the first frame has, all must have: nothing is made up for the others.
  private func checkColumns(_ frame: ParticleFrame) throws {
    let remedy = "write all frames with the same columns and settings (dump_modify)"
    let found = frame.coordinates.count
    let written =
      frame.columnsAsWritten.isEmpty ? "" : " among '\(frame.columnsAsWritten.joined(separator: " "))'"
    if let coordinateCount, found != coordinateCount {
      throw frame.place.errorInHeader(
        "coordinates of \(found) axes\(written), and the first frame "
          + "has \(coordinateCount); say --dimension, or \(remedy)")
    }
    guard found >= dimension else {
      throw frame.place.errorInHeader("coordinates of \(found) axes\(written), where \(dimension) are to be read")
    }
    guard (frame.ids != nil) == hasIDs else {
      throw frame.place.errorInHeader(
        "\(hasIDs ? "no column 'id', which" : "a column 'id', and") the first frame has\(hasIDs ? "" : " none"); "
          + remedy)
    }
    guard (frame.time != nil) == hasTimes else {
      throw frame.place.errorInHeader(
        "a frame with\(hasTimes ? "out" : "") \(frame.timeText), and the first frame has \(hasTimes ? "it" : "none"); "
          + remedy)
    }
    if let system = units.system, let other = frame.units.system, other != system, !scale.convertsAll {
      throw frame.place.errorInHeader(
        "units '\(other)', and the first dump has '\(system)'; import dumps of one system of units")
    }
  }

  /// The box of a frame whose edges are not those of the first.
  private func ownBox(_ frame: ParticleFrame) throws -> FrameBox? {
    guard let box, let frameBox = frame.box else {
      guard (box == nil) == (frame.box == nil) else {
        throw frame.place.errorInHeader(
          "a frame with\(box == nil ? "" : "out") a box, and the first frame has \(box == nil ? "none" : "one"); write "
            + "all frames alike, or import such frames by themselves")
      }
      return nil
    }
    let atStep = frame.step.map { " at step \($0)" } ?? ""
    if let axis = frameBox.axisOfOtherBoundary(from: box, axes: dimension) {
      func text(_ box: FrameBox) -> String { "\(box.text(axis: axis)) (\(box.boundaries[axis].rawValue))" }
      throw frame.place.errorInHeader(
        "the box changes: \(text(frameBox)) along \(["x", "y", "z"][axis])\(atStep), where the first frame has "
          + "\(text(box)); the edges of a box may change, what happens at them may not: import such frames by themselves"
      )
    }
    guard !frameBox.leansOut(of: dimension) else {
      throw frame.place.errorInHeader(
        "the box is tilted out of the \(dimension) dimensions that are read\(atStep); say --dimension 3")
    }
    if frameBox.hasOtherEdges(than: box, axes: dimension) { return frameBox }
    let hasMoved = (0..<dimension).contains {
      box.boundaries[$0] == .fixed && abs(frameBox.bounds[$0].low - box.bounds[$0].low) > 1e-9 * box.length($0)
    }
    if hasMoved { notes.add("the walls move; positions are those in relation to the walls", frame.place.url) }
    return nil
  }

  // MARK: Positions

  /// The coordinates `[n, d]` in the order of the ids.
  private func points(
    _ rows: ParticleRows, order: [Int]?, box: FrameBox?, unit: Double
  ) throws -> [Float] {
    if box?.tilt != nil || rows.frame.box?.tilt != nil { return try tiltedPoints(rows, order, box, unit) }
    let axes = (0..<dimension).map {
      AxisPlacement(
        axis: $0, box: box, frameBox: rows.frame.box, rows.frame.coordinates[$0], unit: unit)
    }
    let table = rows.frame.positions
    switch table.numbers {
    case .doubles(let values): return try placed(values, table.width, rows, order, axes)
    case .singles(let values):
      // Binary files mostly have what the store has.
      if order == nil, table.width == dimension, offset == nil, axes.allSatisfy(\.isPlain),
        zip(axes, 0...).allSatisfy({ axis, place in axis.holds(values, place, table.width) })
      {
        return values
      }
      return try placed(values, table.width, rows, order, axes)
    }
  }

  private func placed<Number: BinaryFloatingPoint>(
    _ values: [Number], _ width: Int, _ rows: ParticleRows, _ order: [Int]?, _ axes: [AxisPlacement]
  ) throws -> [Float] {
    let count = rows.frame.count
    let offset = offset ?? Array(repeating: 0, count: dimension)
    return try values.withUnsafeBufferPointer { values in
      try [Float](unsafeUninitializedCapacity: count * dimension) { points, initialized in
        for place in 0..<count {
          let row = order?[place] ?? place
          for axis in 0..<dimension {
            let written = Double(values[row * width + axis])
            let inside = axes[axis].place(written)
            // NaN, too, is in no box.
            guard inside.isFinite else { throw rows.misplaced(written, row: row, axes[axis]) }
            points[place * dimension + axis] = axes[axis].single(inside, offset: offset[axis])
          }
        }
        initialized = count * dimension
      }
    }
  }

  /// The coordinates in a tilted box.
  private func tiltedPoints(
    _ rows: ParticleRows, _ order: [Int]?, _ box: FrameBox?, _ unit: Double
  ) throws -> [Float] {
    let placement = try TiltedPlacement(box, of: rows, dimension: dimension, unit: unit)
    let offset = SIMD3(padding: offset ?? [])
    var points: [Float] = []
    points.reserveCapacity(rows.frame.count * dimension)
    for place in 0..<rows.frame.count {
      let point = try placement.place(row: order?[place] ?? place) - offset
      for axis in 0..<dimension { points.append(Float(point[axis])) }
    }
    return points
  }

  // MARK: Features

  /// The features `[n, c]` in the order of the ids.
  private func columns(_ rows: ParticleRows, order: [Int]?, _ scale: UnitScale) throws -> [Float] {
    let frame = rows.frame
    var values = [Float](repeating: 0, count: frame.count * features.count)
    for (place, name) in features.enumerated() {
      guard let column = frame.columns[name] else {
        throw frame.place.errorInHeader(
          "no column '\(name)', which the first frame has; write all frames with the same columns")
      }
      let factor = scale.factor(ofColumn: name)
      let numbers = column.values
      for row in 0..<frame.count {
        values[row * features.count + place] = Float(numbers[order?[row] ?? row] * factor)
      }
    }
    return values
  }

  // MARK: Species

  /// The places of the particles of each species in the order of the ids, `[S]`.
  private func places(_ order: [Int]?, _ species: [UInt8]) -> [[Int32]] {
    var counts = [Int](repeating: 0, count: self.species.names.count)
    for kind in species { counts[Int(kind)] += 1 }
    var groups = counts.map { count -> [Int32] in
      var group: [Int32] = []
      group.reserveCapacity(count)
      return group
    }
    for place in species.indices { groups[Int(species[order?[place] ?? place])].append(Int32(place)) }
    return groups
  }

  /// The rows of each species, `[S][n·width]`.
  private func group(_ rows: [Float], _ groups: [[Int32]]?, width: Int) -> [[Float]] {
    guard let groups else { return [rows] }
    return groups.map { group in
      // Most files have one species, in its order.
      if group.count * width == rows.count { return rows }
      return [Float](unsafeUninitializedCapacity: group.count * width) { values, initialized in
        for place in group {
          for column in 0..<width { values[initialized + column] = rows[Int(place) * width + column] }
          initialized += width
        }
      }
    }
  }
}
