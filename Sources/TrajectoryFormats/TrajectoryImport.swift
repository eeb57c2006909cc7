import Foundation
import MacrostateCompute
import MacrostateStorage
import Microstates

/// Observables that are computed from the particles while they are imported.
public struct ComputedObservables: Sendable {
  /// Their names and units, k of them.
  public var descriptions: [ObservableDescription]
  /// The k values of a frame.
  public var compute: @Sendable (Trajectory.Frame) throws -> [Double]

  /// Observables computed by `compute`, as many as `descriptions`.
  public init(
    _ descriptions: [ObservableDescription], compute: @escaping @Sendable (Trajectory.Frame) throws -> [Double]
  ) {
    self.descriptions = descriptions
    self.compute = compute
  }
}

/// How trajectories become a data set.
public struct ImportOptions: Sendable {
  /// Observables to compute, after those of the source.
  public var computed: ComputedObservables?
  /// The units of positions and times.
  public var units = DatasetDescription.Units()
  /// The time before which frames are left out; `nil` for all frames.
  public var firstTime: Double?
  /// The frames whose positions are kept; observables are kept of all.
  public var positions = FrameSelection.all
  /// The shards to make.
  public var part = DatasetPart.whole
  /// The size that a shard should have, in bytes.
  public var shardByteCount = DatasetPlan.defaultShardByteCount
  /// The version of the program, for the data set's description.
  public var programVersion: String

  /// The defaults: no computed observables, reduced units, all positions, all shards.
  public init(programVersion: String) {
    self.programVersion = programVersion
  }

  /// Drops the frames before the first time, computes the observables of a trajectory as it was read, and drops the
  /// positions that are not kept.
  ///
  /// - Throws: `MacrostateError` that names the frame.
  public func finish(_ trajectory: inout Trajectory) throws {
    if let firstTime {
      trajectory.frames.removeAll { $0.time < firstTime }
      guard !trajectory.frames.isEmpty else {
        throw MacrostateError(.badData, "no frame at or after the time \(firstTime); choose an earlier time")
      }
    }
    try computed?.add(to: &trajectory)
    if positions != .all { try trajectory.keepPositions(of: positions) }
  }

  /// Checks that frames without positions have observables.
  ///
  /// - Throws: `MacrostateError` of kind `usage`.
  public func validate(observables: [ObservableDescription]) throws {
    guard positions == .all || !observables.isEmpty else {
      throw MacrostateError(
        .usage,
        "frames '\(positions.text)': a frame without positions needs observables, and there are none; compute one "
          + "(--observable) or keep the positions of all frames")
    }
  }
}

/// Writes the trajectories of `source` as the data set at `url`, one trajectory in memory at a time on each thread.
///
/// The same call carries on after a stop or a kill. The files are recorded (`SourceFile`): a call that finds other
/// contents in one of them is refused, even where the data set is finished.
///
/// - Parameters:
///   - pool: the threads, which make different shards.
///   - stop: asked before every trajectory.
///   - progress: called after every trajectory with the number of those that are there and of all; one call at a time.
///   - notice: told where the files of a data set of an earlier version are recorded now.
/// - Throws: `MacrostateError` of kind `badData` if the source is damaged or has numbers that are not finite (file,
///   trajectory, frame and particle are named), or the data set there is another; `stopped`; `failure` if the disk is
///   full.
public func importTrajectories(
  from source: some TrajectorySource, to url: URL, options: ImportOptions, pool: WorkerPool = WorkerPool(threads: 1),
  stop: StopFlag? = nil, progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in },
  notice: (String) -> Void = { _ in }
) throws {
  var description = try importDescription(source, options)
  let files = try ImportedFiles(source, dataset: url, pool: pool)
  files.keepRemarks(in: &description.generator.parameters)
  try files.requireSameReading(description)
  func byteCount(frames: Int) -> Int {
    description.byteCount(
      frameCount: frames, positionedFrames: options.positions.indices(frameCount: frames).count,
      pointCount: source.typicalParticleCount)
  }
  let plan = DatasetPlan(
    trajectoryCount: source.trajectoryCount, bytesPerTrajectory: byteCount(frames: source.typicalFrameCount),
    shardByteCount: options.shardByteCount)
  let writer = try DatasetWriter(
    url, description: description, plan: plan,
    // Nobody knows how many frames are left out.
    bytesPerTrajectory: byteCount(
      frames: options.firstTime == nil ? source.estimatedFrameCount : source.typicalFrameCount))
  try files.record(notice: notice)
  try writer.writeMissingShards(part: options.part, pool: pool, stop: stop, progress: progress) { m in
    var trajectory = try source.trajectory(m)
    do {
      try options.finish(&trajectory)
    } catch let error as MacrostateError {
      throw MacrostateError(error.kind, "\(source.name): trajectory \(m), \(error.message)")
    }
    return trajectory
  }
}

/// What the data set imported from `source` contains.
private func importDescription(_ source: some TrajectorySource, _ options: ImportOptions) throws -> DatasetDescription {
  let observables = source.observables + (options.computed?.descriptions ?? [])
  try options.validate(observables: observables)
  var parameters = source.settings.merging(source.remarks) { setting, _ in setting }
  if let firstTime = options.firstTime { parameters["first time"] = .number(firstTime) }
  if options.positions != .all { parameters["positions of frames"] = .text(options.positions.text) }
  return DatasetDescription(
    dimension: source.dimension, units: options.units, box: source.box,
    positionOffset: source.positionOffset, speciesNames: source.speciesNames,
    observables: observables, generator: DatasetDescription.Generator(name: "import", parameters: parameters),
    programVersion: options.programVersion)
}

extension ComputedObservables {
  /// Computes the observables of all frames and appends them to those there.
  fileprivate func add(to trajectory: inout Trajectory) throws {
    for index in trajectory.frames.indices {
      do {
        trajectory.frames[index].observables += try compute(trajectory.frames[index])
      } catch let error as MacrostateError {
        throw MacrostateError(error.kind, "frame \(index): \(error.message)")
      }
    }
  }
}
