import Foundation
import MacrostateStorage

/// A LAMMPS text dump that is read frame by frame.
final class LAMMPSDumpFile: ParticleFile {
  private let scanner: TextScanner
  private let request: ParticleRequest
  private let packer: String?
  private var previousColumns: LAMMPSDumpColumns?
  private var units: String?
  private var frameNumber = 0
  /// The first line of the frame that is being read.
  private var frameLine = 1

  /// Opens the dump at `url`, at the place of a frame.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if it cannot be read.
  init(_ url: URL, _ request: ParticleRequest, from mark: FrameMark?) throws {
    scanner = try TextScanner(url, from: mark.map { ($0.byte, $0.line) })
    frameNumber = mark?.frame ?? 0
    packer = scanner.packer
    self.request = request
  }

  var columnNames: [String] { previousColumns?.others ?? [] }

  var mark: FrameMark { FrameMark(frame: frameNumber, byte: scanner.byteCount, line: scanner.lineNumber) }

  var notes: [String] {
    scanner.lacksLastLineFeed
      ? ["the last line has no line feed; it is taken as whole, but its last number may be cut off"] : []
  }

  func next() throws -> ParticleFrame? {
    var step: Int?
    var time: Double?
    var units: String?
    var atomCount: Int?
    var box: FrameBox?
    var isFirst = true
    while let header = try header(isFirst: isFirst) {
      if isFirst { frameLine = scanner.lineNumber - 1 }
      isFirst = false
      switch header.item {
      case .units:
        try requireNew(units, header.item)
        units = try content()
        self.units = units
      case .time:
        try requireNew(time, header.item)
        time = try number("the time") { Double($0).flatMap { $0.isFinite ? $0 : nil } }
      case .step:
        try requireNew(step, header.item)
        step = try number("the step", Self.count)
      case .atomCount:
        try requireNew(atomCount, header.item)
        atomCount = try number("the number of atoms", Self.count)
      case .box:
        try requireNew(box, header.item)
        box = try FrameBox(flags: header.words, scanner: scanner)
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

  /// A frame that has lost its atoms must not become one with the next.
  private func requireNew<Value>(_ value: Value?, _ item: Item) throws {
    guard value != nil else { return }
    throw scanner.error(
      atLine: scanner.lineNumber - 1,
      "'ITEM: \(item.rawValue)' again, and the frame from line \(frameLine) on has no 'ITEM: ATOMS' yet; the dump is "
        + "damaged: write it again")
  }

  /// The next `ITEM:` line; `nil` at the end of the file, which is right only before a frame. There, blank lines and
  /// comments are passed over.
  private func header(isFirst: Bool) throws -> (item: Item, words: [Substring])? {
    var number = scanner.lineNumber
    var line = try headerLine()
    while isFirst, let text = line, text.isEmpty || text.hasPrefix("#") {
      number = scanner.lineNumber
      line = try headerLine()
    }
    guard let line else {
      guard isFirst else { throw cutOff("its header is not complete") }
      return nil
    }
    let text = line.dropFirst(Self.itemPrefix.count)
    guard line.hasPrefix(Self.itemPrefix),
      let item = Item.allCases.first(where: { text == $0.rawValue || text.hasPrefix($0.rawValue + " ") })
    else {
      let wanted = number == 1 ? "; this is not a text dump of LAMMPS (dump style custom or atom)" : ""
      throw scanner.error(atLine: number, "'\(line.prefix(40))' where a line 'ITEM: …' is needed\(wanted)")
    }
    return (item, text.dropFirst(item.rawValue.count).utf8.split(whereSeparator: \.isBlank).map(Substring.init))
  }

  private static let itemPrefix = "ITEM: "

  /// The next line without blanks at its ends, and without the mark with which editors begin some files.
  private func headerLine() throws -> String? {
    let isFirst = scanner.lineNumber == 1
    return try scanner.line().map { (isFirst ? String($0.trimmingPrefix("\u{FEFF}")) : $0).withoutBlanks }
  }

  private func content() throws -> String {
    guard let line = try scanner.line() else { throw cutOff("its header is not complete") }
    return line.withoutBlanks
  }

  private static func count(_ text: String) -> Int? { Int(text).flatMap { $0 >= 0 ? $0 : nil } }

  private func number<Value>(_ what: String, _ parse: (String) -> Value?) throws -> Value {
    let text = try content()
    guard let value = parse(text) else {
      throw scanner.error(atLine: scanner.lineNumber - 1, "'\(text)' is not \(what)")
    }
    return value
  }

  private func atoms(
    step: Int, time: Double?, box: FrameBox, count: Int, names: [String]
  ) throws -> ParticleFrame {
    let header = scanner.lineNumber - 1
    guard count <= Int32.max else {
      throw scanner.error(
        atLine: header, "a frame of \(count) atoms (step \(step)); there may be \(Int32.max) in a frame")
    }
    let columns = try columns(names, line: header)
    let values = try values(of: columns.table, rows: count, step: step)
    defer { frameNumber += 1 }
    return columns.frame(
      values, names: scanner.names, step: step, time: time, units: units, box: box, timeText: "ITEM: TIME",
      place: FramePlace(url: scanner.url, frame: frameNumber, lines: (frameLine, header + 1), packer: packer))
  }

  private func values(of table: TextColumns, rows count: Int, step: Int) throws -> [Double] {
    let (values, read) = try scanner.table(table, rows: count)
    guard read == count else { throw cutOff("\(read) of its \(count) atoms are there (step \(step))") }
    return values
  }

  /// The columns are nearly always those of the frame before.
  private func columns(_ names: [String], line: Int) throws -> LAMMPSDumpColumns {
    if let previousColumns, previousColumns.table.names == names { return previousColumns }
    do {
      let columns = try LAMMPSDumpColumns(names, request)
      previousColumns = columns
      return columns
    } catch {
      let all = "'\(names.joined(separator: " "))'"
      let command = "dump 1 all custom 100 name.dump id type x y z"
      switch error {
      case .missingAxis(let letter):
        throw scanner.error(
          atLine: line,
          "no column \(letter), \(letter)s, \(letter)u or \(letter)su among \(all); dump the coordinates: \(command)")
      case .doubled(let name):
        throw scanner.error(
          atLine: line,
          "two columns \(name) among \(all), of which one would be passed over; dump each once: \(command)")
      }
    }
  }

  private func cutOff(_ what: String) -> MacrostateError {
    let remedy =
      frameLine > 1
      ? "run LAMMPS again, or keep the whole frames: \(scanner.shellCommand("head -n \(frameLine - 1)")) > whole.dump"
      : "run LAMMPS again"
    return MacrostateError(
      .badData,
      "\(scanner.url.path): the frame from line \(frameLine) on is cut off: \(what); \(remedy)")
  }
}

extension String {
  /// The text without blanks and tabs at its ends. There are nine lines of header a frame, which Foundation's function takes
  /// a tenth of the whole import for.
  fileprivate var withoutBlanks: String {
    guard let first = utf8.firstIndex(where: { !$0.isBlank }), let last = utf8.lastIndex(where: { !$0.isBlank }) else {
      return ""
    }
    return first == startIndex && utf8.index(after: last) == endIndex ? self : String(self[first...last])
  }
}

extension UInt8 {
  /// Whether it is a blank or a tab, in ASCII.
  fileprivate var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}
