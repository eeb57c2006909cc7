import Foundation
import MacrostateStorage

/// Observables of one trajectory in a table: a log of LAMMPS, a file of its `fix ave/time` or of GROMACS (`.xvg`), a table
/// with a line of names (CSV or blanks), or a `.npy` array `[frames, k]`.
///
/// A row of text belongs to a time: that of a column `Time` or `t`, or of a column `Step` by the time step, which goes first
/// where it is given. Rows that a log repeats where one run ends and the next begins are left out but for the first. An
/// array has a row for every frame.
///
/// Energies differ by where they come from: LAMMPS's thermo output is per atom in units lj (`thermo_modify norm`), and of
/// all atoms in other units; a column of `fix ave/time` is always of all atoms.
public struct ObservableTable: Sendable {
  /// The file.
  public let url: URL
  /// The names of the k columns.
  public let names: [String]
  /// What a user should know of the columns; nil for nothing.
  let note: String?
  /// The times of the rows, increasing; nil for a row for every frame.
  let times: [Double]?
  /// The rows, `[rows, k]`.
  let values: [Double]
  private let lines: [Int]

  /// The number of rows.
  public var rowCount: Int { names.isEmpty ? 0 : values.count / names.count }

  /// The table in the file at `url`.
  ///
  /// - Parameters:
  ///   - wanted: the columns to take, or the names of those of an array; nil for all but times and steps.
  ///   - timeStep: the time of a step.
  ///   - timeFactor: what the times of the file are multiplied by.
  /// - Throws: `MacrostateError` of kind `missingInput` if it cannot be read; `usage` for columns that are not there; `badData`
  ///   with file and line.
  public init(_ url: URL, names wanted: [String]? = nil, timeStep: Double? = nil, timeFactor: Double = 1) throws {
    self.url = url
    guard try !Self.isArray(url) else {
      let array = try NumPyArray(url)
      try array.requireNumbers()
      guard array.shape.count == 1 || array.shape.count == 2, array.count > 0 else {
        throw MacrostateError(
          .badData, "\(url.path): shape \(array.shape) where observables of one trajectory need [frames, k] or [frames]"
        )
      }
      let width = array.shape.count == 2 ? array.shape[1] : 1
      names = wanted ?? (1...width).map { "observable-\($0)" }
      guard names.count == width else {
        throw MacrostateError(.usage, "\(names.count) names for the \(width) observables of \(url.path)")
      }
      values = try array.doubles()
      (times, lines, note) = (nil, [], nil)
      return
    }
    let table = try TableText(url)
    let clock = try TableClock(table, url, timeStep: timeStep, timeFactor: timeFactor)
    names = try wanted ?? table.blocks[0].names.filter { TableClock.Column($0) == nil }
    guard !names.isEmpty else { throw MacrostateError(.badData, "\(url.path): no columns beside times and steps") }
    var (times, values, lines): ([Double], [Double], [Int]) = ([], [], [])
    for block in table.blocks {
      let columns = try names.map { try Self.column($0, of: block, url) }
      let time = try clock.time(of: block)
      for (row, line) in zip(block.rows, block.lines) {
        if let last = times.last, time(row) <= last {
          // The end of one run is the beginning of the next.
          if time(row) == last { continue }
          throw MacrostateError(
            .badData,
            "\(url.path): line \(line): the time \(time(row)) does not come after \(last); give a table of one run, in the "
              + "order of time")
        }
        times.append(time(row))
        values += columns.map { row[$0] }
        lines.append(line)
      }
    }
    (self.times, self.values, self.lines) = (times, values, lines)
    note = Self.note(table.kind, names)
  }

  /// Whether the file at `url` is an array of NumPy.
  static func isArray(_ url: URL) throws -> Bool {
    let bytes = try ForeignFormat.start(of: url)
    return bytes.starts(with: [0x93] + Array("NUMPY".utf8)) || bytes.starts(with: Array("PK".utf8))
  }

  private static func column(_ name: String, of block: TableText.Block, _ url: URL) throws -> Int {
    guard let column = block.names.firstIndex(of: name) else {
      throw MacrostateError(
        .usage,
        "\(url.path): no column '\(name)'\(Spelling.hint(for: name, among: block.names)) above line "
          + "\(block.lines.first ?? 1); there are \(block.names.joined(separator: ", "))")
    }
    return column
  }

  private static func note(_ kind: TableText.Kind, _ names: [String]) -> String? {
    switch kind {
    case .lammpsLog:
      let energies = names.filter { name in
        ["PotEng", "KinEng", "TotEng", "Enthalpy"].contains(name) || name.hasPrefix("E_")
      }
      return energies.isEmpty
        ? nil
        : "\(energies.joined(separator: ", ")): thermo output of LAMMPS is per atom in units lj (thermo_modify norm), and of "
          + "all atoms in others"
    case .lammpsAverages:
      return "\(names.joined(separator: ", ")): what fix ave/time writes of energies is of all atoms, not per atom"
    case .xvg, .plain: return nil
    }
  }

  /// The k values of a row.
  ///
  /// - Throws: `MacrostateError` of kind `badData` with file and place where one is not finite.
  func row(_ i: Int) throws -> [Double] {
    let row = Array(values[(i * names.count)..<((i + 1) * names.count)])
    if let column = row.firstIndex(where: { !$0.isFinite }) {
      let place = lines.isEmpty ? "row \(i)" : "line \(lines[i])"
      throw MacrostateError(
        .badData, "\(url.path): \(place): '\(names[column])' is \(row[column]); observables must be numbers")
    }
    return row
  }

  /// The row at `time`, and how far the nearest one is where there is none.
  ///
  /// Times agree within 1e-6 of the least distance of rows, or what single precision may have left of the time.
  func row(at time: Double) -> (row: Int?, nearest: Double) {
    guard let times, !times.isEmpty else { return (nil, .nan) }
    var (low, high) = (0, times.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < time { low = middle + 1 } else { high = middle }
    }
    let nearest = low > 0 && time - times[low - 1] < times[low] - time ? low - 1 : low
    let around = [nearest > 0 ? nearest - 1 : nil, nearest + 1 < times.count ? nearest + 1 : nil].compactMap(\.self)
    let gap = around.map { abs(times[$0] - times[nearest]) }.min() ?? max(1, abs(time))
    let tolerance = min(max(1e-6 * gap, 1e-7 * abs(time)), gap / 2)
    return (abs(times[nearest] - time) <= tolerance ? nearest : nil, times[nearest])
  }
}
