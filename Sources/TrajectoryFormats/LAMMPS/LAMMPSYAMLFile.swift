import Foundation
import MacrostateStorage

/// A dump of style yaml that is read frame by frame. LAMMPS writes each list on a line of its own, which is what is read:
/// a frame need never be in memory as a tree.
final class LAMMPSYAMLFile: ParticleFile {
  private let scanner: TextScanner
  private let request: ParticleRequest
  private var frameNumber: Int
  private(set) var columnNames: [String] = []
  private var names: [String] = []

  init(_ url: URL, _ request: ParticleRequest, from mark: FrameMark?) throws {
    scanner = try TextScanner(url, from: mark.map { ($0.byte, $0.line) })
    frameNumber = mark?.frame ?? 0
    self.request = request
  }

  var mark: FrameMark { FrameMark(frame: frameNumber, byte: scanner.byteCount, line: scanner.lineNumber) }

  /// What stands in the head of a document.
  private struct Head {
    var step: Int?
    var time: Double?
    var units: String?
    var count: Int?
    var boundary: [String] = []
    var box: [[Double]] = []
    var keywords: [String] = []
  }

  func next() throws -> ParticleFrame? {
    var first = scanner.lineNumber
    var head = Head()
    var isWithin = false
    var section = ""
    while let line = try scanner.line() {
      let text = line.trimmingCharacters(in: .whitespaces)
      if text.isEmpty || text == "..." || text.hasPrefix("#") { continue }
      if text == "---" {
        guard !isWithin else { throw cutOff(first, "another document begins, and it has no data") }
        (isWithin, first) = (true, scanner.lineNumber - 1)
        continue
      }
      if text == "data:" { return try frame(head, first) }
      if text.hasPrefix("- "), section == "box" {
        let values = Self.items(text.dropFirst(2)).map { Double($0) ?? .nan }
        head.box.append(values)
        continue
      }
      let parts = text.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      // Items of lists that are not read, such as those of thermo.
      guard line.first?.isWhitespace != true, let key = parts.first else { continue }
      section = key
      try read(key, parts.count > 1 ? parts[1] : "", &head)
    }
    guard !isWithin else { throw cutOff(first, "it has no data") }
    return nil
  }

  private func read(_ key: String, _ value: String, _ head: inout Head) throws {
    func number<Value>(_ parse: (String) -> Value?) throws -> Value {
      guard let number = parse(value) else {
        throw scanner.error(atLine: scanner.lineNumber - 1, "'\(value.prefix(40))' is no value of \(key)")
      }
      return number
    }
    switch key {
    case "timestep": head.step = try number { Int($0) }
    case "time": head.time = try number { Double($0).flatMap { $0.isFinite ? $0 : nil } }
    case "units": head.units = value
    case "natoms": head.count = try number { Int($0).flatMap { (0...Int(Int32.max)).contains($0) ? $0 : nil } }
    case "boundary": head.boundary = Self.items(value)
    case "keywords": head.keywords = Self.items(value)
    default: break
    }
  }

  /// The words of a list such as `[ 1, Ar, 0.5, ]`.
  private static func items(_ text: some StringProtocol) -> [String] {
    String(text).split { (letter: Character) in "[], \t".contains(letter) }.map(String.init)
  }

  private func frame(_ head: Head, _ first: Int) throws -> ParticleFrame {
    guard let step = head.step, let count = head.count, !head.keywords.isEmpty else {
      throw scanner.error(
        atLine: scanner.lineNumber - 1, "data before timestep, natoms and keywords; the dump is damaged")
    }
    let firstRow = scanner.lineNumber
    let columns: LAMMPSDumpColumns
    do {
      columns = try LAMMPSDumpColumns(head.keywords, request)
    } catch {
      throw scanner.error(
        atLine: firstRow - 1,
        "no coordinates, or a column twice, among '\(head.keywords.joined(separator: " "))'; dump id type x y z")
    }
    columnNames = columns.others
    let values = try rows(count, columns.table, first)
    guard try scanner.line()?.trimmingCharacters(in: .whitespaces) == "..." else {
      throw cutOff(first, "the line '...' that ends it is missing")
    }
    defer { frameNumber += 1 }
    return columns.frame(
      values, names: names, step: step, time: head.time, units: head.units, box: try box(head, first), timeText: "time",
      place: FramePlace(
        url: scanner.url, frame: frameNumber, lines: (first, firstRow), packer: scanner.packer))
  }

  private func rows(_ count: Int, _ table: TextColumns, _ first: Int) throws -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(min(count, 1 << 20) * table.width)
    var row = [Double](repeating: 0, count: table.width)
    for read in 0..<count {
      guard let line = try scanner.line()?.trimmingCharacters(in: .whitespaces), line.hasPrefix("- ") else {
        throw cutOff(first, "\(read) of its \(count) atoms are there")
      }
      let words = Self.items(line.dropFirst(2))
      guard words.count == table.names.count, table.read(words, into: &row, names: &names) else {
        throw scanner.error(
          atLine: scanner.lineNumber - 1,
          "'\(line.prefix(60))' is no row of the columns \(table.names.joined(separator: " ")); the dump is damaged")
      }
      values += row
    }
    return values
  }

  private func box(_ head: Head, _ first: Int) throws -> FrameBox {
    let bad = scanner.error(atLine: first, "the box of this frame has no three bounds, or holds no volume")
    guard head.box.count >= 3, head.box[..<3].allSatisfy({ $0.count >= 2 && $0[0] < $0[1] }) else { throw bad }
    // Both ends of each axis have a letter.
    let ends = stride(from: 0, to: min(6, head.boundary.count - 1), by: 2).map { place in
      head.boundary[place] == "p" ? FrameBox.Boundary.periodic : head.boundary[place] == "f" ? .fixed : .open
    }
    let tilts = head.box.count > 3 && head.box[3].count == 3 ? head.box[3] : [0, 0, 0]
    // As in text dumps, bounds are those of the corners.
    let tilt = FrameBox.restricted(zip(head.box, tilts).map { Array($0.prefix(2)) + [$1] })
    guard let box = FrameBox(origin: tilt.origin, edges: tilt.edges, boundaries: ends.count == 3 ? ends : nil)
    else { throw bad }
    return box
  }

  private func cutOff(_ first: Int, _ what: String) -> MacrostateError {
    MacrostateError(
      .badData, "\(scanner.url.path): the frame from line \(first) on is cut off: \(what); run LAMMPS again")
  }
}
