import MacrostateStorage
import Microstates

extension FrameBox {
  /// The box after `ITEM: BOX BOUNDS flags`, from the lines of bounds that follow.
  ///
  /// With the flags `xy xz yz` the bounds are those of the corners and each line ends with a tilt, with `abc origin` it is
  /// an edge and a coordinate of the corner from which the edges begin.
  ///
  /// - Throws: what `error` makes of a problem, at the line that has it.
  init(flags: [Substring], scanner: TextScanner) throws {
    let header = scanner.lineNumber - 1
    let isTilted = flags.starts(with: ["xy", "xz", "yz"])
    let isGeneral = flags.starts(with: ["abc", "origin"])
    let ends = flags.dropFirst(isTilted ? 3 : isGeneral ? 2 : 0)
    guard ends.isEmpty || ends.count == 3 else {
      throw scanner.error(atLine: header, "the box has boundaries \(flags.joined(separator: " ")), not three")
    }
    saysBoundaries = !ends.isEmpty
    boundaries = ends.isEmpty ? Array(repeating: .open, count: 3) : ends.map(Self.boundary)
    bounds = []
    var rows: [[Double]] = []
    for axis in 0..<3 {
      let number = scanner.lineNumber
      let line = try scanner.line() ?? ""
      let values = line.split(whereSeparator: \.isWhitespace).map { Double($0) ?? .nan }
      let (low, high) =
        isGeneral
        ? (values.last ?? 0, (values.last ?? 0) + (values.dropFirst(axis).first ?? 0))
        : (values.first ?? 0, values.dropFirst().first ?? 0)
      guard values.count == (isGeneral ? 4 : isTilted ? 3 : 2), values.allSatisfy(\.isFinite),
        isGeneral || low < high, (high - low).isFinite
      else {
        throw scanner.error(
          atLine: number, "'\(line)' is not the bounds of a box; the dump is damaged or cut off")
      }
      bounds.append((low, high))
      rows.append(values)
    }
    let tilt = isGeneral ? Self.general(rows) : isTilted ? Self.restricted(rows) : nil
    guard let tilt else { return }
    let box = SimulationBox(origin: tilt.origin, edges: tilt.edges, boundaries: boundaries.map(\.stored))
    // Bounds are those of the corners: less the tilts, an edge may be none.
    guard isGeneral || (0..<3).allSatisfy({ tilt.edges[$0][$0] > 0 }),
      box.lengths.allSatisfy({ $0 > 0 && $0.isFinite }), box.volume > 1e-9 * box.lengths.reduce(1, *)
    else {
      throw scanner.error(
        atLine: header + 1, "the edges of the box \(tilt.edges) hold no volume; the dump is damaged")
    }
    if box.isTilted { self.tilt = tilt }
    bounds = (0..<3).map(box.bounds)
  }

  /// The box of bounds of the corners, each with a tilt: xy, xz, yz.
  static func restricted(_ rows: [[Double]]) -> Tilt {
    let (xy, xz, yz) = (rows[0][2], rows[1][2], rows[2][2])
    let low = [rows[0][0] - min(0, xy, xz, xy + xz), rows[1][0] - min(0, yz), rows[2][0]]
    let high = [rows[0][1] - max(0, xy, xz, xy + xz), rows[1][1] - max(0, yz), rows[2][1]]
    return Tilt(
      origin: low, edges: [[high[0] - low[0], 0, 0], [xy, high[1] - low[1], 0], [xz, yz, high[2] - low[2]]])
  }

  /// The box of edges, each with a coordinate of the corner.
  private static func general(_ rows: [[Double]]) -> Tilt {
    Tilt(origin: rows.map { $0[3] }, edges: rows.map { Array($0[..<3]) })
  }

  private static func boundary(_ flag: Substring) -> Boundary {
    switch flag {
    case "pp": .periodic
    case "ff", "f": .fixed
    default: .open
    }
  }
}
