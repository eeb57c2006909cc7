import MacrostateStorage
import Microstates

/// The box of a frame of a LAMMPS dump: bounds, boundaries and tilt.
struct LAMMPSDumpBox: Sendable {
  /// How an axis ends.
  enum Boundary: String, Sendable {
    /// `p`.
    case periodic
    /// `f`: walls.
    case fixed
    /// `s`, `m`, or unknown: bounds that follow the atoms.
    case open

    /// The same boundary of a box of the store.
    var stored: SimulationBox.Boundary {
      switch self {
      case .periodic: .periodic
      case .fixed: .reflecting
      case .open: .open
      }
    }
  }

  /// A box whose edges are not along the axes.
  struct Tilt: Sendable {
    var origin: [Double]
    /// The edges a, b and c.
    var edges: [[Double]]
  }

  /// The least and the greatest coordinate of the box along each axis.
  var bounds: [(low: Double, high: Double)]
  /// The edges of a tilted box; `nil` for an orthogonal one.
  var tilt: Tilt?
  var boundaries: [Boundary]
  /// Whether the dump says how the axes end; without a word they are taken to be open.
  var saysBoundaries: Bool

  /// The first of `axes` axes along which both boxes have other boundaries.
  func axisOfOtherBoundary(from other: LAMMPSDumpBox, axes: Int) -> Int? {
    (0..<axes).first { boundaries[$0] != other.boundaries[$0] }
  }

  /// Whether an edge along `axes` axes differs from that of `other`; the bounds of an open axis may differ, and a box may
  /// move.
  func hasOtherEdges(than other: LAMMPSDumpBox, axes: Int) -> Bool {
    // Bounds are written with 17 digits by some versions, with 6 by others.
    if tilt != nil || other.tilt != nil {
      let (mine, others) = (edges, other.edges)
      return (0..<axes).contains { i in
        let size = 1e-9 * (0..<3).reduce(0) { max($0, abs(mine[i][$1]), abs(other.bounds[$1].low)) }
        return (0..<3).contains { abs(mine[i][$0] - others[i][$0]) > size }
      }
    }
    return (0..<axes).contains { axis in
      boundaries[axis] != .open
        && abs(length(axis) - other.length(axis)) > 1e-9 * max(length(axis), abs(other.bounds[axis].low))
    }
  }

  /// The edges a, b and c, of an orthogonal box, too.
  private var edges: [[Double]] {
    tilt?.edges ?? (0..<3).map { i in (0..<3).map { $0 == i ? length(i) : 0 } }
  }

  /// Whether edges of the first `axes` axes leave their space, or others reach into it.
  func leansOut(of axes: Int) -> Bool {
    guard let tilt else { return false }
    return (0..<3).contains { i in (0..<3).contains { (i < axes) != ($0 < axes) && tilt.edges[i][$0] != 0 } }
  }

  /// The edge along an axis.
  func length(_ axis: Int) -> Double { bounds[axis].high - bounds[axis].low }

  /// The box of the store in `dimension` dimensions; `nil` where no edge has an end.
  func simulationBox(dimension: Int) -> SimulationBox? {
    boundaries[..<dimension].allSatisfy { $0 == .open } ? nil : wholeBox(dimension: dimension)
  }

  /// The box of the store in `dimension` dimensions, whatever is at its ends.
  func wholeBox(dimension: Int) -> SimulationBox {
    let ends = boundaries[..<dimension].map(\.stored)
    guard let tilt else {
      return SimulationBox(
        origin: bounds[..<dimension].map(\.low), lengths: (0..<dimension).map(length), boundaries: ends)
    }
    return SimulationBox(
      origin: Array(tilt.origin[..<dimension]), edges: tilt.edges[..<dimension].map { Array($0[..<dimension]) },
      boundaries: ends)
  }

  /// The bounds of an axis for people.
  func text(axis: Int) -> String { "\(bounds[axis].low) … \(bounds[axis].high)" }
}

extension LAMMPSDumpBox {
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
  private static func restricted(_ rows: [[Double]]) -> Tilt {
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
