import MacrostateStorage
import Microstates

/// The particles of a frame, as far as rows of the file go.
struct ParticleRows {
  let frame: ParticleFrame

  func error(row: Int, _ problem: String) -> MacrostateError {
    let id = frame.ids.map { "atom \(Self.text($0[row])), " } ?? ""
    let step = frame.step.map { "step \($0): " } ?? ""
    return frame.place.error(row: row, "\(id)\(step)\(problem)")
  }

  static func text(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? String(value)
  }

  func misplaced(_ value: Double, row: Int, _ axis: AxisPlacement) -> MacrostateError {
    let name = ["x", "y", "z"][axis.axis]
    guard value.isFinite else {
      return error(
        row: row,
        "its coordinate \(name) is not finite (\(value)); the simulation has failed before: look at its energies")
    }
    guard axis.ends.boundary == .reflecting else {
      return error(
        row: row,
        "its coordinate \(name) = \(value) is so many periods away from the box (\(axis.ends.low) … \(axis.ends.high)) that its "
          + "place in it is lost; the simulation has failed before: look at its energies, or dump x instead of xu")
    }
    return error(
      row: row,
      "its coordinate \(name) = \(value) is outside the box (\(axis.ends.low) … \(axis.ends.high)), whose boundary is "
        + "fixed; keep particles inside (fix wall/reflect), or use a boundary that follows them (boundary s)")
  }

  /// Checks that all particles have the same z.
  func requireSlab() throws {
    guard frame.coordinates.count == 3, frame.count > 0 else { return }
    let z = frame.positions.column(2).values
    for (row, value) in z.enumerated() where value != z[0] {
      throw error(
        row: row,
        "z = \(value) where other atoms have \(z[0]), and the first frame was a single layer; say "
          + "--dimension 3, or --dimension 2 to leave z out")
    }
  }

  /// The rows in increasing order of the ids; `nil` where they are in order already, or there are no ids.
  ///
  /// - Throws: for an id that is no number of a particle, or is there twice.
  func orderByID() throws -> [Int]? {
    guard let ids = frame.ids?.values else { return nil }
    var previous = -Double.infinity
    var isSorted = true
    var greatest = 0.0
    for (row, id) in ids.enumerated() {
      guard id >= 0, id < 0x1p53, id == id.rounded() else {
        throw error(row: row, "its id is not a whole number; the dump is damaged")
      }
      isSorted = isSorted && id > previous
      greatest = max(greatest, id)
      previous = id
    }
    guard !isSorted else { return nil }
    // Ids are mostly 1 … n, or nearly: then each has a place of its own.
    return try greatest < Double(8 * frame.count + 1024) ? placed(ids, greatest: Int(greatest)) : sorted(ids)
  }

  private func placed(_ ids: [Double], greatest: Int) throws -> [Int] {
    var rowOfID = [Int32](repeating: -1, count: greatest + 1)
    for (row, id) in ids.enumerated() {
      let id = Int(id)
      guard rowOfID[id] < 0 else { throw repeated(row: row, firstRow: Int(rowOfID[id])) }
      rowOfID[id] = Int32(row)
    }
    return rowOfID.lazy.filter { $0 >= 0 }.map { Int($0) }
  }

  private func sorted(_ ids: [Double]) throws -> [Int] {
    let order = ids.indices.sorted { (ids[$0], $0) < (ids[$1], $1) }
    for (a, b) in zip(order, order.dropFirst()) where ids[a] == ids[b] { throw repeated(row: b, firstRow: a) }
    return order
  }

  private func repeated(row: Int, firstRow: Int) -> MacrostateError {
    error(row: row, "its id is that of \(frame.place.rowName(firstRow)), too; ids must differ")
  }
}
