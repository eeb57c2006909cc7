import MacrostateStorage
import Microstates

/// The atoms of a frame, as far as rows of the file go.
struct LAMMPSDumpRows {
  let frame: LAMMPSDumpReader.Frame
  let scanner: TextScanner

  /// The values of one column.
  func column(_ place: Int) -> StrideTo<Int> {
    stride(from: place, to: frame.values.count, by: frame.columns.table.width)
  }

  func error(row: Int, _ problem: String) -> MacrostateError {
    let id =
      frame.columns.idPlace.map { "atom \(Self.text(frame.values[row * frame.columns.table.width + $0])), " } ?? ""
    return scanner.error(atLine: frame.firstLine + row, "\(id)step \(frame.step): \(problem)")
  }

  static func text(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? String(value)
  }

  func misplaced(_ value: Double, row: Int, _ axis: LAMMPSAxisPlacement) -> MacrostateError {
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
