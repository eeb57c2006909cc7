import Foundation
import MacrostateCompute
import MacrostateStorage
import Microstates
import Synchronization
import TrajectoryFormats

/// The place of a simulation's runs and their data set, and the threads and limits of the work.
public struct LAMMPSJob: Sendable {
  /// The engine.
  public var engine: LAMMPS
  /// The data set's folder.
  public var dataset: URL
  /// The shards to make, where several jobs share the work.
  public var part = DatasetPart.whole
  /// The threads: as many runs at once.
  public var pool: WorkerPool
  /// Asked many times a second; running simulations are stopped as well.
  public var stop: StopFlag
  /// The version of this program, which is written into the data set.
  public var programVersion: String

  /// The whole of a data set.
  public init(engine: LAMMPS, dataset: URL, pool: WorkerPool, stop: StopFlag, programVersion: String) {
    self.engine = engine
    self.dataset = dataset
    self.pool = pool
    self.stop = stop
    self.programVersion = programVersion
  }

  /// The folder of runs that are not in the data set yet.
  var runs: URL { sibling("runs") }
  /// The folder of dumps that are kept.
  var dumps: URL { sibling("dumps") }

  private func sibling(_ name: String) -> URL {
    dataset.deletingLastPathComponent().appendingPathComponent("\(dataset.lastPathComponent).\(name)")
  }

  /// The size of a job, known once one run is done.
  public struct Estimate: Sendable {
    /// Bytes of the data set.
    public var datasetBytes: Double
    /// Bytes of dumps that wait for their shard to be written, or are kept.
    public var dumpBytes: Double
  }
}

/// Runs LAMMPS `simulation.runCount` times and writes the data set: as many runs at once as the pool has threads, each a
/// child process in a folder of its own, whose dump becomes trajectory m as soon as the run has ended.
///
/// Runs that are done stay beside the data set (`my.dataset.runs`) until their shard is written, so that the same call
/// after a stop or a kill repeats none of them; a call for more runs than there are adds the others. The first run tells
/// the box, the species and the size of a trajectory.
/// Values are drawn, and shards are made, as if there were one job only: parts in any order give the same bytes.
///
/// - Parameters:
///   - estimate: called once, before the rest is run.
///   - progress: called after every run with the number of those of the part that are in the data set and of all.
///   - notice: told in the end what a user should know of the dumps: what was left out, or not used.
/// - Throws: `MacrostateError`: `usage` as `LAMMPSSimulation.validate` does; `failure` with LAMMPS's own message and the
///   run's variables, or where the disk is too small or full; `badData` for a dump that cannot be read, or another data
///   set at the place; `stopped`.
public func simulateLAMMPS(
  _ simulation: LAMMPSSimulation, job: LAMMPSJob,
  estimate: (LAMMPSJob.Estimate) -> Void = { _ in },
  progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in },
  notice: (String) -> Void = { _ in }
) throws {
  try simulation.validate()
  let version = try job.engine.version(stop: job.stop)
  let present = try DatasetWriter.existing(job.dataset)?.description.generator
  let simulation = present.map(simulation.keepingSeeds) ?? simulation
  let origin = try simulation.generator(version: version)
  let work = LAMMPSWork(simulation: simulation, job: job, origin: origin)
  let layout = try work.layout()
  let request = simulation.observables
  var options = ImportOptions(programVersion: job.programVersion)
  options.computed = try request.computed(
    dimension: layout.dimension, box: layout.box, speciesNames: layout.speciesNames,
    stored: try DatasetWriter.existing(job.dataset)?.description.observables ?? [])
  options.positions = simulation.positions
  let description = DatasetDescription(
    dimension: layout.dimension, box: layout.box, speciesNames: layout.speciesNames,
    observables: options.computed?.descriptions ?? [], parameterNames: simulation.drawn.map(\.name),
    generator: origin, programVersion: job.programVersion)
  try options.validate(observables: description.observables)
  let writer = try DatasetWriter(
    job.dataset, description: description, plan: work.plan(description, layout), canGrow: true)
  do {
    try work.requireDisk(writer, layout, estimate)
  } catch {
    if job.part == .whole { writer.giveUp() }
    throw error
  }
  try writer.writeMissingShards(
    part: job.part, pool: job.pool, stop: job.stop, progress: progress,
    finished: { shard in try work.clear(runs: writer.plan.trajectories(ofShard: shard)) },
    frames: { [options] m in try work.frames(m, description, options) })
  try work.clearAll(writer.plan)
  for note in work.notes.texts { notice(note) }
}

