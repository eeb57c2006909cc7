import Foundation
import MacrostateStorage

/// A pair potential u(r) as a table, from a file of two columns or a section of a table of LAMMPS.
public struct PotentialTable: Equatable, Sendable {
  /// The distances, increasing.
  public let distances: [Double]
  /// The energies.
  public let energies: [Double]

  /// The most rows of a table: it is kept with the data.
  static let mostRows = 10_000

  /// A table of two rows or more.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that begins with `place` for other tables.
  public init(_ rows: [(r: Double, energy: Double)], place: String) throws {
    guard (2...Self.mostRows).contains(rows.count) else {
      throw MacrostateError(
        .badData, "\(place): a potential needs 2 to \(Self.mostRows) rows of r and u(r), and has \(rows.count)")
    }
    distances = rows.map(\.r)
    energies = rows.map(\.energy)
    for i in rows.indices {
      guard rows[i].r.isFinite, rows[i].energy.isFinite, rows[i].r >= 0, i == 0 || rows[i].r > rows[i - 1].r else {
        throw MacrostateError(
          .badData,
          "\(place): row \(i + 1) of the potential (r = \(rows[i].r), u = \(rows[i].energy)) is not finite, or its r is "
            + "not greater than the one before; correct the table")
      }
    }
  }

  /// The table in the file at `url`; of a table of LAMMPS the section `section`, or the only one.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if there is no such file; `badData` with file and line.
  public init(_ url: URL, section: String) throws {
    let text = String(decoding: try FileContents.bytes(of: url), as: UTF8.self)
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().map {
      PotentialLine(number: $0.offset + 1, $0.element)
    }.filter { !$0.words.isEmpty }
    let isPlain = lines.first.map { $0.numbers.count == $0.words.count } ?? true
    guard isPlain else {
      try self.init(LAMMPSPotentialSection.rows(lines, section, url), place: url.path)
      return
    }
    guard section.isEmpty else {
      throw MacrostateError(.badData, "\(url.path): has no section '\(section)': it is a plain table; leave it out")
    }
    try self.init(
      lines.map { line in
        guard line.numbers.count >= 2 else {
          throw MacrostateError(.badData, "\(url.path):\(line.number): needs two numbers, r and u(r)")
        }
        return (line.numbers[0], line.numbers[1])
      }, place: url.path)
  }

  /// The table as one text, `r u; r u; …`.
  var text: String { zip(distances, energies).map { "\($0) \($1)" }.joined(separator: "; ") }

  /// The table of such a text.
  ///
  /// - Throws: `MacrostateError` of kind `badData`.
  init(text: String) throws {
    try self.init(
      text.split(separator: ";").map { entry in
        let numbers = PotentialLine(number: 1, entry).numbers
        guard numbers.count == 2 else { throw MacrostateError(.badData, "the stored potential has no rows 'r u'") }
        return (numbers[0], numbers[1])
      }, place: "the stored potential")
  }
}

/// A line of a table of a potential, without its comment.
struct PotentialLine {
  let number: Int
  let words: [Substring]
  /// The numbers at its beginning.
  let numbers: [Double]

  init(number: Int, _ text: Substring) {
    self.number = number
    words = text.prefix { $0 != "#" }.split { $0.isWhitespace || $0 == "," }
    var numbers: [Double] = []
    for word in words {
      guard let value = Double(word) else { break }
      numbers.append(value)
    }
    self.numbers = numbers
  }
}

/// A section of a file that LAMMPS's `pair_style table` reads: a keyword; a line `N 500 R 0.5 2.5`; N rows of index, r,
/// energy and force. Where the line says `R` or `RSQ`, r is counted from it, and the column is not used.
enum LAMMPSPotentialSection {
  static func rows(
    _ lines: [PotentialLine], _ section: String, _ url: URL
  ) throws -> [(r: Double, energy: Double)] {
    // A keyword is a line that is followed by one of parameters.
    let starts = lines.indices.filter {
      $0 + 1 < lines.count && lines[$0 + 1].words[0] == "N" && lines[$0].numbers.isEmpty
    }
    let names = starts.map { String(lines[$0].words[0]) }
    let list = names.isEmpty ? "none" : names.joined(separator: ", ")
    guard let chosen = section.isEmpty ? (names.count == 1 ? 0 : nil) : names.firstIndex(of: section) else {
      throw MacrostateError(
        .badData,
        "\(url.path): \(section.isEmpty ? "not one section" : "no section '\(section)'"); the sections (a keyword, then a "
          + "line 'N 500 R 0.5 2.5') are: \(list); choose one with section=NAME, or give two columns r u(r)")
    }
    let header = lines[starts[chosen] + 1]
    func fail(_ line: PotentialLine, _ problem: String) -> MacrostateError {
      MacrostateError(.badData, "\(url.path):\(line.number): \(problem)")
    }
    let (count, distance) = try parameters(header, fail)
    let first = starts[chosen] + 2
    guard count <= lines.count - first else {
      throw fail(header, "\(count) rows are announced, and \(lines.count - first) follow; the table is cut off")
    }
    return try (0..<count).map { i in
      let line = lines[first + i]
      guard line.numbers.count >= 3 else { throw fail(line, "needs index, r, energy and force") }
      return (distance(i) ?? line.numbers[1], line.numbers[2])
    }
  }

  /// The number of rows, and the distance of row i where it is counted.
  private static func parameters(
    _ header: PotentialLine, _ fail: (PotentialLine, String) -> MacrostateError
  ) throws -> (Int, (Int) -> Double?) {
    let words = header.words
    guard words.count > 1, let count = Int(words[1]), (2...PotentialTable.mostRows).contains(count) else {
      throw fail(header, "needs the number of rows, N from 2 to \(PotentialTable.mostRows)")
    }
    if words.contains("BITMAP") { throw fail(header, "a table with BITMAP is not read; write it with R") }
    guard let place = words.firstIndex(where: { $0 == "R" || $0 == "RSQ" }) else { return (count, { _ in nil }) }
    guard place + 2 < words.count, let low = Double(words[place + 1]), let high = Double(words[place + 2]) else {
      throw fail(header, "needs two distances after \(words[place])")
    }
    let steps = Double(count - 1)
    if words[place] == "R" { return (count, { low + (high - low) * Double($0) / steps }) }
    return (count, { (low * low + (high * high - low * low) * Double($0) / steps).squareRoot() })
  }
}
