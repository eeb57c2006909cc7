import MacrostateStorage

/// A table of the report; in `tables/NAME.csv` its numbers stand in full.
public struct ReportTable: Codable, Equatable, Sendable {
  /// The content of a cell.
  public enum Cell: Codable, Equatable, Sendable {
    /// Words.
    case text(String)
    /// A measured number; the page shows three significant digits.
    case number(Double)
    /// A count.
    case integer(Int)
    /// Nothing to say here, such as an encoder that cannot take another n: `N/A`.
    case notAvailable
    /// Nothing belongs here, such as a published value where none was published.
    case empty
  }

  /// The name of its file, `tables/NAME.csv`.
  public var name: String
  /// The title: what the table shows.
  public var title: String
  /// The heads of the columns. The first column names the rows.
  public var columns: [String]
  /// The rows, each as long as `columns`; a shorter one ends in empty cells.
  public var rows: [[Cell]]
  /// The words below the table: symbols, units, what was averaged over what.
  public var note: String

  /// The table `title` with its rows.
  public init(name: String, title: String, columns: [String], rows: [[Cell]], note: String = "") {
    self.name = name
    self.title = title
    self.columns = columns
    self.rows = rows
    self.note = note
  }

  /// The table as comma-separated values (RFC 4180): one line of heads, numbers as Swift and Python read them.
  public var csv: String {
    CSVText.lines([columns] + rows.map { $0.map(Self.csvField) })
  }

  /// Whether a column holds numbers only, and so is set flush right.
  func isNumeric(column: Int) -> Bool {
    rows.contains { $0.indices.contains(column) && ![.notAvailable, .empty].contains($0[column]) }
      && rows.allSatisfy { row in
        guard row.indices.contains(column), case .text = row[column] else { return true }
        return false
      }
  }

  private static func csvField(_ cell: Cell) -> String {
    switch cell {
    case .text(let text): text
    case .number(let number): number.description
    case .integer(let integer): integer.description
    case .notAvailable, .empty: ""
    }
  }
}

extension ReportTable.Cell {
  /// The cell as the page shows it.
  var shown: String {
    switch self {
    case .text(let text): text
    case .number(let number): NumberText.short(number)
    case .integer(let integer): NumberText.grouped(integer)
    case .notAvailable: "N/A"
    case .empty: ""
    }
  }
}
