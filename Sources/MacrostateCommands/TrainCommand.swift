import ArgumentParser
import Foundation
import MacrostateKit

/// `macrostate train`: a data set to a trained model.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learn closure variables and their dynamics from a data set.",
    discussion: """
      The same command carries on after a stop, also one with --restart, until the run is finished; another command is \
      refused while one writes into the run's folder. Without a configuration file every setting has its default; \
      held-out trajectories become the regime 'test'.
      """)

  @Argument(help: "A data set, such as my.dataset; or name it in the configuration.")
  var dataset: String?

  @Option(name: .shortAndLong, help: "A YAML file of settings.")
  var config: String?

  @Option(help: "Settings to begin with: standard, or published for those of the paper's Sec. 4.2, which take days.")
  var preset = Preset.standard

  @Option(name: .customLong("set"), help: "Change one setting: a.b=value. May be repeated.")
  var assignments: [String] = []

  @Flag(help: "Print every setting with its meaning and its value, as YAML, and train nothing.")
  var explainConfiguration = false

  @Option(name: .customLong("run"), help: "The run's folder; default runs/<name of the data set>.")
  var runFolder: String?

  @Flag(
    help: """
      Begin anew, dropping what an earlier run left; a run that was itself begun so, with these settings, and stopped is \
      carried on.
      """)
  var restart = false

  @OptionGroup var common: CommonOptions
  @OptionGroup var limit: WallTimeOption

  func run() throws {
    // The argument goes before the file, and --set before the argument.
    let argument = dataset.map { ["data.training=\($0.yaml)"] } ?? []
    var configuration = try RunConfiguration(
      contentsOf: config.map { URL(fileURLWithPath: $0) }, assignments: argument + assignments,
      over: preset.configuration)
    if common.threads > 0 { configuration.threads = common.threads }
    try configuration.validate()
    for note in configuration.chosen.notes { common.progress.warn(note) }
    guard !explainConfiguration else { return try Results.print(configuration.explainedText, terminator: "") }
    let name = URL(fileURLWithPath: configuration.data.training).deletingPathExtension().lastPathComponent
    try namedRun(runFolder ?? "runs/\(name)").owned { try train(configuration, in: $0) }
  }

  private func train(_ configuration: RunConfiguration, in folder: RunFolder) throws {
    let start = ContinuousClock.now
    warnOfMissing(configuration.data)
    let training = TrainingRun(
      folder, configuration: configuration, stop: limit.installStopFlag(), progress: common.progress,
      command: commandLine)
    let model = try training.run(restart: restart)
    try Results.print("\(folder.url.path): trained in \(timeText((ContinuousClock.now - start).seconds))")
    let unit = model.closure.score.unit
    let value = String(format: "%.4g", model.description.closureScore) + (unit.isEmpty ? "" : " \(unit)")
    try Results.print("  closure variables: \(model.closure.scoreName) \(value) on validation frames")
    let scores = model.description.validationScores.map { String(format: "%.3g", $0) }.joined(separator: ", ")
    try Results.print("  dynamics: \(model.ensemble.isStochastic ? "−log N" : "error") \(scores) in validation")
    try Results.print("Next: macrostate evaluate \(folder.url.relativePath)")
  }
}

extension TrainCommand {
  /// Says now what `evaluate` would say when the training is over: tests may be made meanwhile, or their paths be wrong.
  private func warnOfMissing(_ data: DataSettings) {
    for (key, paths) in [("tests", data.tests), ("twins", data.twins), ("independents", data.independents)] {
      for (regime, path) in paths.sorted(by: { $0.key < $1.key }) {
        do {
          _ = try Dataset.open(URL(fileURLWithPath: path))
        } catch {
          common.progress.warn("data.\(key), \(regime): \(error); evaluate will need it")
        }
      }
    }
  }
}

extension Preset: ExpressibleByArgument {}
