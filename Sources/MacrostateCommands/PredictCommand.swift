import ArgumentParser
import Foundation
import MacrostateKit

/// `macrostate predict`: the future of one configuration.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predict the observables from one configuration of particles.",
    discussion: """
      Writes a table (CSV; .json and .npy by the name of the output): time, then each observable with the lower and upper edge of its band: the range of the \
      ensemble for an ODE, 90 % of the paths for an SDE.
      """)

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var runFolder: String

  @Option(
    help:
      "One configuration in a file that import reads: an array [n, d], a .npz file with positions (and types), a dump."
  )
  var input: String?

  @Option(help: "A frame of a data set, or of a file that import reads: dataset:trajectory:frame.")
  var frame: String?

  @Option(name: .customLong("start"), help: "The value of an observable at the start: name=value. May be repeated.")
  var starts: [String] = []

  @Option(
    parsing: .unconditional, help: "Steps to predict.", transform: wholeNumber(NumberLimit.predictedSteps))
  var steps = 300

  @Option(
    parsing: .unconditional, help: "Time of a step; default that of the training data.", transform: positiveNumber)
  var timeStep: Double?

  @Flag(help: "Write the rest of the macrostate, too.")
  var closure = false

  @Option(name: .shortAndLong, help: "The table: p.csv, p.json or p.npy; - for standard output.")
  var output: String

  @OptionGroup var reading: ReadingArguments
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (input == nil) != (frame == nil) else {
      throw ValidationError("give either --input x0.npy or --frame dataset:trajectory:frame")
    }
    guard reading.types == nil || input != nil else { throw ValidationError("--types goes with --input x0.npy") }
  }

  func run() throws {
    let run = try namedRun(runFolder)
    let result = try ResultFile(output, keeping: run.ownFiles + inputs)
    let model = try TrainedModel(of: run)
    let start = try startConfiguration(model)
    let table = try Prediction(model, compute: Compute(threads: common.threads)).table(
      from: start, observables: givenObservables(model), steps: steps, timeStep: timeStep, includesClosure: closure)
    for warning in table.warnings { common.progress.warn(warning) }
    try table.numbers.write(to: result)
    guard !result.isStandardOutput else { return }
    try Results.print("\(output): \(table.rows.count) rows, \(table.columns.count) columns")
  }

  /// The files, or the data set, that the start is read from.
  private var inputs: [URL] {
    let dataset = frame.map { $0.split(separator: ":").dropLast(2).joined(separator: ":") }
    return [input, reading.types, reading.topology, dataset].compactMap { $0 }.filter { !$0.isEmpty }.map {
      URL(fileURLWithPath: $0)
    }
  }

  private func startConfiguration(_ model: TrainedModel) throws -> StartConfiguration {
    if let input {
      let start = try StartConfiguration(
        URL(fileURLWithPath: input), as: reading.request, options: reading.options,
        species: model.description.speciesNames, placement: model.placement(isOneConfiguration: true),
        local: model.localFeatures())
      for note in start.notes { common.progress.warn(note) }
      return start
    }
    let parts = (frame ?? "").split(separator: ":").map(String.init)
    guard parts.count >= 3, let trajectory = Int(parts[parts.count - 2]), let index = Int(parts[parts.count - 1]) else {
      throw ValidationError("--frame \(frame ?? ""): write dataset:trajectory:frame, such as my.dataset:0:0")
    }
    let url = URL(fileURLWithPath: parts.dropLast(2).joined(separator: ":"))
    if !Folder.exists(url), FileManager.default.fileExists(atPath: url.path) {
      let start = try StartConfiguration(
        url, trajectory: trajectory, frame: index, as: reading.request, options: reading.options,
        species: model.description.speciesNames, placement: model.placement(isOneConfiguration: false),
        local: model.localFeatures())
      for note in start.notes { common.progress.warn(note) }
      return start
    }
    let dataset = try Dataset.open(url)
    try model.check(dataset)
    guard (0..<dataset.trajectoryCount).contains(trajectory),
      (0..<dataset.frameCount(ofTrajectory: trajectory)).contains(index)
    else {
      throw MacrostateError(
        .usage,
        "--frame \(frame ?? ""): the data set has trajectories 0 … \(dataset.trajectoryCount - 1)"
          + ", and frames from 0 in each")
    }
    for difference in model.differences(of: dataset) { common.progress.warn(difference) }
    let frame = dataset.frames(ofTrajectory: trajectory).lowerBound + index
    return try StartConfiguration(dataset, frame: frame, for: model)
  }

  /// The observables from `--start`, all or none.
  private func givenObservables(_ model: TrainedModel) throws -> [Double]? {
    guard !starts.isEmpty else { return nil }
    let names = model.description.observables.map(\.name)
    var values: [String: Double] = [:]
    for start in starts {
      // A number has no equal sign, a name of earlier versions may.
      guard let sign = start.lastIndex(of: "="), let value = Double(start[start.index(after: sign)...]),
        value.isFinite
      else {
        throw ValidationError("--start \(start): write name=value with a finite number, such as energy=0.5")
      }
      let name = String(start[..<sign])
      guard names.contains(name) else {
        throw ValidationError(
          "--start \(start): the model has no observable '\(name)'\(Spelling.hint(for: name, among: names)); "
            + (names.isEmpty ? "it has none" : "it has: \(names.joined(separator: ", "))"))
      }
      guard values.updateValue(value, forKey: name) == nil else {
        throw ValidationError("--start \(name)=… is there twice; give it once")
      }
    }
    return try names.map { name in
      guard let value = values[name] else {
        throw ValidationError("--start \(name)=… is missing: give every observable or none")
      }
      return value
    }
  }
}
