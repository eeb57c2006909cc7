import ArgumentParser
import Foundation
import MacrostateKit

/// `macrostate export`: a data set in a format that other programs read.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a data set as files for Python, OVITO, VMD and others.",
    discussion: """
      The name of the output tells the format: .npz is one file of NumPy arrays, which import reads; .xyz is extended XYZ, \
      a file for each trajectory where there are several: x-0000.xyz, x-0001.xyz.
      """)

  @Argument(help: "The data set.")
  var dataset: String

  @Option(name: .shortAndLong, help: "The file: x.npz or x.xyz.")
  var output: String

  @Option(
    parsing: .unconditional, help: "The number of the only trajectory to write.",
    transform: wholeNumber(0...NumberLimit.trajectories.upperBound))
  var trajectory: Int?

  @OptionGroup var common: CommonOptions

  func run() throws {
    let dataset = try Dataset.open(URL(fileURLWithPath: dataset))
    let export = try DatasetExport(dataset, trajectory: trajectory)
    let files = try export.write(to: URL(fileURLWithPath: output)) { done, total in
      common.progress.update("export", done: done, of: total, note: "")
    }
    let more = files.count > 1 ? " and \(files.count - 1) more" : ""
    try Results.print("\(files.first?.relativePath ?? output)\(more): \(export.frameCount) frames")
  }
}