/// The layout of all runs, as one tells it.
private struct Layout {
  var dimension: Int
  var box: SimulationBox?
  var hasChangingBoxes = false
  var speciesNames: [String]
  /// The frames of a run that has just been made.
  var frameCount = 0
  var particleCount = 0
  var dumpBytes = 0.0
}

/// The runs of a job.
private final class LAMMPSWork: Sendable {
  private let simulation: LAMMPSSimulation
  private let job: LAMMPSJob
  private let origin: DatasetDescription.Generator
  /// The notes on the dumps for the user.
  let notes = ReadingNotes()
  /// The first failure: all threads end with it.
  private let failure = Mutex<MacrostateError?>(nil)

  /// A shard's dumps wait for it on the disk, and its runs are lost with it: at least so many shards where there are as
  /// many runs, which also keeps many cores busy to the end.
  private static let leastShardCount = 64

  init(simulation: LAMMPSSimulation, job: LAMMPSJob, origin: DatasetDescription.Generator) {
    self.simulation = simulation
    self.job = job
    self.origin = origin
  }

  private func run(_ m: Int) -> LAMMPSRun { run(m, in: job.runs) }

  private func run(_ m: Int, in folder: URL) -> LAMMPSRun {
    LAMMPSRun(simulation: simulation, engine: job.engine, number: m, runs: folder, origin: origin)
  }

  /// The box, species and dimension: of the data set if it has been begun, else of the first run.
  func layout() throws -> Layout {
    if let description = try DatasetWriter.existing(job.dataset)?.description {
      return Layout(
        dimension: description.dimension, box: description.box,
        hasChangingBoxes: description.schemaVersion > 1, speciesNames: description.speciesNames)
    }
    try DiskSpace.require(copyBytes(), at: job.dataset)
    try removeOtherRuns()
    let first = try firstRun()
    let source = try first.source(speciesNames: simulation.speciesNames, dimension: simulation.dimension)
    let frameCount = try source.frameCount(ofTrajectory: 0)
    let layout = Layout(
      dimension: source.dimension, box: source.box, hasChangingBoxes: source.hasChangingBoxes,
      speciesNames: source.speciesNames, frameCount: frameCount,
      particleCount: source.typicalParticleCount, dumpBytes: try Double(MappedFile(first.dump()).count))
    if job.part.contains(shard: 0), !run(0).isDone {
      _ = try? FileManager.default.moveItem(at: first.folder, to: run(0).folder)
    }
    try Folder.remove(firstFolder)
    return layout
  }

  /// Before a data set is begun nothing says what runs that are there were made of: they are kept if they were made of
  /// the same.
  private func removeOtherRuns() throws {
    for folder in [job.runs, firstFolder] where Folder.exists(folder) {
      for m in 0..<simulation.runCount {
        let run = run(m, in: folder)
        if run.isDone, !run.isOriginal { try Folder.remove(run.folder) }
      }
    }
  }

  /// Run 0, done; where the job has all runs the other threads make the next ones meanwhile.
  private func firstRun() throws -> LAMMPSRun {
    guard job.part == .whole else {
      let first = run(0, in: firstFolder)
      try run(first)
      return first
    }
    try job.pool.run(tasks: min(job.pool.threads, simulation.runCount)) { [self] m in
      do { try run(run(m)) } catch { throw keep(error) }
    }
    return run(0)
  }

  /// Jobs that share the work may start at the same time: each has a first run of its own.
  private var firstFolder: URL {
    job.runs.appendingPathComponent("first-\(job.part.index)-of-\(job.part.count)")
  }

  /// Shards of the usual size, or smaller where there are few runs.
  func plan(_ description: DatasetDescription, _ layout: Layout) -> DatasetPlan {
    let bySize = DatasetPlan(
      trajectoryCount: simulation.runCount, bytesPerTrajectory: bytesPerTrajectory(description, layout))
    return DatasetPlan(
      trajectoryCount: simulation.runCount,
      trajectoriesPerShard: min(
        bySize.trajectoriesPerShard, (simulation.runCount + Self.leastShardCount - 1) / Self.leastShardCount))
  }

  private func bytesPerTrajectory(_ description: DatasetDescription, _ layout: Layout) -> Int {
    description.byteCount(
      frameCount: layout.frameCount,
      positionedFrames: simulation.positions.indices(frameCount: layout.frameCount).count,
      pointCount: layout.particleCount)
  }

