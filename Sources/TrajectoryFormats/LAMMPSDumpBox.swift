import MacrostateStorage
import Microstates

/// The box of a frame of a LAMMPS dump: bounds and boundaries of x, y and z.
struct LAMMPSDumpBox: Equatable, Sendable {
  /// How an axis ends.
  enum Boundary: Equatable, Sendable {
    /// `p`.
    case periodic
    /// `f`: walls that do not move.
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

  static func == (a: LAMMPSDumpBox, b: LAMMPSDumpBox) -> Bool { a.differingAxis(from: b, axes: 3) == nil }

  /// The first of `axes` axes that is not the same in both boxes; the bounds of an open axis may differ.
  func differingAxis(from other: LAMMPSDumpBox, axes: Int) -> Int? {
    (0..<axes).first { axis in
      guard boundaries[axis] == other.boundaries[axis] else { return true }
      if boundaries[axis] == .open { return false }
      // Bounds are written with 17 digits by some versions, with 6 by others.
      let tolerance = 1e-9 * (bounds[axis].high - bounds[axis].low)
      return abs(bounds[axis].low - other.bounds[axis].low) > tolerance
        || abs(bounds[axis].high - other.bounds[axis].high) > tolerance
    }
  }

  /// The box of the store in `dimension` dimensions; `nil` where no axis has an end.
  func simulationBox(dimension: Int) -> SimulationBox? {
    guard boundaries[..<dimension].contains(where: { $0 != .open }) else { return nil }
    return SimulationBox(
      origin: bounds[..<dimension].map(\.low), lengths: bounds[..<dimension].map { $0.high - $0.low },
      boundaries: boundaries[..<dimension].map(\.stored))
  }

  /// The bounds of an axis for people.
  func text(axis: Int) -> String { "\(bounds[axis].low) … \(bounds[axis].high)" }
}

extension LAMMPSDumpBox {
  /// The box after `ITEM: BOX BOUNDS flags`, from the lines of bounds that follow.
  ///
  /// - Throws: what `error` makes of a problem, at the line that has it.
  init(flags: [Substring], scanner: TextScanner) throws {
    let header = scanner.lineNumber - 1
    guard !flags.contains(where: { ["xy", "xz", "yz", "abc"].contains($0) }) else {
      throw scanner.error(
        atLine: header,
        "a triclinic box; Macrostate needs a box with axes along those of space: use an orthogonal box (in LAMMPS, "
          + "change_box all ortho where the tilt is 0)")
    }
    guard flags.isEmpty || flags.count == 3 else {
      throw scanner.error(atLine: header, "the box has boundaries \(flags.joined(separator: " ")), not three")
    }
    boundaries = flags.isEmpty ? Array(repeating: .open, count: 3) : flags.map(Self.boundary)
    bounds = []
    for _ in 0..<3 {
      let number = scanner.lineNumber
      let line = try scanner.line() ?? ""
      let values = line.split(whereSeparator: \.isWhitespace).map { Double($0) ?? .nan }
      guard values.count == 2, values.allSatisfy(\.isFinite), values[0] < values[1] else {
        throw scanner.error(atLine: number, "'\(line)' is not the bounds of a box; the dump is damaged or cut off")
      }
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
