import ArgumentParser
import Foundation
import MacrostateKit

/// `macrostate inspect`: what is in a data set, a run, or a file of trajectories.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a data set, a run or a file of trajectories contains, and check it.",
    discussion: "The files of a data set are compared with their check sums.")

  @Argument(help: "A data set, such as my.dataset, the folder of a run, a NumPy array or a dump of LAMMPS.")
  var path: String

  @Flag(
    help: "Check all there is: of a data set each trajectory, too; of a run its model, its data and their contents.")
  var verify = false

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup var common: CommonOptions

  func run() throws {
    let url = URL(fileURLWithPath: path)
    let pool = WorkerPool(threads: common.threads)
    if !Folder.exists(url), FileManager.default.fileExists(atPath: url.path) {
      let file = try InspectedFile(url)
      try show(file, file.text)
    } else if RunFolder(url).isRun {
      let run = try RunSummary(RunFolder(url))
      if verify { try run.verify(pool: pool) }
      try show(run, run.text + (verify ? "\nIts model and its data are those that were written and trained on." : ""))
    } else {
      try inspect(Dataset.open(url), pool)
    }
  }

  private func inspect(_ dataset: Dataset, _ pool: WorkerPool) throws {
    try pool.run(tasks: dataset.shardCount) { shard in
      try dataset.verifyChecksums(ofShard: shard)
      if verify { try dataset.verifyTrajectoryChecksums(ofShard: shard) }
    }
    let summary = DatasetSummary(dataset)
    try show(
      summary,
      summary.text + "\nThe files have the check sums that were written with them"
        + (verify ? ", and so have all trajectories." : "."))
    if !json { for warning in summary.warnings { common.progress.warn(warning) } }
  }

  private func show(_ value: some Encodable, _ text: String) throws {
    try json ? Results.print(json: value) : Results.print(text)
  }
}
