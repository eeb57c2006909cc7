import ArgumentParser
import Foundation
import MacrostateKit
import PaperReproduction

/// `macrostate demo`: the main job on built-in data.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Simulate interacting particles, learn their dynamics, and report.",
    discussion: """
      Under two minutes on two cores. With --paper-scale the paper's amount of data: under a quarter of an hour, and \
      10 GB of disk. The same command carries on after a stop.
      """)

  @Flag(help: "10 000 training trajectories and 1000 in each test, as in the paper.")
  var paperScale = false

  @Option(parsing: .unconditional, help: "Seed of the data and of the training.", transform: seedNumber)
  var seed: UInt64 = 0

  @Option(name: .shortAndLong, help: "The run's folder; default runs/demo, or runs/paper-<seed>.")
  var output: String?

  @Flag(help: "Train anew, or carry on a training that was begun so and stopped; data that are there are kept.")
  var restart = false

  @Flag(help: "Print one JSON object instead of the table.")
  var json = false

  @OptionGroup var common: CommonOptions
  @OptionGroup var limit: WallTimeOption

  func run() throws {
    let path = output ?? (paperScale ? "runs/paper-\(seed)" : "runs/demo")
    let outcome = try ParticleStudy(
      paperScale ? .paper : .demo, seed: seed, folder: namedRun(path).url, threads: common.threads,
      command: commandLine, stop: limit.installStopFlag(), progress: common.progress
    ).run(restart: restart)
    let table = ErrorTable(outcome.result)
    if json {
      var summary = table.summary
      summary.seconds = outcome.seconds
      summary.report = outcome.report.path
      return try Results.print(json: summary)
    }
    try Results.print(table.text)
    try Results.print("\nMRE: mean relative error of the energy (scaled to [-1, 1]); lower is better.")
    try Results.print("Done in \(timeText(outcome.seconds)). Report: \(outcome.report.path)")
    if ChartBundle.locate() == nil {
      try Results.print("The report has no pictures: \(ChartBundle.remedy), then run `macrostate report \(path)`.")
    }
  }
}
