import ArgumentParser
import Foundation
import MacrostateKit

/// `macrostate encode`: the closure variables of frames.
struct EncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode", abstract: "Compute the closure variables of the frames of a data set or a file.",
    discussion:
      "Writes a table: trajectory, frame, time, and each closure variable; CSV, or .json and .npy by its name.")

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var runFolder: String

  @Argument(help: "A data set, or a file that import reads.")
  var input: String

  @Option(
    parsing: .unconditional, help: "Time between frames of a file, or of a step of its simulation.",
    transform: positiveNumber)
  var timeStep: Double?

  @Option(name: .shortAndLong, help: "The table: z.csv, z.json or z.npy; - for standard output.")
  var output: String

  @OptionGroup var reading: ReadingArguments
  @OptionGroup var common: CommonOptions

  func run() throws {
    let run = try namedRun(runFolder)
    let url = URL(fileURLWithPath: input)
    let result = try ResultFile(output, keeping: run.ownFiles + [url])
    var options = reading.options
    options.timeStep = timeStep
    let table = try FrameEncoding(TrainedModel(of: run), compute: Compute(threads: common.threads))
      .table(of: url, as: reading.request, options: options, progress: common.progress)
    try table.write(to: result)
    guard !result.isStandardOutput else { return }
    try Results.print("\(output): \(table.rows.count) rows, \(table.columns.count) columns")
  }
}
