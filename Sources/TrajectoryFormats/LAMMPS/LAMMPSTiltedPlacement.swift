import MacrostateStorage
import Microstates

/// Where the atoms of a frame lie in a tilted box.
struct LAMMPSTiltedPlacement {
  private let rows: LAMMPSDumpRows
  private let dimension: Int
  /// The edges that scaled coordinates are in units of; `nil` for coordinates in the unit of positions.
  private let scale: BoxEdges?
  /// Of the box into which atoms are wrapped; `nil` for open space.
  private let ends: BoxEdges?

  /// From there on a double does not tell places that a single in the box tells.
  private static let greatestDistance = 0x1p28

  /// The atoms `rows` in `box`, which may be another than that of their frame.
  ///
  /// - Throws: `MacrostateError` of kind `badData` for coordinates of which some are scaled.
  init(_ box: FrameBox, of rows: LAMMPSDumpRows, dimension: Int) throws {
    self.rows = rows
    self.dimension = dimension
    let kinds = rows.frame.columns.coordinates[..<dimension]
    guard kinds.allSatisfy({ $0 == kinds[0] }) else {
      throw rows.scanner.error(
        atLine: rows.frame.firstLine - 1,
        "some coordinates are scaled and others are not, which says nothing in a tilted box; dump x y z, or xs ys zs")
    }
    scale = kinds[0] == .scaled ? BoxEdges(rows.frame.box.wholeBox(dimension: dimension)) : nil
    ends = box.simulationBox(dimension: dimension).map { BoxEdges($0) }
  }

  /// The position of an atom inside the box.
  ///
  /// - Throws: `MacrostateError` of kind `badData` for one that is outside of walls, too far away, or not finite.
  func place(row: Int) throws -> SIMD3<Double> {
    let start = row * rows.frame.columns.table.width
    let written = SIMD3(padding: rows.frame.values[start..<(start + dimension)])
    let point = scale?.point(written) ?? written
    guard let ends else { return try finite(point, row) }
    let fractions = ends.fractions(try finite(point, row))
    let placed = ends.placed(point)
    guard placed.x.isFinite, (0..<dimension).allSatisfy({ abs(fractions[$0]) < Self.greatestDistance }) else {
      throw rows.error(
        row: row,
        "it is outside the tilted box, at \((0..<dimension).map { "\(fractions[$0])" }.joined(separator: ", ")) of its "
          + "edges; keep particles inside of walls (fix wall/reflect), or look at the energies of the simulation")
    }
    return placed
  }

  private func finite(_ point: SIMD3<Double>, _ row: Int) throws -> SIMD3<Double> {
    for axis in 0..<dimension where !point[axis].isFinite {
      throw rows.error(
        row: row,
        "its coordinate \(["x", "y", "z"][axis]) is not finite (\(point[axis])); the simulation has failed before: look at "
          + "its energies")
    }
    return point
  }
}
