import Foundation
import MacrostateStorage

/// A table of numbers with named columns, as commands write it: CSV, JSON or `.npy`, by the name of the file.
public struct NumberTable: Sendable {
  /// The names of the columns.
  public var columns: [String]
  /// The rows, each with a number for every column.
  public var rows: [[Double]]

  /// A table.
  public init(columns: [String], rows: [[Double]]) {
    self.columns = columns
    self.rows = rows
  }

  /// The table as comma-separated values, whole numbers without a point.
  public var csv: String { CSVText.lines([columns] + rows.map { $0.map { "\($0)" } }) }

  /// One JSON object: an array of numbers for each column.
  private var json: String {
    get throws {
      var object: [String: [Double]] = [:]
      for (place, name) in columns.enumerated() { object[name] = rows.map { $0[place] } }
      return try JSONFile.text(object)
    }
  }

  /// Writes the table: `[rows, columns]` of 64 bits to a file that ends in `.npy`, an object of columns to one that ends in
  /// `.json`, else comma-separated values.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if it cannot be written.
  public func write(to result: ResultFile) throws {
    switch URL(fileURLWithPath: result.path).pathExtension {
    case "npy": try result.write(NumPyFile.bytes(rows.flatMap(\.self), shape: [rows.count, columns.count]))
    case "json": try result.write(json)
    default: try result.write(csv)
    }
  }
}
