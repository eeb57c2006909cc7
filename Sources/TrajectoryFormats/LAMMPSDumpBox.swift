import MacrostateStorage
import Microstates

/// The box of a frame of a LAMMPS dump: bounds and boundaries of x, y and z.
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

  /// The least and the greatest coordinate of the box along each axis.
  var bounds: [(low: Double, high: Double)]
  var boundaries: [Boundary]
  /// Whether the dump says how the axes end; without a word they are taken to be open.
  var saysBoundaries: Bool

  /// The first of `axes` axes along which both boxes differ in their boundary or length.
  ///
  /// The bounds of an open axis may differ, and a box may move.
  func differingAxis(from other: LAMMPSDumpBox, axes: Int) -> Int? {
    (0..<axes).first { axis in
      guard boundaries[axis] == other.boundaries[axis] else { return true }
      // Bounds are written with 17 digits by some versions, with 6 by others.
      return boundaries[axis] != .open
        && abs(length(axis) - other.length(axis)) > 1e-9 * max(length(axis), abs(other.bounds[axis].low))
    }
  }

  /// The edge along an axis.
  func length(_ axis: Int) -> Double { bounds[axis].high - bounds[axis].low }

  /// The box of the store in `dimension` dimensions; `nil` where no axis has an end.
  func simulationBox(dimension: Int) -> SimulationBox? {
    guard boundaries[..<dimension].contains(where: { $0 != .open }) else { return nil }
    return SimulationBox(
      origin: bounds[..<dimension].map(\.low), lengths: (0..<dimension).map(length),
      boundaries: boundaries[..<dimension].map(\.stored))
  }

  /// The bounds of an axis for people.
  func text(axis: Int) -> String { "\(bounds[axis].low) … \(bounds[axis].high)" }
}

extension LAMMPSDumpBox {
  /// The box after `ITEM: BOX BOUNDS flags`, from the lines of bounds that follow.
  ///
  /// With the flags `xy xz yz` each line ends with a tilt, with `abc origin` it is a vector of the box and a coordinate
  /// of its corner: such a box is read where its axes are along those of space.
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
    for axis in 0..<3 {
      let number = scanner.lineNumber
      let line = try scanner.line() ?? ""
      var values = line.split(whereSeparator: \.isWhitespace).map { Double($0) ?? .nan }
      func bad(_ problem: String) -> MacrostateError { scanner.error(atLine: number, "'\(line)' \(problem)") }
      let damage = "is not the bounds of a box; the dump is damaged or cut off"
      guard values.count == (isGeneral ? 4 : isTilted ? 3 : 2), values.allSatisfy(\.isFinite) else { throw bad(damage) }
      var slants = isTilted ? [values[2]] : []
      if isGeneral {
        slants = (0..<3).filter { $0 != axis }.map { values[$0] }
        values = [values[3], values[3] + values[axis]]
      }
      guard slants.allSatisfy({ $0 == 0 }) else {
        throw bad(
          "is of a triclinic box; Macrostate needs a box with axes along those of space: use an orthogonal box (in "
            + "LAMMPS, change_box all ortho where the tilt is 0)")
      }
      guard values[0] < values[1], (values[1] - values[0]).isFinite else { throw bad(damage) }
      bounds.append((values[0], values[1]))
    }
  }

  private static func boundary(_ flag: Substring) -> Boundary {
    switch flag {
    case "pp": .periodic
    case "ff", "f": .fixed
    default: .open
    }
  }
}
