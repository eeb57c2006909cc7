import ArgumentParser
import Foundation
import MacrostateKit

/// `macrostate inspect`: what is in a data set, a run, or files of trajectories.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a data set, a run or a file of trajectories contains, and check it.",
    discussion: "The files of a data set are compared with their check sums.")

  @Argument(help: "A data set, such as my.dataset, the folder of a run, or files that import reads.")
  var paths: [String]

  @Flag(
    help: "Check all there is: of a data set each trajectory, too; of a run its model, its data and their contents.")
  var verify = false

  @Flag(help: "Read and check all frames of files, not only the first.")
  var allFrames = false

  @Flag(help: "Print one JSON object.")
  var json = false

  @Option(help: "Write a page with charts, too.")
  var html: String?

  @OptionGroup var reading: ReadingArguments
  @OptionGroup var common: CommonOptions

  func run() throws {
    let urls = try ShellPattern.files(paths)
    let pool = WorkerPool(threads: common.threads)
    guard let url = urls.first else { throw ValidationError("name a data set, a run or files") }
    guard Folder.exists(url) || !FileManager.default.fileExists(atPath: url.path) else { return try inspect(urls) }
    guard urls.count == 1 else {
      throw MacrostateError(.usage, "\(url.relativePath) is a folder; look at one data set or run at a time")
    }
    if RunFolder(url).isRun {
      if html != nil {
        throw MacrostateError(.usage, "--html is for data; a run's page is written by macrostate report")
      }
      let run = try RunSummary(RunFolder(url))
      if verify { try run.verify(pool: pool) }
      try show(run, run.text + (verify ? "\nIts model and its data are those that were written and trained on." : ""))
    } else {
      try inspect(Dataset.open(url), pool)
    }
  }

  private func inspect(_ files: [URL]) throws {
    let page = try page(keeping: files)
    let arrays = try files.count == 1 ? InspectedArrays(files[0]) : nil
    if let arrays, !arrays.isTrajectory(as: try reading.request, options: reading.options) {
      return try show(arrays, arrays.text)
    }
    let source = try TrajectoryReaders.open(files, as: reading.request, options: reading.options)
    let kind = try TrajectoryReaders.type(of: files, as: reading.request).kind
    let summary = try SourceSummary(source, kind: kind, allFrames: allFrames)
    try show(summary, [summary.text, arrays?.list, summary.next].compactMap(\.self).joined(separator: "\n"))
    try page?.write(InspectionPage(summary, command: commandLine).report.html(charts: .locate()))
    if !json { for note in summary.notes { common.progress.warn(note) } }
  }

  private func inspect(_ dataset: Dataset, _ pool: WorkerPool) throws {
    let page = try page(keeping: [dataset.url])
    try pool.run(tasks: dataset.shardCount) { shard in
      try dataset.verifyChecksums(ofShard: shard)
      if verify { try dataset.verifyTrajectoryChecksums(ofShard: shard) }
    }
    let summary = DatasetSummary(dataset)
    try show(
      summary,
      summary.text + "\nThe files have the check sums that were written with them"
        + (verify ? ", and so have all trajectories." : "."))
    try page?.write(InspectionPage(dataset, summary, command: commandLine).report.html(charts: .locate()))
    if !json { for warning in summary.warnings { common.progress.warn(warning) } }
  }

  /// The file of the page.
  private func page(keeping inputs: [URL]) throws -> ResultFile? {
    try html.map { try ResultFile($0, keeping: inputs) }
  }

  private func show(_ value: some Encodable, _ text: String) throws {
    try json ? Results.print(json: value) : Results.print(text)
  }
}
