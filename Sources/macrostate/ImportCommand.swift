import ArgumentParser
import Foundation
import MacrostateKit

/// `macrostate import`: arrays to a data set.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Turn NumPy arrays into a data set.",
    discussion: """
      Positions have the shape [trajectories, frames, n, d], or [frames, n, d] for one trajectory. Without observables \
      the macrostate is made of closure variables alone.
      """)

  @Argument(help: "Positions: a .npy or .npz file.")
  var positions: String

  @Option(help: "Observables, [trajectories, frames, k]: a .npy or .npz file.")
  var observables: String?

  @Option(help: "Names of the observables, separated by commas.")
  var observableNames: String?

  @Option(
    help: ArgumentHelp(
      "Compute this observable from the positions: \(NamedObservable.allCases.map(\.rawValue).joined(separator: ", "))."
    )
  )
  var observable: String?

  @Option(help: "Types of particles, [trajectories, n] or [n], whole numbers: they become species.")
  var types: String?

  @Option(help: "Time between frames.")
  var timeStep = 1.0

  @Option(
    name: .customLong("positions"),
    help: "Frames whose positions are kept, start:stop:step:length, such as 0:100,100:501:4:2; observables of all.",
    transform: FrameSelection.init)
  var positionFrames = FrameSelection.all

  @Option(name: .shortAndLong, help: "The data set's folder, such as my.dataset.")
  var output: String

  @OptionGroup var common: CommonOptions
  @OptionGroup var limit: WallTimeOption

  func run() throws {
    let progress = common.progress
    let source = try NumPyTrajectorySource(
      URL(fileURLWithPath: positions),
      options: .init(
        timeStep: timeStep, observables: observables.map { URL(fileURLWithPath: $0) },
        observableNames: observableNames.map { $0.split(separator: ",").map(String.init) },
        types: types.map { URL(fileURLWithPath: $0) }))
    var options = ImportOptions(programVersion: ProgramVersion.current)
    options.positions = positionFrames
    if let observable {
      let named = try NamedObservable(named: observable).observable(speciesNames: source.speciesNames)
      let dimension = source.dimension
      options.computed = ComputedObservables(named.descriptions) { try named.evaluate($0, dimension: dimension) }
    }
    if source.observables.isEmpty && observable == nil {
      progress.warn(
        "no observables: the macrostate is the closure variables alone; give --observables file.npy or --observable "
          + "pair-energy to predict a quantity")
    }
    let url = URL(fileURLWithPath: output)
    try importTrajectories(from: source, to: url, options: options, stop: limit.installStopFlag()) { done, total in
      progress.update("import", done: done, of: total, note: "")
    }
    let dataset = try Dataset.open(url)
    print("\(output): \(dataset.trajectoryCount) trajectories, \(dataset.frameCount) frames")
  }
}
