import Foundation
import MacrostateStorage

/// Makes a data set shard by shard, in any order, on any number of threads and machines, with the same bytes.
///
///     let writer = try DatasetWriter(url, description: description, plan: plan)
///     try writer.writeMissingShards { m in simulate(m) }
///
/// A shard is written aside, synced and renamed, so it is there whole or not at all; after a kill the same command
/// makes only the missing ones. Trajectory m must depend on m (and the seed) alone.
public struct DatasetWriter: Sendable {
  /// The data set's folder.
  public let url: URL
  /// What the data set contains.
  public let description: DatasetDescription
  /// How it is divided into shards.
  public let plan: DatasetPlan

  /// Starts the data set in the folder `url`, or takes up the one there. One that holds no shard yet is replaced.
  ///
  /// - Parameters:
  ///   - canGrow: whether the data set there may have fewer trajectories, which the others then join: where trajectory m
  ///     does not depend on how many there are. Shards keep the size that they have there; a last one that was not full
  ///     is made anew, and stays until then.
  ///   - bytesPerTrajectory: the size of a trajectory, by which the room on the disk is judged before anything is
  ///     changed; by default that of those that are there.
  /// - Throws: `MacrostateError` of kind `badData` if there is a data set with another description or plan, whose
  ///   difference is in the message, or if the description or the plan makes no sense; `failure` if the folder is not
  ///   a data set or cannot be written, or there is too little room.
  public init(
    _ url: URL, description: DatasetDescription, plan: DatasetPlan, canGrow: Bool = false,
    bytesPerTrajectory: Int? = nil
  ) throws {
    if try DatasetManifest.existing(url) == nil { try description.validateNames(source: url.path) }
    try description.validate(source: url.path)
    try plan.validate(source: url.path)
    self.url = url
    self.description = description
    let isNew = !Folder.exists(url)
    try Folder.create(url)
    do {
      // The parts of a data set may start at the same moment.
      self.plan = try Folder.withLock(url, waits: true) {
        try DatasetFolder(url: url).prepare(
          DatasetManifest(description: description, plan: plan), canGrow: canGrow,
          bytesPerTrajectory: bytesPerTrajectory
        ).plan
      }
    } catch {
      if isNew { rmdir(url.path) }
      throw error
    }
  }

  /// What the data set at `url` contains and how it is divided, finished or not; `nil` if none has been begun there.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if its description is damaged.
  public static func existing(_ url: URL) throws -> (description: DatasetDescription, plan: DatasetPlan)? {
    try DatasetManifest.existing(url).map { ($0.description, $0.plan) }
  }

  /// The number of trajectories that the data set at `url` has already; 0 if none has been begun there.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if its description is damaged.
  public static func writtenTrajectoryCount(_ url: URL) throws -> Int {
    guard let plan = try existing(url)?.plan else { return 0 }
    return plan.trajectoryCount(ofShards: try ShardFile.present(url, plan: plan))
  }

  /// Bytes of a trajectory on the disk, the mean of those that are written; nil where none is.
  ///
  /// - Throws: `MacrostateError` if a shard cannot be read.
  public func meanTrajectoryBytes() throws -> Double? { try DatasetFolder(url: url).meanTrajectoryBytes(plan) }

  /// The shards of `part` that are not there yet, in order.
  public func missingShards(part: DatasetPart = .whole) -> [Int] {
    (0..<plan.shardCount).filter { part.contains(shard: $0) && !Folder.exists(ShardFile.folder(url, shard: $0)) }
  }

