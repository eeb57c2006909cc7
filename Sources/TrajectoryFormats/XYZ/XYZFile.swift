import Foundation
import MacrostateStorage
import Microstates

/// An XYZ file that is read frame by frame.
final class XYZFile: ParticleFile {
  private let scanner: TextScanner
  private let request: ParticleRequest
  private var frameNumber: Int
  private(set) var columnNames: [String] = []

  /// Opens the file at `url`, at the place of a frame.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if it cannot be read.
  init(_ url: URL, _ request: ParticleRequest, from mark: FrameMark?) throws {
    scanner = try TextScanner(url, from: mark.map { ($0.byte, $0.line) })
    frameNumber = mark?.frame ?? 0
    self.request = request
  }

  var mark: FrameMark { FrameMark(frame: frameNumber, byte: scanner.byteCount, line: scanner.lineNumber) }

  var notes: [String] {
    scanner.lacksLastLineFeed
      ? ["the last line has no line feed; it is taken as whole, but its last number may be cut off"] : []
  }

  func next() throws -> ParticleFrame? {
    guard let count = try particleCount() else { return nil }
    let first = scanner.lineNumber - 1
    guard let line = try scanner.line() else { throw cutOff(first, "its second line is missing") }
    let comment = XYZComment(line)
    let columns = try columns(comment, count)
    columnNames = columns.others
    let axes = min(request.axes ?? columns.axes, columns.axes)
    guard axes == request.axes ?? axes else {
      throw scanner.error(
        atLine: first + 1, "positions of \(columns.axes) coordinates where --dimension asks for \(request.axes ?? 0)")
    }
    let (text, places) = columns.table(axes: axes, columns: request.columns)
    let values = try values(of: text, rows: count, first)
    defer { frameNumber += 1 }
    let table = ParticleTable(values, width: text.width)
    var frame = ParticleFrame(
      count: count, positions: table, coordinates: Array(repeating: .absolute, count: axes),
      columnsAsWritten: columns.names,
      place: FramePlace(
        url: scanner.url, frame: frameNumber, lines: (first, first + 2), packer: scanner.packer))
    frame.ids = places["=id"].map(table.column)
    frame.labels[.name] = places["=species"].map {
      ParticleLabels(numbers: table.column($0), names: scanner.names, column: "species")
    }
    frame.labels[.type] = places["=type"].map {
      ParticleLabels(numbers: table.column($0), names: nil, column: "type")
    }
    frame.columns = places.filter { !$0.key.hasPrefix("=") }.mapValues(table.column)
    frame.box = try box(comment, line: first + 1)
    frame.step = comment["step", "timestep"].flatMap { Int($0) } ?? Self.stepOfLAMMPS(comment.text)
    frame.time = comment["time"].flatMap { Double($0) }
    return frame
  }

  /// The number of particles of the next frame; nil at the end of the file.
  private func particleCount() throws -> Int? {
    while let line = try scanner.line() {
      let text = line.trimmingCharacters(in: .whitespaces.union(["\u{FEFF}"]))
      if text.isEmpty { continue }
      guard let count = Int(text), (0...Int(Int32.max)).contains(count) else {
        throw scanner.error(
          atLine: scanner.lineNumber - 1,
          "'\(text.prefix(40))' where the number of particles of a frame is needed; the file is damaged, or its frame "
            + "before has more particles than its number says")
      }
      return count
    }
    return nil
  }

  private func columns(_ comment: XYZComment, _ count: Int) throws -> XYZColumns {
    if let properties = comment["properties"] {
      guard let columns = XYZColumns(properties: properties) else {
        throw scanner.error(
          atLine: scanner.lineNumber - 1,
          "Properties=\(properties.prefix(80)): columns are named as in species:S:1:pos:R:3, with one 'pos'")
      }
      return columns
    }
    guard count > 0, let line = try scanner.upcomingLine() else { return XYZColumns(plain: 4) }
    let words = line.split(whereSeparator: \.isWhitespace).count
    guard words >= 4 else {
      throw scanner.error(atLine: scanner.lineNumber, "'\(line.prefix(40))' where 'name x y z' is needed")
    }
    return XYZColumns(plain: words)
  }

  /// The numbers of all particles. Memory grows with what is there, whatever number the file claims.
  private func values(of table: TextColumns, rows count: Int, _ first: Int) throws -> [Double] {
    let (values, read) = try scanner.table(table, rows: count)
    guard read == count else { throw cutOff(first, "\(read) of its \(count) particles are there") }
    return values
  }

  private func box(_ comment: XYZComment, line: Int) throws -> FrameBox? {
    guard let lattice = comment["lattice", "cell"] else { return nil }
    guard let numbers = XYZComment.numbers(lattice), numbers.count == 9 else {
      throw scanner.error(
        atLine: line, "Lattice=\"\(lattice.prefix(80))\": a box has nine numbers, those of its three edges")
    }
    let origin = comment["origin"].flatMap(XYZComment.numbers) ?? [0, 0, 0]
    let flags = comment["pbc"].map(XYZComment.words) ?? ["T", "T", "T"]
    guard origin.count == 3, flags.count == 3 else {
      throw scanner.error(atLine: line, "pbc and Origin have three values each")
    }
    let boundaries: [FrameBox.Boundary] = flags.map {
      ["t", "true", "1"].contains($0.lowercased()) ? .periodic : .open
    }
    let edges = (0..<3).map { Array(numbers[(3 * $0)..<(3 * $0 + 3)]) }
    // Along axes without a box ASE writes edges of no length.
    let isBox = zip(edges, boundaries).contains { $1 == .periodic || $0.contains { $0 != 0 } }
    guard isBox, boundaries.contains(.periodic) else { return nil }
    guard let box = FrameBox(origin: origin, edges: Self.completed(edges), boundaries: boundaries) else {
      throw scanner.error(atLine: line, "Lattice=\"\(lattice.prefix(80))\": the edges hold no volume")
    }
    return box
  }

  /// The edges, of length 1 along axes that have none.
  private static func completed(_ edges: [[Double]]) -> [[Double]] {
    edges.indices.map { i in
      edges[i].allSatisfy { $0 == 0 } ? (0..<3).map { $0 == i ? 1 : 0 } : edges[i]
    }
  }

  /// The step in a comment of LAMMPS's own: `Atoms. Timestep: 100`.
  private static func stepOfLAMMPS(_ comment: String) -> Int? {
    guard let match = comment.firstMatch(of: /Timestep:\s*([0-9]+)/) else { return nil }
    return Int(match.1)
  }

  private func cutOff(_ first: Int, _ what: String) -> MacrostateError {
    let remedy =
      first > 1
      ? "write it again, or keep the whole frames: \(scanner.shellCommand("head -n \(first - 1)")) > whole.xyz"
      : "write it again"
    return MacrostateError(
      .badData, "\(scanner.url.path): the frame from line \(first) on is cut off: \(what); \(remedy)")
  }
}
