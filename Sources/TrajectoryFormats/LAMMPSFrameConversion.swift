import Foundation
import MacrostateStorage
import Microstates

/// Turns a frame of a LAMMPS dump into one of a trajectory: atoms by species, in the order of their ids, inside the box.
struct LAMMPSFrameConversion: Sendable {
  /// The dimension d of space.
  let dimension: Int
  /// The names of the S species, of the types 1 … S.
  let speciesNames: [String]
  /// Whether d = 2 was taken from a single layer of atoms; each frame must then be one.
  let needsSlab: Bool
  /// The box of all frames.
  let box: LAMMPSDumpBox
  /// The time of a step of LAMMPS; `nil` for the dump's own times, or steps.
  let timeStep: Double?

  /// The frame, its coordinates in the unit of positions, wrapped into the box along periodic axes.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the line.
  func callAsFunction(_ frame: LAMMPSDumpReader.Frame, of scanner: TextScanner) throws -> Trajectory.Frame {
    let rows = DumpRows(frame: frame, scanner: scanner)
    if let axis = frame.box.differingAxis(from: box, axes: dimension) {
      let letter = ["x", "y", "z"][axis]
      throw scanner.error(
        atLine: frame.firstLine - 1,
        "the box changes: \(frame.box.text(axis: axis)) along \(letter) at step \(frame.step), where the first frame has "
          + "\(box.text(axis: axis)); a data set has one box: simulate at constant volume, or leave out the frames in "
          + "which the box still changes")
    }
    if needsSlab { try rows.requireSlab() }
    let species = try rows.species(names: speciesNames)
    let points = try points(rows, order: rows.orderByID())
    return Trajectory.Frame(
      time: timeStep.map { Double(frame.step) * $0 } ?? frame.time ?? Double(frame.step),
      positions: group(points, species))
  }

  /// The coordinates `[n, d]` in the order of the ids, and the row of each.
  private func points(_ rows: DumpRows, order: [Int]?) throws -> (coordinates: [Float], order: [Int]?) {
    let axes = (0..<dimension).map { AxisPlacement(axis: $0, box: rows.frame.box, rows.frame.columns.coordinates[$0]) }
    let count = rows.frame.atomCount
    let width = rows.frame.columns.table.width
    let coordinates = try rows.frame.values.withUnsafeBufferPointer { values in
      try [Float](unsafeUninitializedCapacity: count * dimension) { points, initialized in
        for place in 0..<count {
          let row = order?[place] ?? place
          for axis in 0..<dimension {
            let written = values[row * width + axis]
            let inside = axes[axis].place(written)
            // NaN, too, is in no box.
            guard inside.isFinite else { throw rows.misplaced(written, row: row, axes[axis]) }
            points[place * dimension + axis] = Float(inside)
          }
        }
        initialized = count * dimension
      }
    }
    return (coordinates, order)
  }

  /// The points of each species, `[S][n·d]`.
  private func group(_ points: (coordinates: [Float], order: [Int]?), _ species: [UInt8]?) -> [[Float]] {
    guard let species else { return [points.coordinates] }
    var groups = [[Float]](repeating: [], count: speciesNames.count)
    var counts = [Int](repeating: 0, count: speciesNames.count)
    for kind in species { counts[Int(kind)] += 1 }
    for kind in groups.indices { groups[kind].reserveCapacity(counts[kind] * dimension) }
    for place in species.indices {
      let kind = Int(species[points.order?[place] ?? place])
      let start = place * dimension
      groups[kind].append(contentsOf: points.coordinates[start..<(start + dimension)])
    }
    return groups
  }
}

/// Where a written coordinate lies in the box.
private struct AxisPlacement {
  let axis: Int
  private let ends: BoxAxis
  private let shift: Double
  private let factor: Double

  var low: Double { ends.low }
  var high: Double { ends.high }

  init(axis: Int, box: LAMMPSDumpBox, _ coordinate: LAMMPSDumpColumns.Coordinate) {
    self.axis = axis
    let (low, high) = box.bounds[axis]
    ends = BoxAxis(low: low, high: high, boundary: box.boundaries[axis].stored)
    shift = coordinate == .scaled ? low : 0
    factor = coordinate == .scaled ? high - low : 1
  }

  /// The coordinate inside the box; NaN where it is outside of walls, or not finite.
  func place(_ written: Double) -> Double { ends.placed(shift + factor * written) }
}

/// The atoms of a frame, as far as rows of the file go.
private struct DumpRows {
  let frame: LAMMPSDumpReader.Frame
  let scanner: TextScanner

