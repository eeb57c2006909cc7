import ChildPrograms
import Foundation
import MacrostateStorage
import Microstates
import TrajectoryFormats

/// One run of a simulation, in a folder of its own, which is there when the run is done.
struct LAMMPSRun {
  let simulation: LAMMPSSimulation
  let engine: LAMMPS
  /// The run's number m.
  let number: Int
  /// The folder of all runs.
  let runs: URL
  /// The origin of the data set.
  let origin: DatasetDescription.Generator

  /// The folder in a run's own for files of ours, out of the way of those that the script names.
  static let ownFolder = ".macrostate"
  private static let screen = "screen.txt"
  private static let record = "run.json"
  /// With less than this free a disk is full.
  private static let leastFreeBytes = 1e6

  /// The run's folder.
  var folder: URL { runs.appendingPathComponent(String(format: "run-%05d", number)) }

  /// Whether the run has ended well.
  var isDone: Bool { Folder.exists(folder) }

  /// Whether the run is done and was of what the data set is to be made of.
  var isOriginal: Bool {
    let record = folder.appendingPathComponent(Self.ownFolder).appendingPathComponent(Self.record)
    return (try? JSONFile.read(DatasetDescription.Generator.self, from: record)) == origin
  }

  /// Runs LAMMPS, unless the run is done.
  ///
  /// - Throws: `MacrostateError` of kind `failure` with LAMMPS's own message; `stopped` if `shouldStop` said so; `badData`
  ///   if the script or one of its files has been changed.
  func run(shouldStop: () -> Bool) throws {
    guard !isDone else { return }
    try AtomicFile.writeFolder(folder) { folder in
      let own = folder.appendingPathComponent(Self.ownFolder)
      let screen = own.appendingPathComponent(Self.screen)
      try Folder.create(own)
      try simulation.copyFiles(to: folder, origin: origin)
      let process = ChildProcess(
        executable: engine.executable, arguments: arguments, folder: folder, output: screen)
      let outcome = try process.run(shouldStop: shouldStop)
      let isInterrupted = outcome == .killed(signal: SIGINT) || outcome == .killed(signal: SIGTERM)
      guard outcome != .stopped, !(isInterrupted && shouldStop()) else {
        throw MacrostateError(.stopped, "\(simulation.name(run: number)) was stopped")
      }
      // LAMMPS itself does not notice a full disk: its dump may end anywhere.
      if let fullDisk = fullDisk() { throw fullDisk }
      guard outcome == .exited(0) else { throw failure(outcome, LAMMPSOutput(screen)) }
      try simulation.removeCopies(in: folder, origin: origin)
      try JSONFile.write(origin, to: own.appendingPathComponent(Self.record))
    }
  }

  /// The trajectory that the run has dumped.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if there is no dump, more than one, or it is damaged.
  func source(speciesNames: [String]?, dimension: Int?) throws -> LAMMPSDumpSource {
    try LAMMPSDumpSource(
      [dump()],
      options: .init(timeStep: simulation.stepTime(run: number), speciesNames: speciesNames, dimension: dimension))
  }

  /// The one file in the run's folder that is a text dump.
  func dump() throws -> URL {
    let dumps = try Folder.contents(folder).filter { file in
      !Folder.exists(file) && (try? FileBeginning(file)).map(LAMMPSDumpSource.recognises) ?? false
    }
    guard let first = dumps.first else {
      throw MacrostateError(
        .badData,
        "\(simulation.script.url.path): \(simulation.name(run: number)) has left no text dump in its folder; write one "
          + "there by a name without a folder: dump 1 all custom 100 frames.dump id type x y z")
    }
    guard dumps.count == 1 else {
      let names = dumps.map(\.lastPathComponent).joined(separator: ", ")
      throw MacrostateError(
        .badData,
        "\(simulation.script.url.path): \(simulation.name(run: number)) has left \(dumps.count) text dumps (\(names)); "
          + "write one file with all frames")
    }
    return first
  }

  /// The error of a disk on which nothing can be written any more; asked before files are removed.
  private func fullDisk() -> MacrostateError? {
    guard let free = DiskSpace.free(at: runs), free < Self.leastFreeBytes else { return nil }
    return .diskFull(runs)
  }

  /// Moves the dump into the folder `dumps`, under the run's number.
  func keepDump(in dumps: URL) throws {
    let dump = try dump()
    try Folder.create(dumps)
    let kept = dumps.appendingPathComponent("\(folder.lastPathComponent)-\(dump.lastPathComponent)")
    try Folder.remove(kept)
    do {
      try FileManager.default.moveItem(at: dump, to: kept)
    } catch {
      throw MacrostateError(.failure, "\(kept.path): cannot be written (\(error.localizedDescription))")
    }
  }

  private var arguments: [String] {
    ["-in", simulation.script.url.absoluteURL.standardizedFileURL.path, "-log", "none"]
      + simulation.variables(run: number).flatMap { ["-var", $0.name, $0.value] }
  }

  /// The error of a failed run, with LAMMPS's own words.
  private func failure(_ outcome: ChildProcess.Outcome, _ output: LAMMPSOutput) -> MacrostateError {
    let said = output.error.map { "LAMMPS says: \($0)" } ?? ending(outcome, output)
    return MacrostateError(
      .failure,
      ["\(simulation.script.url.path): \(simulation.name(run: number)) failed: \(said)", output.lastCommand]
        .compactMap(\.self).joined(separator: " — ") + "; " + remedy(said.lowercased()))
  }

  private func ending(_ outcome: ChildProcess.Outcome, _ output: LAMMPSOutput) -> String {
    let lastLine = output.lastLine.map { "; its last line: \($0)" } ?? ""
    return switch outcome {
    case .exited(let code): "it ended with exit code \(code)\(lastLine)"
    case .killed(let signal):
      "it was ended by signal \(signal)\(signal == SIGKILL ? " (out of memory?)" : "")\(lastLine)"
    case .stopped: "it was stopped"
    }
  }

  private func remedy(_ said: String) -> String {
    if said.contains("open dump file") {
      return "every run has a folder of its own: write the dump there by a name without a folder"
    }
    if said.contains("cannot open") || said.contains("can't open") {
      return "every run has a folder of its own: name the files that the script reads with --file, or by absolute paths"
    }
    if said.contains("seed"), simulation.drawn.contains(where: \.isEarlierSeed) {
      return "the data set was begun by an earlier version, with seeds that LAMMPS may refuse; choose another output"
    }
    return "mend the script, and the same command carries on"
  }
}
