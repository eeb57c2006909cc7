import ArgumentParser
import Foundation
import MacrostateKit

/// `macrostate evaluate`: predictions against the truth.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Compare a run's predictions with test data.")

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var runFolder: String

  @Option(name: .customLong("data"), help: "A test data set: regime=path. May be repeated; default: the run's own.")
  var data: [String] = []

  @Flag(help: "Print one JSON object instead of the table.")
  var json = false

  @OptionGroup var common: CommonOptions

  func run() throws {
    var tests: [String: String] = [:]
    for item in data {
      let parts = item.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw ValidationError("--data \(item): write regime=path, such as test=x.dataset") }
      tests[parts[0]] = parts[1]
    }
    let progress = common.progress
    let threads = common.threads > 0 ? common.threads : nil
    let result = try RunEvaluation(RunFolder(URL(fileURLWithPath: runFolder)), threads: threads)
      .run(tests: tests, progress: progress)
    for warning in result.warnings { progress.warn(warning) }
    let table = ErrorTable(result)
    print(json ? try JSONFile.text(table.summary) : table.text, terminator: json ? "" : "\n")
  }
}