  /// The values of one column.
  private func column(_ place: Int) -> StrideTo<Int> {
    stride(from: place, to: frame.values.count, by: frame.columns.table.width)
  }

  private func error(row: Int, _ problem: String) -> MacrostateError {
    let id =
      frame.columns.idPlace.map { "atom \(Self.text(frame.values[row * frame.columns.table.width + $0])), " } ?? ""
    return scanner.error(atLine: frame.firstLine + row, "\(id)step \(frame.step): \(problem)")
  }

  private static func text(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? String(value)
  }

  func misplaced(_ value: Double, row: Int, _ axis: AxisPlacement) -> MacrostateError {
    let name = ["x", "y", "z"][axis.axis]
    guard value.isFinite else {
      return error(
        row: row,
        "its coordinate \(name) is not finite (\(value)); the simulation has failed before: look at its energies")
    }
    return error(
      row: row,
      "its coordinate \(name) = \(value) is outside the box (\(axis.low) … \(axis.high)), whose boundary is fixed; keep "
        + "particles inside (fix wall/reflect), or use a boundary that follows them (boundary s)")
  }

  /// Checks that all atoms have the same z.
  func requireSlab() throws {
    guard frame.columns.coordinates.count == 3, let first = frame.values.dropFirst(2).first else { return }
    for (row, place) in column(2).enumerated() where frame.values[place] != first {
      throw error(
        row: row,
        "z = \(frame.values[place]) where other atoms have \(first), and the first frame was a single layer; say "
          + "--dimension 3, or --dimension 2 to leave z out")
    }
  }

  /// The species of each row; `nil` where there is but one, without types.
  func species(names: [String]) throws -> [UInt8]? {
    guard let place = frame.columns.typePlace else {
      guard names.count == 1 else {
        throw scanner.error(
          atLine: frame.firstLine - 1,
          "no column 'type' for the species \(names.joined(separator: ", ")); dump it: dump 1 all custom 100 name.dump id "
            + "type x y z")
      }
      return nil
    }
    var species: [UInt8] = []
    species.reserveCapacity(frame.atomCount)
    for (row, place) in column(place).enumerated() {
      guard let type = Int(exactly: frame.values[place]), (1...names.count).contains(type) else {
        throw error(
          row: row,
          "its type is \(Self.text(frame.values[place])), and the species are \(names.joined(separator: ", ")) for the "
            + "types 1 to \(names.count); name all: --species A,B,…")
      }
      species.append(UInt8(type - 1))
    }
    return species
  }

  /// The rows in increasing order of the ids; `nil` where they are in order already, or there are no ids.
  ///
  /// - Throws: for an id that is no number of an atom, or is there twice.
  func orderByID() throws -> [Int]? {
    guard let place = frame.columns.idPlace else { return nil }
    var previous = -Double.infinity
    var isSorted = true
    var greatest = 0.0
    for (row, place) in column(place).enumerated() {
      let id = frame.values[place]
      guard id >= 0, id < 0x1p53, id == id.rounded() else {
        throw error(row: row, "its id is not a whole number; the dump is damaged")
      }
      isSorted = isSorted && id > previous
      greatest = max(greatest, id)
      previous = id
    }
    guard !isSorted else { return nil }
    // Ids are mostly 1 … n, or nearly: then each has a place of its own.
    return try greatest < Double(8 * frame.atomCount + 1024)
      ? placed(idPlace: place, greatest: Int(greatest)) : sorted(idPlace: place)
  }

  private func placed(idPlace: Int, greatest: Int) throws -> [Int] {
    var rowOfID = [Int32](repeating: -1, count: greatest + 1)
    for (row, place) in column(idPlace).enumerated() {
      let id = Int(frame.values[place])
      guard rowOfID[id] < 0 else { throw repeated(row: row, firstRow: Int(rowOfID[id])) }
      rowOfID[id] = Int32(row)
    }
    return rowOfID.lazy.filter { $0 >= 0 }.map { Int($0) }
  }

  private func sorted(idPlace: Int) throws -> [Int] {
    let width = frame.columns.table.width
    let order = (0..<frame.atomCount).sorted {
      (frame.values[$0 * width + idPlace], $0) < (frame.values[$1 * width + idPlace], $1)
    }
    for (a, b) in zip(order, order.dropFirst())
    where frame.values[a * width + idPlace] == frame.values[b * width + idPlace] {
      throw repeated(row: b, firstRow: a)
    }
    return order
  }

  private func repeated(row: Int, firstRow: Int) -> MacrostateError {
    error(row: row, "its id is that of line \(frame.firstLine + firstRow), too; ids must differ")
  }
}
