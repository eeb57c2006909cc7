import Foundation
import MacrostateStorage
import Microstates

/// Turns a frame of a LAMMPS dump into one of a trajectory: atoms by species, in the order of their ids, inside the box,
/// which is the frame's own where its edges are not those of the first.
struct LAMMPSFrameConversion: Sendable {
  /// The dimension d of space.
  let dimension: Int
  /// The species.
  let species: LAMMPSSpecies
  /// Whether d = 2 was taken from a single layer of atoms; each frame must then be one.
  let needsSlab: Bool
  /// The number of coordinates that every frame must have; `nil` where d was given.
  let coordinateCount: Int?
  /// Whether atoms have ids, and the frames times of their own.
  let hasIDs, hasTimes: Bool
  /// The unit system of the first dump; `nil` where it does not say.
  let units: String?
  /// The box of the first frame.
  let box: FrameBox
  /// The time of a step of LAMMPS; `nil` for steps. Times of the frames' own come first.
  let timeStep: Double?
  /// What a user should know of the frames.
  var notes: ReadingNotes
  /// What is subtracted from coordinates, `[d]`; `nil` for nothing.
  var offset: [Double]?

  /// The frame, its coordinates in the unit of positions, wrapped into the box along periodic axes.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the line.
  func callAsFunction(_ frame: LAMMPSDumpReader.Frame, of scanner: TextScanner) throws -> Trajectory.Frame {
    let rows = LAMMPSDumpRows(frame: frame, scanner: scanner)
    try checkColumns(frame, of: scanner)
    let own = try ownBox(frame, of: scanner)
    if needsSlab { try rows.requireSlab() }
    let species = try species.species(of: rows)
    let points = try points(rows, order: rows.orderByID(), box: own ?? box)
    return Trajectory.Frame(
      time: frame.time ?? Double(frame.step) * (timeStep ?? 1), positions: group(points, species),
      box: own?.simulationBox(dimension: dimension)?.moved(by: offset?.map { -$0 }))
  }

  /// What the first frame has, all must have: nothing is made up for the others.
  private func checkColumns(_ frame: LAMMPSDumpReader.Frame, of scanner: TextScanner) throws {
    func error(_ problem: String) -> MacrostateError { scanner.error(atLine: frame.firstLine - 1, problem) }
    let remedy = "write all frames with the same columns and settings (dump_modify)"
    let found = frame.columns.coordinates.count
    if let coordinateCount, found != coordinateCount {
      throw error(
        "coordinates of \(found) axes among '\(frame.columns.table.names.joined(separator: " "))', and the first frame "
          + "has \(coordinateCount); say --dimension, or \(remedy)")
    }
    guard (frame.columns.idPlace != nil) == hasIDs else {
      throw error(
        "\(hasIDs ? "no column 'id', which" : "a column 'id', and") the first frame has\(hasIDs ? "" : " none"); "
          + remedy)
    }
    guard (frame.time != nil) == hasTimes else {
      throw error(
        "a frame with\(hasTimes ? "out" : "") ITEM: TIME, and the first frame has \(hasTimes ? "it" : "none"); "
          + remedy)
    }
    if let units, let other = frame.units, other != units {
      throw error("units '\(other)', and the first dump has '\(units)'; import dumps of one system of units")
    }
  }

  /// The box of a frame whose edges are not those of the first.
  private func ownBox(_ frame: LAMMPSDumpReader.Frame, of scanner: TextScanner) throws -> FrameBox? {
    func error(_ problem: String) -> MacrostateError { scanner.error(atLine: frame.firstLine - 1, problem) }
    if let axis = frame.box.axisOfOtherBoundary(from: box, axes: dimension) {
      func text(_ box: FrameBox) -> String { "\(box.text(axis: axis)) (\(box.boundaries[axis].rawValue))" }
      throw error(
        "the box changes: \(text(frame.box)) along \(["x", "y", "z"][axis]) at step \(frame.step), where the first frame has "
          + "\(text(box)); the edges of a box may change, what happens at them may not: import such frames by themselves"
      )
    }
    guard !frame.box.leansOut(of: dimension) else {
      throw error(
        "the box is tilted out of the \(dimension) dimensions that are read at step \(frame.step); say --dimension 3")
    }
    if frame.box.hasOtherEdges(than: box, axes: dimension) { return frame.box }
    let hasMoved = (0..<dimension).contains {
      box.boundaries[$0] == .fixed && abs(frame.box.bounds[$0].low - box.bounds[$0].low) > 1e-9 * box.length($0)
    }
    if hasMoved { notes.add("the walls move; positions are those in relation to the walls", scanner.url) }
    return nil
  }

  /// The coordinates `[n, d]` in the order of the ids, and the row of each.
  private func points(
    _ rows: LAMMPSDumpRows, order: [Int]?, box: FrameBox
  ) throws -> (coordinates: [Float], order: [Int]?) {
    if box.tilt != nil || rows.frame.box.tilt != nil { return try (tiltedPoints(rows, order, box), order) }
    let axes = (0..<dimension).map {
      LAMMPSAxisPlacement(axis: $0, box: box, frameBox: rows.frame.box, rows.frame.columns.coordinates[$0])
    }
    let count = rows.frame.atomCount
    let width = rows.frame.columns.table.width
    let offset = offset ?? Array(repeating: 0, count: dimension)
    let coordinates = try rows.frame.values.withUnsafeBufferPointer { values in
      try [Float](unsafeUninitializedCapacity: count * dimension) { points, initialized in
        for place in 0..<count {
          let row = order?[place] ?? place
          for axis in 0..<dimension {
            let written = values[row * width + axis]
            let inside = axes[axis].place(written)
            // NaN, too, is in no box.
            guard inside.isFinite else { throw rows.misplaced(written, row: row, axes[axis]) }
            points[place * dimension + axis] = axes[axis].single(inside, offset: offset[axis])
          }
        }
        initialized = count * dimension
      }
    }
    return (coordinates, order)
  }

  /// The coordinates in a tilted box.
  private func tiltedPoints(_ rows: LAMMPSDumpRows, _ order: [Int]?, _ box: FrameBox) throws -> [Float] {
    let placement = try LAMMPSTiltedPlacement(box, of: rows, dimension: dimension)
    let offset = SIMD3(padding: offset ?? [])
    var points: [Float] = []
    points.reserveCapacity(rows.frame.atomCount * dimension)
    for place in 0..<rows.frame.atomCount {
      let point = try placement.place(row: order?[place] ?? place) - offset
      for axis in 0..<dimension { points.append(Float(point[axis])) }
    }
    return points
  }

  /// The points of each species, `[S][n·d]`.
  private func group(_ points: (coordinates: [Float], order: [Int]?), _ species: [UInt8]?) -> [[Float]] {
    guard let species else { return [points.coordinates] }
    let kinds = points.order.map { order in order.map { species[$0] } } ?? species
    var counts = [Int](repeating: 0, count: self.species.names.count)
    for kind in kinds { counts[Int(kind)] += 1 }
    return counts.enumerated().map { number, count in
      [Float](unsafeUninitializedCapacity: count * dimension) { group, initialized in
        for (place, kind) in kinds.enumerated() where kind == number {
          for axis in 0..<dimension { group[initialized + axis] = points.coordinates[place * dimension + axis] }
          initialized += dimension
        }
      }
    }
  }
}
