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

  /// The defaults: no computed observables, all positions, all shards.
  public init(programVersion: String) {
    self.programVersion = programVersion
  }

  /// The frames from the first time on, with the observables that are computed, and without the positions that are not
  /// kept.
  ///
  /// - Parameters:
  ///   - stream: the frames as they are read.
  ///   - again: the same once more, where their number must be known before.
  /// - Throws: the stream does, `MacrostateError` that names the frame.
  public func finish(_ stream: FrameStream, again: () throws -> FrameStream) throws -> FrameStream {
    let count = positions.countsFromEnd ? try fromFirstTime(again()).count() : nil
    let started = fromFirstTime(stream)
    return (computed?.added(to: started) ?? started).keepingPositions(of: positions, count: count)
  }

  private func fromFirstTime(_ stream: FrameStream) -> FrameStream {
    guard let firstTime else { return stream }
    return stream.compactMap { frame, _ in frame.time < firstTime ? nil : frame }.finally { count in
      guard count > 0 else {
        throw MacrostateError(.badData, "no frame at or after the time \(firstTime); choose an earlier time")
      }
    }
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

/// Writes the trajectories of `source` as the data set at `url`, one frame in memory at a time on each thread.
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
  from source: any TrajectorySource, to url: URL, options: ImportOptions, pool: WorkerPool = WorkerPool(threads: 1),
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
    // An error of the source says its own place.
    var isOfSource = false
    let read = try source.frames(ofTrajectory: m).mapError {
      isOfSource = true
      return $0
    }
    let finished = try options.finish(read) { try source.frames(ofTrajectory: m) }
    return source.withoutAuxiliaryFeatures(finished).mapError { error in
      guard !isOfSource, let error = error as? MacrostateError else { return error }
      return MacrostateError(error.kind, "\(source.name): trajectory \(m), \(error.message)")
    }
  }
}

extension TrajectorySource {
  /// The frames with the features that are stored.
  fileprivate func withoutAuxiliaryFeatures(_ stream: FrameStream) -> FrameStream {
    guard !auxiliaryFeatureNames.isEmpty else { return stream }
    return stream.compactMap { frame, _ in
      var frame = frame
      frame.features = frame.features.map(storedFeatures)
      if storedFeatureNames.isEmpty { frame.features = [] }
      return frame
    }
  }
}

/// What the data set imported from `source` contains.
private func importDescription(_ source: any TrajectorySource, _ options: ImportOptions) throws -> DatasetDescription {
  let observables = source.observables + (options.computed?.descriptions ?? [])
  try options.validate(observables: observables)
  var parameters = source.settings.merging(source.remarks) { setting, _ in setting }
  if let firstTime = options.firstTime { parameters["first time"] = .number(firstTime) }
  if options.positions != .all { parameters["positions of frames"] = .text(options.positions.text) }
  var description = DatasetDescription(
    dimension: source.dimension, grid: source.grid, units: source.units, box: source.box,
    positionOffset: source.positionOffset, speciesNames: source.speciesNames, featureNames: source.storedFeatureNames,
    observables: observables, hasChangingBoxes: source.hasChangingBoxes,
    generator: DatasetDescription.Generator(name: "import", parameters: parameters),
    programVersion: options.programVersion)
  if !source.computedFeatures.isEmpty { description.computedFeatures = source.computedFeatures }
  return description
}

extension ComputedObservables {
  /// The frames, with the observables appended to those there.
  fileprivate func added(to stream: FrameStream) -> FrameStream {
    stream.compactMap { frame, number in
      do {
        var frame = frame
        frame.observables += try compute(frame)
        return frame
      } catch let error as MacrostateError {
        throw MacrostateError(error.kind, "frame \(number): \(error.message)")
      }
    }
  }
}
