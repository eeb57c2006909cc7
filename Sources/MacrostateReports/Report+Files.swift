import Foundation
import MacrostateStorage

extension Report {
  /// The report as one HTML page that needs nothing beside itself, not even a network.
  ///
  /// - Parameter charts: what draws the charts; nil leaves in the place of each what it shows, in words, and how to
  ///   get it drawn.
  public func html(charts: ChartBundle?) -> String {
    HTMLPage(report: withUniqueNames, charts: charts).text
  }

  /// Writes the report into a run's folder, which is made where it is missing: `report.html`, each figure as
  /// `figures/NAME.vl.json`, each table as `tables/NAME.csv`, and `report.json`, from which `init(runFolder:)` reads it
  /// again. Each file appears whole or not at all.
  ///
  /// - Returns: where `report.html` is.
  /// - Throws: `MacrostateError` (`failure`) naming a file that cannot be written.
  @discardableResult
  public func write(to runFolder: URL, charts: ChartBundle? = .locate()) throws -> URL {
    let named = withUniqueNames
    for case .table(let table) in named.sections.flatMap(\.blocks) {
      try Self.write(table.csv, to: runFolder.appending(path: "tables/\(table.name).csv"))
    }
    for figure in named.sections.flatMap(\.blocks).compactMap(\.figure) {
      try Self.write(figure.document.text + "\n", to: runFolder.appending(path: "figures/\(figure.name).vl.json"))
    }
    try Self.write(named.json(), to: Self.jsonFile(in: runFolder))
    let page = runFolder.appending(path: "report.html")
    try Self.write(HTMLPage(report: named, charts: charts).text, to: page)
    return page
  }

  /// The report that `write(to:charts:)` put into a run's folder.
  ///
  /// - Throws: `MacrostateError`: `missingInput` where there is none, `badData` where it cannot be read.
  public init(runFolder: URL) throws {
    let file = Self.jsonFile(in: runFolder)
    guard let data = try? Data(contentsOf: file) else {
      throw MacrostateError(.missingInput, "\(file.path): no report here; has this run been evaluated?")
    }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      self = try decoder.decode(Report.self, from: data)
    } catch {
      throw MacrostateError(
        .badData, "\(file.path): not a report of this version of Macrostate (\(error)); evaluate the run again")
    }
  }

  private static func jsonFile(in runFolder: URL) -> URL { runFolder.appending(path: "report.json") }

  private func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  private static func write(_ text: String, to file: URL) throws {
    try Folder.create(file.deletingLastPathComponent())
    try AtomicFile.write(text, to: file)
  }
}
