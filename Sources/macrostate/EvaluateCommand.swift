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

  @OptionGroup var common: CommonOptions

  func run() throws {
    var tests: [String: String] = [:]
    for item in data {
      let parts = item.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw ValidationError("--data \(item): write regime=path, such as test=x.dataset") }
      tests[parts[0]] = parts[1]
    }
    let result = try RunEvaluation(RunFolder(URL(fileURLWithPath: runFolder))).run(tests: tests, progress: common.progress)
    for (name, regime) in result.regimes {
      print(name, regime.trajectories, regime.scaled, regime.physical.mean, regime.memberMeans, "without", regime.withoutClosure?.mean ?? -1, "pers", regime.persistence.mean, "outside", regime.startsOutside)
    }
    print(result.permutation)
  }
}
