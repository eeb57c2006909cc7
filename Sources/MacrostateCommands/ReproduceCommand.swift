import ArgumentParser
import Foundation
import MacrostateKit
import PaperReproduction

/// `macrostate reproduce`: the paper's tables and figures beside the published ones.
struct ReproduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce",
    abstract: "Make the paper's tables and figures again.",
    discussion: """
      Runs what is missing and carries on after a stop; runs that several tables need are made once. With --plan it \
      only says what is done, what is missing and how long that takes.
      """)

  @Argument(help: ArgumentHelp(Target.help, valueName: "what"))
  var targets: [Target]

  @Option(help: "small: minutes, to see that it works. paper: the paper's data, hours.")
  var scale = ReproductionScale.small

  @Option(
    parsing: .unconditional, help: "Training seeds of each row.", transform: wholeNumber(NumberLimit.trainingSeeds))
  var seeds = 3

  @Option(name: .shortAndLong, help: "The folder; default runs/reproduce-<scale>.")
  var output: String?

  @Flag(help: "Show what would be done, and stop.")
  var plan = false

  @Option(name: .customLong("set"), help: "Change a setting of all runs: a.b=value. May be repeated.")
  var assignments: [String] = []

  @Option(help: "Make only the runs whose names, as --plan shows them, contain this. May be repeated.")
  var only: [String] = []

  @Option(
    parsing: .unconditional, help: "Trajectories to learn from; default that of the scale.",
    transform: wholeNumber(10...NumberLimit.trajectories.upperBound))
  var trajectories: Int?

  @Option(
    parsing: .unconditional, help: "Trajectories of each test; default that of the scale.",
    transform: wholeNumber(NumberLimit.trajectories))
  var testTrajectories: Int?

  @OptionGroup var common: CommonOptions
  @OptionGroup var limit: WallTimeOption

  func run() throws {
    let progress = common.progress
    let start = ContinuousClock.now
    let reproduction = try Reproduction(
      targets.flatMap(\.experiments), settings(), command: commandLine, stop: limit.installStopFlag(),
      progress: progress)
    let schedule = try reproduction.schedule()
    if plan { return try Results.print(schedule.text) }
    progress.log(schedule.text)
    let outcome = try reproduction.run(schedule)
    for table in outcome.tables { try Results.print(table) }
    try Results.print("Done in \(timeText((ContinuousClock.now - start).seconds)). Report: \(outcome.report.path)")
    if ChartBundle.locate() == nil {
      try Results.print("The report has no pictures: \(ChartBundle.remedy), then run this command again.")
    }
  }

  private func settings() throws -> ReproductionSettings {
    let path = output ?? "runs/reproduce-\(scale.rawValue)"
    guard !path.isEmpty, path != "-" else {
      throw MacrostateError(.usage, "--output '\(path)': the results are a folder; name one, such as runs/paper")
    }
    let folder = URL(fileURLWithPath: path)
    var settings = try ReproductionSettings(scale: scale, seeds: seeds, folder: folder)
    settings.threads = common.threads
    settings.assignments = assignments
    settings.only = only
    if let trajectories { settings.trajectories = trajectories }
    if let testTrajectories { settings.testTrajectories = testTrajectories }
    return settings
  }
}

extension ReproductionScale: ExpressibleByArgument {}

extension ReproduceCommand {
  /// A table, a figure, or all of them.
  enum Target: ExpressibleByArgument {
    case one(Experiment)
    case all
    case mixing

    static let allValueStrings = Experiment.allCases.map(\.rawValue) + ["all", "mixing"]
    static let help =
      "\(allValueStrings.dropLast(2).joined(separator: ", ")); all for what is of the interacting particles and of one "
      + "dimension, mixing for what is of the two species (with LAMMPS); tuning and study are extra."

    init?(argument: String) {
      if argument == "all" {
        self = .all
      } else if argument == "mixing" {
        self = .mixing
      } else if let experiment = Experiment(rawValue: argument) {
        self = .one(experiment)
      } else {
        return nil
      }
    }

    var experiments: [Experiment] {
      switch self {
      case .one(let experiment): [experiment]
      case .all: Experiment.ofParticles
      case .mixing: Experiment.ofMixing
      }
    }
  }
}
