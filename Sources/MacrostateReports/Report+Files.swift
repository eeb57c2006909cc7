import Foundation
import MacrostateStorage

extension Report {
  /// The report as one HTML page that needs nothing beside itself, not even a network.
  ///
  /// - Parameter charts: what draws the charts; nil leaves in the place of each what it shows, in words, and how to
  ///   get it drawn.
  public func html(charts: ChartBundle?) -> String {
    HTMLPage(report: named, charts: charts).text
  }

  /// Writes the report into a run's folder, which is made where it is missing: `report.html`, each figure as
  /// `figures/NAME.vl.json`, and each table as `tables/NAME.csv`. Each file appears whole or not at all.
  ///
  /// - Returns: where `report.html` is.
  /// - Throws: `MacrostateError` (`failure`) naming a file that cannot be written.
  @discardableResult
  public func write(to runFolder: URL, charts: ChartBundle? = .locate()) throws -> URL {
    let report = named
    for case .table(let table) in report.sections.flatMap(\.blocks) {
      try Self.write(table.csv, to: runFolder.appending(path: "tables/\(table.name).csv"))
    }
    for figure in report.figures {
      try Self.write(figure.document.text + "\n", to: runFolder.appending(path: "figures/\(figure.name).vl.json"))
    }
    let page = runFolder.appending(path: "report.html")
    try Self.write(HTMLPage(report: report, charts: charts).text, to: page)
    return page
  }

  private static func write(_ text: String, to file: URL) throws {
    try Folder.create(file.deletingLastPathComponent())
    try AtomicFile.write(text, to: file)
  }
}
