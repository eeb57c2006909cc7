import Foundation
import MacrostateStorage

/// The frames of one LAMMPS text dump, one after the other.
final class LAMMPSDumpReader {
  /// A frame as it stands in the file.
  struct Frame {
    var step: Int
    /// Where the dump has `ITEM: TIME`.
    var time: Double?
    var box: LAMMPSDumpBox
    var columns: LAMMPSDumpColumns
    /// The number n of atoms.
    var atomCount: Int
    /// The line of the first atom.
    var firstLine: Int
    /// `[n, columns.table.width]`.
    var values: [Double]
  }

  let scanner: TextScanner
  private let axes: Int?
  private var previousColumns: LAMMPSDumpColumns?
  /// The first line of the frame that is being read.
  private var frameLine = 1

  /// Opens the dump at `url`.
  ///
  /// - Parameter axes: how many coordinates an atom needs; `nil` for as many as there are.
  /// - Throws: `MacrostateError` of kind `missingInput` if it cannot be read.
  init(_ url: URL, axes: Int?) throws {
    scanner = try TextScanner(url)
    self.axes = axes
  }

  /// The next frame; `nil` at the end of the file.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the line.
  func next() throws -> Frame? {
    frameLine = scanner.lineNumber
    var step: Int?
    var time: Double?
    var atomCount: Int?
    var box: LAMMPSDumpBox?
    while let header = try header(isFirst: step == nil && time == nil) {
      switch header.item {
      case .units: _ = try content()
      case .time: time = try number("the time", Double.init)
      case .step: step = try number("the step", Int.init)
      case .atomCount: atomCount = try number("the number of atoms", Int.init)
      case .box: box = try LAMMPSDumpBox(flags: header.words, scanner: scanner)
      case .atoms:
        guard let step, let atomCount, let box else {
          throw scanner.error(
            atLine: scanner.lineNumber - 1, "atoms before their step, number and box; the dump is damaged")
        }
        return try atoms(step: step, time: time, box: box, count: atomCount, names: header.words.map(String.init))
      }
    }
    return nil
  }

  private enum Item: String, CaseIterable {
    case units = "UNITS"
    case time = "TIME"
    case step = "TIMESTEP"
    case atomCount = "NUMBER OF ATOMS"
    case box = "BOX BOUNDS"
    case atoms = "ATOMS"
  }

  /// The next `ITEM:` line; `nil` at the end of the file, which is right only before a frame.
  private func header(isFirst: Bool) throws -> (item: Item, words: [Substring])? {
    let number = scanner.lineNumber
    guard let line = try scanner.line() else {
      guard isFirst else { throw cutOff("its header is not complete") }
      return nil
    }
    let text = line.trimmingPrefix("ITEM: ")
    guard text.count < line.count,
      let item = Item.allCases.first(where: { text == $0.rawValue || text.hasPrefix($0.rawValue + " ") })
    else {
      let wanted = number == 1 ? "; this is not a text dump of LAMMPS (dump style custom or atom)" : ""
      throw scanner.error(atLine: number, "'\(line.prefix(40))' where a line 'ITEM: …' is needed\(wanted)")
    }
    return (item, text.dropFirst(item.rawValue.count).split(whereSeparator: \.isWhitespace))
  }

  private func content() throws -> String {
    guard let line = try scanner.line() else { throw cutOff("its header is not complete") }
    return line.trimmingCharacters(in: .whitespaces)
  }

  private func number<Value: Comparable & SignedNumeric>(
    _ what: String, _ parse: (String) -> Value?
  ) throws -> Value {
    let text = try content()
    guard let value = parse(text), value >= 0 else {
      throw scanner.error(atLine: scanner.lineNumber - 1, "'\(text)' is not \(what)")
    }
    return value
  }

  private func atoms(
    step: Int, time: Double?, box: LAMMPSDumpBox, count: Int, names: [String]
  ) throws -> Frame {
    let header = scanner.lineNumber - 1
    guard (1...Int(Int32.max)).contains(count) else {
      throw scanner.error(
        atLine: header, "a frame of \(count) atoms (step \(step)); leave empty frames out of the dump")
    }
    let columns = try columns(names, line: header)
    let values = try values(of: columns.table, rows: count, step: step)
    return Frame(
      step: step, time: time, box: box, columns: columns, atomCount: count, firstLine: header + 1, values: values)
  }

  /// The numbers of all atoms. Memory grows with what is there, whatever number of atoms the file claims.
  private func values(of table: TextColumns, rows count: Int, step: Int) throws -> [Double] {
    let chunk = 1 << 20
    var values: [Double] = []
    for start in stride(from: 0, to: count, by: chunk) {
      let wanted = min(chunk, count - start)
      let next = try [Double](unsafeUninitializedCapacity: wanted * table.width) { buffer, initialized in
        initialized = try table.width * scanner.rows(wanted, of: table, into: buffer)
      }
      values = values.isEmpty ? next : values + next
      let read = values.count / table.width
      guard read == start + wanted else {
        throw cutOff("\(read) of its \(count) atoms are there (step \(step))")
      }
    }
    return values
  }

  /// The columns are nearly always those of the frame before.
  private func columns(_ names: [String], line: Int) throws -> LAMMPSDumpColumns {
    if let previousColumns, previousColumns.table.names == names { return previousColumns }
    do {
      let columns = try LAMMPSDumpColumns(names, axes: axes)
      previousColumns = columns
      return columns
    } catch {
      let letter = error.letter
      throw scanner.error(
        atLine: line,
        "no column \(letter), \(letter)s, \(letter)u or \(letter)su among '\(names.joined(separator: " "))'; dump the "
          + "coordinates: dump 1 all custom 100 name.dump id type x y z")
    }
  }

  private func cutOff(_ what: String) -> MacrostateError {
    let remedy =
      frameLine > 1
      ? "run LAMMPS again, or keep the whole frames: head -n \(frameLine - 1) \(scanner.url.lastPathComponent) > whole.dump"
      : "run LAMMPS again"
    return MacrostateError(
      .badData,
      "\(scanner.url.path): the frame from line \(frameLine) on is cut off: \(what); \(remedy)")
  }
}
