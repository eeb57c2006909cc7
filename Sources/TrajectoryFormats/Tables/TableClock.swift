import Foundation
import MacrostateStorage

/// How the rows of a table get their times.
struct TableClock {
  /// A column that tells when a row was written.
  enum Column {
    case time, step

    /// The meaning of the column called `name`: `Time (ps)`, `t`, `Step`, `TimeStep`; nil for another.
    init?(_ name: String) {
      // Units follow in brackets or behind a slash.
      switch name.lowercased().prefix(while: { !"([/".contains($0) }).trimmingCharacters(in: .whitespaces) {
      case "time", "t": self = .time
      case "step", "steps", "timestep": self = .step
      default: return nil
      }
    }
  }

  private let url: URL
  private let column: Column
  private let factor: Double

  /// The clock of a table: steps by the time step where both are there, else a column of times.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for steps without a time step; `badData` where nothing tells times.
  init(_ table: TableText, _ url: URL, timeStep: Double?, timeFactor: Double) throws {
    self.url = url
    let known = table.blocks[0].names.compactMap { Column($0) }
    if let timeStep, known.contains(.step) {
      (column, factor) = (.step, timeStep)
    } else if known.contains(.time) {
      (column, factor) = (.time, timeFactor)
    } else if known.contains(.step) {
      throw MacrostateError(
        .usage,
        "\(url.path): its rows have steps and no times; add a column of times, or give the time of a step of a "
          + "simulation (--time-step)")
    } else {
      throw MacrostateError(
        .badData,
        "\(url.path): no column 'time' or 'step' among \(table.blocks[0].names.joined(separator: ", ")), so that rows belong "
          + "to no frame; add one")
    }
  }

  /// The time of a row of `block`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where the block lacks the column.
  func time(of block: TableText.Block) throws -> ([Double]) -> Double {
    guard let place = block.names.firstIndex(where: { Column($0) == column }) else {
      throw MacrostateError(
        .badData,
        "\(url.path): the rows from line \(block.lines[0]) on have no column '\(column)', which those before have; print the "
          + "same columns in all runs")
    }
    return { $0[place] * factor }
  }
}
