import ArgumentParser
import Foundation
import MacrostateKit

/// `macrostate predict`: the future of one configuration.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predict the observables from one configuration of particles.",
    discussion: """
      Writes a CSV file: time, then each observable with the lower and upper edge of its band: the range of the \
      ensemble for an ODE, 90 % of the paths for an SDE.
      """)

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var runFolder: String

  @Option(help: "One configuration: a .npy file [n, d], or a .npz file with positions and, for several species, types.")
  var input: String?

  @Option(
    help:
      "Types of its particles, a .npy file [n] of whole numbers: type t is the t-th species, or the one named type-t.")
  var types: String?

  @Option(help: "A frame of a data set: dataset:trajectory:frame.")
  var frame: String?

  @Option(name: .customLong("start"), help: "The value of an observable at the start: name=value. May be repeated.")
  var starts: [String] = []

  @Option(help: "Steps to predict.")
  var steps = 300

  @Option(help: "Time of a step; default that of the training data.")
  var timeStep: Double?

  @Flag(help: "Write the rest of the macrostate, too.")
  var closure = false

  @Option(name: .shortAndLong, help: "The CSV file.")
  var output: String

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (input == nil) != (frame == nil) else {
      throw ValidationError("give either --input x0.npy or --frame dataset:trajectory:frame")
    }
    guard types == nil || input != nil else { throw ValidationError("--types goes with --input x0.npy") }
    guard steps > 0 else { throw ValidationError("--steps must be positive") }
    guard timeStep.map({ $0 > 0 && $0.isFinite }) ?? true else { throw ValidationError("--time-step must be positive") }
  }

  func run() throws {
    let model = try TrainedModel(RunFolder(URL(fileURLWithPath: runFolder)).model)
    let (start, observables) = try startConfiguration(model)
    let table = try Prediction(model, pool: WorkerPool(threads: common.threads)).table(
      from: start, observables: observables, steps: steps, timeStep: timeStep, includesClosure: closure)
    for warning in table.warnings { common.progress.warn(warning) }
    try AtomicFile.write(table.csv, to: URL(fileURLWithPath: output))
    print("\(output): \(table.rows.count) rows, \(table.columns.count) columns")
  }

  private func startConfiguration(_ model: TrainedModel) throws -> (StartConfiguration, [Double]) {
    if let input {
      let start = try StartConfiguration(
        URL(fileURLWithPath: input), types: types.map { URL(fileURLWithPath: $0) },
        species: model.description.speciesNames)
      return (start, try givenObservables(model) ?? start.observables(of: model))
    }
    let parts = (frame ?? "").split(separator: ":").map(String.init)
    guard parts.count >= 3, let trajectory = Int(parts[parts.count - 2]), let index = Int(parts[parts.count - 1]) else {
      throw ValidationError("--frame \(frame ?? ""): write dataset:trajectory:frame, such as my.dataset:0:0")
    }
    let dataset = try Dataset.open(URL(fileURLWithPath: parts.dropLast(2).joined(separator: ":")))
    try model.check(dataset)
    guard (0..<dataset.trajectoryCount).contains(trajectory),
      (0..<dataset.frameCount(ofTrajectory: trajectory)).contains(index)
    else {
      throw MacrostateError(
        .usage,
        "--frame \(frame ?? ""): the data set has trajectories 0 … \(dataset.trajectoryCount - 1)"
          + ", and frames from 0 in each")
    }
    let frame = dataset.frames(ofTrajectory: trajectory).lowerBound + index
    let start = try StartConfiguration(dataset, frame: frame)
    return (start, try givenObservables(model) ?? dataset.observables(ofFrame: frame))
  }

  /// The observables from `--start`, all or none.
  private func givenObservables(_ model: TrainedModel) throws -> [Double]? {
    guard !starts.isEmpty else { return nil }
    var values: [String: Double] = [:]
    for start in starts {
      let parts = start.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, let value = Double(parts[1]), value.isFinite else {
        throw ValidationError("--start \(start): write name=value, such as energy=0.5")
      }
      values[parts[0]] = value
    }
    return try model.description.observables.map { observable in
      guard let value = values[observable.name] else {
        throw ValidationError("--start \(observable.name)=… is missing: give every observable or none")
      }
      return value
    }
  }
}
