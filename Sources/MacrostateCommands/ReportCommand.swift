import ArgumentParser
import Foundation
import MacrostateKit

/// `macrostate report`: the page of an evaluated run.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write the report of a run: report.html, tables, figures.")

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var runFolder: String

  func run() throws {
    let page = try RunReport(namedRun(runFolder)).write()
    try Results.print(page.path)
    if let warning = ChartBundle.warning() { Terminal.warn(warning) }
    if ChartBundle.locate() == nil { Terminal.warn("no pictures: \(ChartBundle.remedy)") }
  }
}
