import ArgumentParser
import Foundation
import MacrostateKit

/// `macrostate inspect`: what is in a data set.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a data set contains, and check it.")

  @Argument(help: "A data set, such as my.dataset.")
  var dataset: String

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup var common: CommonOptions

  func run() throws {
    let pool = WorkerPool(threads: common.threads)
    let dataset = try Dataset.open(URL(fileURLWithPath: dataset))
    try pool.run(tasks: dataset.shardCount) { try dataset.verifyChecksums(ofShard: $0) }
    let summary = DatasetSummary(dataset)
    if json {
      print(try JSONFile.text(summary), terminator: "")
    } else {
      print(summary.text)
      print("The files have the check sums that were written with them.")
      for warning in summary.warnings { common.progress.warn(warning) }
    }
  }
}