  /// Refuses to begin what does not fit on the disk.
  func requireDisk(_ writer: DatasetWriter, _ layout: Layout, _ tell: (LAMMPSJob.Estimate) -> Void) throws {
    guard let bytes = try bytesPerTrajectory(writer, layout) else { return }
    let shards = writer.missingShards(part: job.part)
    let runs = Double(shards.reduce(0) { $0 + writer.plan.trajectories(ofShard: $1).count })
    guard runs > 0 else { return }
    let waiting = simulation.keepsDumps ? runs : Double(job.pool.threads * writer.plan.trajectoriesPerShard)
    // Without a run to measure: a text dump has at least the bytes of what is kept of it.
    let dump = layout.frameCount > 0 ? layout.dumpBytes : bytes
    let estimate = LAMMPSJob.Estimate(datasetBytes: runs * bytes, dumpBytes: min(runs, waiting) * dump)
    tell(estimate)
    try DiskSpace.require(estimate.datasetBytes + estimate.dumpBytes + copyBytes(), at: job.dataset)
  }

  /// Bytes of the copies of files in the runs that are made at the same time.
  private func copyBytes() throws -> Double { try Double(job.pool.threads) * simulation.fileBytes() }

  /// By the run that has just been made, or else by those that are in the data set.
  private func bytesPerTrajectory(_ writer: DatasetWriter, _ layout: Layout) throws -> Double? {
    layout.frameCount > 0
      ? Double(bytesPerTrajectory(writer.description, layout)) : try writer.meanTrajectoryBytes()
  }

  /// Runs, or finds, run m, and reads what it dumped.
  func frames(_ m: Int, _ description: DatasetDescription, _ options: ImportOptions) throws -> FrameStream {
    do {
      let run = run(m)
      try self.run(run)
      var stream = try options.finish(read(run, description)) { try read(run, description) }.mapError(keep)
      stream.parameters = simulation.values(run: m)
      return stream
    } catch {
      throw keep(error)
    }
  }

  private func run(_ run: LAMMPSRun) throws {
    do {
      try run.run { job.stop.isSet || failure.withLock { $0 != nil } }
    } catch let error as MacrostateError where error.kind == .stopped {
      if let failure = failure.withLock({ $0 }) { throw failure }
      try job.stop.check("the runs that are done are kept")
      throw error
    }
  }

  private func read(_ run: LAMMPSRun, _ description: DatasetDescription) throws -> FrameStream {
    do {
      let source = try run.source(speciesNames: description.speciesNames, dimension: description.dimension)
      guard source.box?.boundaries == description.box?.boundaries else {
        throw MacrostateError(
          .badData,
          "\(simulation.script.url.path): \(simulation.name(run: run.number)) has a box with other boundaries than the "
            + "first run; keep them the same in all runs, or make a data set for each")
      }
      return try source.frames(ofTrajectory: 0).compactMap { frame, _ in
        var frame = frame
        frame.box = frame.box ?? source.box
        return frame
      }.finally { _ in
        self.notes.add(source.readingNotes, of: self.simulation.name(run: run.number))
      }.mapError { self.unreadable(run, $0) }
    } catch {
      throw unreadable(run, error)
    }
  }

  /// The error of a run whose dump cannot be read: it will be made again, unless the user wants to look at its dump.
  private func unreadable(_ run: LAMMPSRun, _ error: any Error) -> any Error {
    guard let error = error as? MacrostateError else { return error }
    if !simulation.keepsDumps { try? Folder.remove(run.folder) }
    return MacrostateError(error.kind, "\(simulation.name(run: run.number)): \(error.message)")
  }

  /// The first error of all threads.
  private func keep(_ error: any Error) -> any Error {
    guard let error = error as? MacrostateError else { return error }
    return failure.withLock { first in
      first = first ?? error
      return first ?? error
    }
  }

  /// Removes runs that are in the data set, or keeps their dumps.
  func clear(runs: Range<Int>) throws {
    for m in runs {
      if simulation.keepsDumps, run(m).isDone { try run(m).keepDump(in: job.dumps) }
      try Folder.remove(run(m).folder)
    }
  }

  /// Removes what kills have left of a part that is done, and the folder of runs if it is then empty.
  func clearAll(_ plan: DatasetPlan) throws {
    guard Folder.exists(job.runs) else { return }
    for shard in 0..<plan.shardCount where job.part.contains(shard: shard) {
      try clear(runs: plan.trajectories(ofShard: shard))
    }
    try Folder.remove(firstFolder)
    if try Folder.contents(job.runs).isEmpty { try Folder.remove(job.runs) }
  }
}
