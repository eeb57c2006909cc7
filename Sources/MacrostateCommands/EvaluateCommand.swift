import ArgumentParser
import Foundation
import MacrostateKit

/// `macrostate evaluate`: predictions against the truth.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Compare a run's predictions with test data.",
    discussion: "With several runs, of different seeds, their mean and spread follow the tables of each.")

  @Argument(help: ArgumentHelp("The folder of a run, or of several.", valueName: "run"))
  var runFolders: [String]

  @Option(
    name: .customLong("data"),
    help: "Test data: regime=path, of a data set or a file that import reads. May be repeated; default: the run's own.")
  var data: [String] = []

  @Option(
    parsing: .unconditional, help: "Time between frames of such a file, or of a step of LAMMPS.",
    transform: positiveNumber)
  var timeStep: Double?

  @Flag(help: "Also ask what the closure variables retain: moments and pair distances, read linearly.")
  var probes = false

  @Flag(help: "Print one JSON object instead of the table.")
  var json = false

  @OptionGroup var reading: ReadingArguments
  @OptionGroup var common: CommonOptions

  func run() throws {
    var tests: [String: String] = [:]
    for item in data {
      let parts = item.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw ValidationError("--data \(item): write regime=path, such as test=x.dataset") }
      guard TerminalText.visible(parts[0]) == parts[0] else {
        throw ValidationError("--data \(item): the regime has a control character in its name; name it otherwise")
      }
      guard tests.updateValue(parts[1], forKey: parts[0]) == nil else {
        throw ValidationError("--data \(parts[0])=… is there twice; give each regime one data set")
      }
    }
    let progress = common.progress
    let threads = common.threads > 0 ? common.threads : nil
    let runs = try runFolders.map(namedRun)
    for run in runs { try run.requireRun() }
    try SeedComparison(pool: WorkerPool(threads: common.threads)).requireSeeds(runs)
    var options = reading.options
    options.timeStep = timeStep
    let format = try reading.request
    let results = try RunFolder.owning(runs) { runs in
      try runs.map { run in
        let result = try RunEvaluation(run, threads: threads)
          .run(tests: tests, reading: (format, options), withProbes: probes, progress: progress)
        for warning in result.warnings { progress.warn(warning) }
        return result
      }
    }
    try show(results)
  }

  private func show(_ results: [EvaluationResult]) throws {
    if let result = results.first, results.count == 1 {
      return try json ? Results.print(json: ErrorTable(result).summary) : Results.print(text(result))
    }
    let seeds = SeedTable(results)
    if json { return try Results.print(json: seeds) }
    for (folder, result) in zip(runFolders, results) { try Results.print("\(folder)\n\(text(result))\n") }
    try Results.print(seeds.text)
  }

  private func text(_ result: EvaluationResult) -> String {
    let distributions = DistributionTable(result)
    return ErrorTable(result).text + (distributions.isEmpty ? "" : "\n\n" + distributions.text)
      + (result.probes.map { "\n\n" + ProbeTable($0).text } ?? "")
  }
}
