import Foundation
import MacrostateKit

/// Hands the files of a format to all that reads them.
struct ReaderDriver {
  let format: FuzzFormat
  /// Where the files of an input are.
  let folder: URL

  /// One thread, so that all memory and time is that of the input.
  private let pool = WorkerPool(threads: 1)

  /// Reads all that can be read. Of several readers each has its turn; the first error is thrown.
  func read() throws {
    switch format {
    case .npy: try tryAll(arrays, starts)
    case .npz:
      try tryAll(
        { try importArrays("x.npz") }, { _ = try StartConfiguration(file("start.npz"), species: ["type-0", "type-1"]) })
    case .dump: try dumps()
    case .script: try script()
    case .configuration: try RunConfiguration(contentsOf: file("config.yaml")).validate()
    case .dataset: try tryAll(dataset, { _ = try DatasetWriter.writtenTrajectoryCount(file("stored")) })
    case .model: try tryAll(model, { _ = try predict(file("start.npy")) })
    case .checkpoints: try carryOn()
    case .report: try report()
    case .table: try tables()
    case .xyz, .yaml, .gsd, .dcd, .ragged: try particles()
    case .topology: try topologies()
    }
  }

  private func file(_ name: String) -> URL { folder.appendingPathComponent(name) }

  private func tryAll(_ readers: () throws -> Void...) throws {
    var first: (any Error)?
    for reader in readers {
      do {
        try reader()
      } catch let error as MacrostateError {
        first = first ?? error
      }
    }
    if let first { throw first }
  }

  // MARK: Trajectories

  private func read(_ source: any TrajectorySource) throws {
    try Folder.remove(file("imported"))
    try importTrajectories(from: source, to: file("imported"), options: ImportOptions(programVersion: "1"))
    _ = try DatasetSummary(Dataset.open(file("imported"))).text
  }

  private func importArrays(_ name: String) throws {
    try read(NumPyTrajectorySource(file(name), options: .init(timeStep: 1)))
  }

  private func arrays() throws {
    for name in ["x.npy", "observables.npy", "types.npy"] {
      let array = try NumPyArray(file(name))
      _ = (try array.floats(), try array.doubles())
    }
    try read(
      NumPyTrajectorySource(
        file("x.npy"),
        options: .init(timeStep: 1, observables: file("observables.npy"), types: file("types.npy"))))
  }

  private func dumps() throws {
    let files = try Folder.contents(folder).filter { $0.lastPathComponent.hasPrefix("x") }
    guard try TrajectoryReaders.type(of: files[0]).name == LAMMPSDump.name else { return }
    try read(LAMMPSDumpSource(files, options: .init(timeStep: 0.5)))
  }

  /// Files of particles by whatever reader knows them, in the plane and in space, with features.
  private func particles() throws {
    let files = try Folder.contents(folder).filter { $0.lastPathComponent.hasPrefix("x") }
    var options = ReadingOptions()
    options.timeStep = 0.5
    let source = try TrajectoryReaders.open(files, options: options)
    try read(source)
    options.features = Array(source.columnNames.prefix(2))
    options.dimension = options.features.isEmpty ? nil : source.dimension
    options.timeStep = nil
    if !options.features.isEmpty { try read(TrajectoryReaders.open(files, options: options)) }
  }

  /// A topology beside three particles in XYZ, whose molecules become points.
  private func topologies() throws {
    let files = try Folder.contents(folder).filter { $0.lastPathComponent.hasPrefix("x") }
    guard let topology = files.first else { return }
    // A GRO file has no bonds.
    let isWhole = topology.pathExtension != "gro"
    let text = "3\n\(isWhole ? "Lattice=\"4 0 0 0 4 0 0 0 4\"" : "")\nA 0 0 0\nA 3.5 0 0\nA 1 1 1\n"
    try Data(text.utf8).write(to: file("trajectory.xyz"))
    var options = ReadingOptions()
    options.topology = topology
    options.wholeness = isWhole ? .whole : .wrapped
    options.unit = .molecule
    try read(TrajectoryReaders.open([file("trajectory.xyz")], options: options))
  }

  private func tables() throws {
    let files = try Folder.contents(folder)
    for url in files.filter({ $0.lastPathComponent.hasPrefix("t") }) {
      let table = try ObservableTable(url, timeStep: 0.5)
      _ = (table.rowCount, table.names)
    }
    for url in files.filter({ $0.lastPathComponent.hasPrefix("p") }) {
      _ = TabulatedEnergy(TabulatedSettings(), table: try PotentialTable(url, section: ""))
    }
  }

  private func script() throws {
    let script = try LAMMPSScript(file("in.x"))
    _ = (script.usedVariables, script.timeStep(settings: [:]))
  }

  // MARK: Data sets

  private func dataset() throws {
    let dataset = try Dataset.open(file("stored"))
    try dataset.verifyChecksums()
    for m in 0..<dataset.trajectoryCount {
      _ = (dataset.times(ofTrajectory: m), dataset.observables(ofTrajectory: m), dataset.parameters(ofTrajectory: m))
      for frame in dataset.positionedFrames(ofTrajectory: m) {
        for species in dataset.speciesNames.indices {
          _ = dataset.withPositions(frame: frame, species: species) { $0.reduce(0, +) }
        }
      }
    }
    _ = DatasetSummary(dataset).text
    _ = try TrainingData(configuration(), pool: pool)
  }

  private func configuration() throws -> RunConfiguration {
    var configuration = try SampleMaker.configuration()
    configuration.data.training = file("stored").path
    return configuration
  }

  // MARK: Runs

  private func model() throws {
    _ = try TrainedModel(RunFolder(file("run")).model)
  }

  private func starts() throws {
    _ = try StartConfiguration(
      file("start.npy"), options: ReadingOptions(types: file("types.npy")), species: ["type-0", "type-1"])
  }

  /// Predicts a few steps with the model that is there.
  private func predict(_ start: URL) throws -> String {
    let model = try TrainedModel(RunFolder(file("run")).model)
    let start = try StartConfiguration(
      start, species: model.description.speciesNames, placement: model.placement(isOneConfiguration: true))
    return try Prediction(model, compute: Compute(pool: pool)).table(
      from: start, observables: model.description.observables.map { _ in 0.5 }, steps: 3, includesClosure: true
    ).numbers.csv
  }

  /// Reads the checkpoints as the same training does, and stops before its next step.
  private func carryOn() throws {
    let stop = StopFlag()
    stop.request()
    let run = RunFolder(file("run"))
    do {
      _ = try TrainingRun(run, configuration: run.settings(), stop: stop, progress: SilentProgress()).run()
    } catch let error as MacrostateError where error.kind == .stopped {
      return
    }
  }

  private func report() throws {
    try RunReport(RunFolder(file("run"))).write()
  }
}