  /// Makes shard number `shard`, unless it is there already; several threads may make different shards.
  ///
  /// - Parameters:
  ///   - stop: asked before every trajectory; when it is set, the unfinished shard is dropped.
  ///   - written: called after every trajectory.
  ///   - frames: the frames of trajectory m; called for the shard's trajectories in order.
  /// - Throws: what `frames` throws; `MacrostateError` of kind `badData` if a trajectory does not fit the
  ///   description or has numbers that are not finite (trajectory, frame and particle are named); `stopped`; `failure`
  ///   if the disk is full or another process makes the same shard.
  public func writeShard(
    _ shard: Int, stop: StopFlag? = nil, written: () -> Void = {}, frames: (Int) throws -> FrameStream
  ) throws {
    precondition(shard >= 0 && shard < plan.shardCount, "shard outside the plan")
    let shardURL = ShardFile.folder(url, shard: shard)
    if Folder.exists(shardURL) { return }
    try AtomicFile.writeFolder(shardURL) { folder in
      try DatasetFolder(url: url).requireOwn(shard, description: description, plan: plan)
      let range = plan.trajectories(ofShard: shard)
      let writer = try ShardWriter(folder, description: description, firstTrajectory: range.lowerBound)
      for m in range {
        try stop?.check("\(plan.shardCount - missingShards().count) of \(plan.shardCount) shards are written")
        try writer.append(frames(m))
        written()
      }
      try writer.close()
    }
  }

  /// Makes the missing shards of `part` one after the other.
  ///
  /// - Parameters:
  ///   - stop: asked before every trajectory.
  ///   - progress: called after every trajectory with the number of those of `part` that are there and of all of it.
  ///   - frames: the frames of trajectory m.
  /// - Throws: as `writeShard` does.
  public func writeMissingShards(
    part: DatasetPart = .whole, stop: StopFlag? = nil, progress: (Int, Int) -> Void = { _, _ in },
    frames: (Int) throws -> FrameStream
  ) throws {
    let missing = missingShards(part: part)
    let total = plan.trajectoryCount(ofShards: (0..<plan.shardCount).filter(part.contains))
    var done = total - plan.trajectoryCount(ofShards: missing)
    try finishing(part) {
      for shard in missing {
        func written() {
          done += 1
          progress(done, total)
        }
        try writeShard(shard, stop: stop, written: written, frames: frames)
      }
    }
  }

  /// Runs `body`, which makes the missing shards of `part`: a data set that has grown is whole then; after a failure it is
  /// as it was (`giveUp`).
  func finishing(_ part: DatasetPart, _ body: () throws -> Void) throws {
    do {
      try body()
      try Folder.withLock(url, waits: true) { try DatasetFolder(url: url).endGrowth() }
    } catch let error as MacrostateError where error.kind == .stopped {
      throw error
    } catch {
      // Other parts may still be at work.
      if part == .whole { giveUp() }
      throw error
    }
  }

  /// Leaves what was there before a command that has failed: a data set that was growing goes back to what it was (whole
  /// new shards stay beside it for the next attempt), and one that holds no shard is removed. After a stop there is
  /// nothing to give up: the same command carries on.
  public func giveUp() {
    // The error that led here is the one to tell.
    try? Folder.withLock(url, waits: true) {
      let folder = DatasetFolder(url: url)
      try folder.undoGrowth()
      try folder.removeIfEmpty()
    }
  }
}

/// Trajectories that are in memory as a whole.
extension DatasetWriter {
  /// Makes shard number `shard` of trajectories in memory.
  ///
  /// - Throws: as `writeShard(_:stop:written:frames:)`.
  public func writeShard(_ shard: Int, stop: StopFlag? = nil, trajectory: (Int) throws -> Trajectory) throws {
    try writeShard(shard, stop: stop) { try trajectory($0).stream }
  }

  /// Makes the missing shards of `part`, of trajectories in memory, one after the other.
  ///
  /// - Throws: as `writeShard(_:stop:written:frames:)`.
  public func writeMissingShards(
    part: DatasetPart = .whole, stop: StopFlag? = nil, progress: (Int, Int) -> Void = { _, _ in },
    trajectory: (Int) throws -> Trajectory
  ) throws {
    try writeMissingShards(part: part, stop: stop, progress: progress) { try trajectory($0).stream }
  }
}
