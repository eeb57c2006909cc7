import MacrostateStorage
import Microstates

/// Where the particles of a frame lie in a tilted box.
struct TiltedPlacement {
  private let rows: ParticleRows
  private let dimension: Int
  private let unit: Double
  /// The edges that scaled coordinates are in units of; `nil` for coordinates in the unit of positions.
  private let scale: BoxEdges?
  /// Of the box into which particles are wrapped; `nil` for open space.
  private let ends: BoxEdges?

  /// From there on a double does not tell places that a single in the box tells.
  private static let greatestDistance = 0x1p28

  /// The particles `rows` in `box`, which may be another than that of their frame.
  ///
  /// - Parameter unit: the factor of coordinates that are in a unit of length; the boxes have it already.
  /// - Throws: `MacrostateError` of kind `badData` for coordinates of which some are scaled.
  init(_ box: FrameBox?, of rows: ParticleRows, dimension: Int, unit: Double) throws {
    self.rows = rows
    self.dimension = dimension
    self.unit = unit
    let kinds = rows.frame.coordinates[..<dimension]
    guard kinds.allSatisfy({ $0 == kinds[0] }) else {
      throw rows.frame.place.errorInHeader(
        "some coordinates are scaled and others are not, which says nothing in a tilted box; dump x y z, or xs ys zs")
    }
    scale =
      kinds[0] == .scaled ? rows.frame.box.map { BoxEdges($0.wholeBox(dimension: dimension)) } : nil
    ends = box?.simulationBox(dimension: dimension).map { BoxEdges($0) }
  }

  /// The position of a particle inside the box.
  ///
  /// - Throws: `MacrostateError` of kind `badData` for one that is outside of walls, too far away, or not finite.
  func place(row: Int) throws -> SIMD3<Double> {
    let written = SIMD3(padding: (0..<dimension).map { rows.frame.positions[row, $0] })
    let point = scale?.point(written) ?? written * unit
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
