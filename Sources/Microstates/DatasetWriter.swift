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

  /// Starts the data set in the folder `url`, or takes up the one there.
  ///
  /// - Parameter canGrow: whether the data set there may have fewer trajectories, which the others then join: where
  ///   trajectory m does not depend on how many there are. Shards keep the size that they have there; a last one that was
  ///   not full is made anew.
  /// - Throws: `MacrostateError` of kind `badData` if there is a data set with another description or plan, whose
  ///   difference is in the message, or if the description or the plan makes no sense; `failure` if the folder is not
  ///   a data set or cannot be written.
  public init(_ url: URL, description: DatasetDescription, plan: DatasetPlan, canGrow: Bool = false) throws {
    if try DatasetManifest.existing(url) == nil { try description.validateNames(source: url.path) }
    try description.validate(source: url.path)
    guard plan.trajectoryCount > 0, Int32(exactly: plan.trajectoryCount) != nil else {
      throw MacrostateError(
        .badData, "\(url.path): \(plan.trajectoryCount) trajectories; a data set has 1 to \(Int32.max)")
    }
    self.url = url
    self.description = description
    try Folder.create(url)
    // The parts of a data set may start at the same moment.
    self.plan = try Folder.withLock(url, waits: true) {
      var wanted = DatasetManifest(description: description, plan: plan)
      if let present = try DatasetManifest.existing(url) {
        if canGrow { wanted.plan.trajectoriesPerShard = present.plan.trajectoriesPerShard }
        try Self.takeUp(present, at: url, as: wanted, canGrow: canGrow)
      } else {
        try Self.start(wanted, at: url)
      }
      return wanted.plan
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
    let written = (0..<plan.shardCount).filter { Folder.exists(ShardFile.folder(url, shard: $0)) }
    return written.reduce(0) { $0 + plan.trajectories(ofShard: $1).count }
  }

  /// Bytes of a trajectory on the disk, the mean of those that are written; nil where none is.
  ///
  /// - Throws: `MacrostateError` if a shard cannot be read.
  public func meanTrajectoryBytes() throws -> Double? {
    let written = (0..<plan.shardCount).filter { Folder.exists(ShardFile.folder(url, shard: $0)) }
    guard !written.isEmpty else { return nil }
    let bytes = try written.reduce(0) { try $0 + Folder.byteCount(ShardFile.folder(url, shard: $1)) }
    return Double(bytes) / Double(trajectoryCount(ofShards: written))
  }

  /// The shards of `part` that are not there yet, in order.
  public func missingShards(part: DatasetPart = .whole) -> [Int] {
    (0..<plan.shardCount).filter { part.contains(shard: $0) && !Folder.exists(ShardFile.folder(url, shard: $0)) }
  }

  /// Makes shard number `shard`, unless it is there already; several threads may make different shards.
  ///
  /// - Parameters:
  ///   - stop: asked before every trajectory; when it is set, the unfinished shard is dropped.
  ///   - trajectory: makes trajectory m; called for the shard's trajectories in order.
  /// - Throws: what `trajectory` throws; `MacrostateError` of kind `badData` if a trajectory does not fit the
  ///   description or has numbers that are not finite (trajectory, frame and particle are named); `stopped`; `failure`
  ///   if the disk is full or another process makes the same shard.
  public func writeShard(_ shard: Int, stop: StopFlag? = nil, trajectory: (Int) throws -> Trajectory) throws {
    precondition(shard >= 0 && shard < plan.shardCount, "shard outside the plan")
    let shardURL = ShardFile.folder(url, shard: shard)
    if Folder.exists(shardURL) { return }
    try AtomicFile.writeFolder(shardURL) { folder in
      let range = plan.trajectories(ofShard: shard)
      let writer = try ShardWriter(folder, description: description, firstTrajectory: range.lowerBound)
      for m in range {
        try stop?.check("\(plan.shardCount - missingShards().count) of \(plan.shardCount) shards are written")
        let next = try trajectory(m)
        try next.validate(description, name: "trajectory \(m)")
        try writer.append(next)
      }
      try writer.close()
    }
  }

  /// Makes the missing shards of `part` one after the other.
  ///
  /// - Parameters:
  ///   - stop: asked before every trajectory.
  ///   - progress: called after every trajectory with the number of those of `part` that are there and of all of it.
  ///   - trajectory: makes trajectory m.
  /// - Throws: as `writeShard` does.
  public func writeMissingShards(
    part: DatasetPart = .whole, stop: StopFlag? = nil, progress: (Int, Int) -> Void = { _, _ in },
    trajectory: (Int) throws -> Trajectory
  ) throws {
    let missing = missingShards(part: part)
    let total = trajectoryCount(ofShards: (0..<plan.shardCount).filter(part.contains))
    var done = total - trajectoryCount(ofShards: missing)
    for shard in missing {
      try writeShard(shard, stop: stop) { m in
        let next = try trajectory(m)
        done += 1
        progress(done, total)
        return next
      }
    }
  }

  func trajectoryCount(ofShards shards: [Int]) -> Int {
    shards.reduce(0) { $0 + plan.trajectories(ofShard: $1).count }
  }

  private static func start(_ manifest: DatasetManifest, at url: URL) throws {
    if let stranger = try Folder.contents(url).first(where: { !isLeftover($0) }) {
      throw MacrostateError(
        .failure,
        "\(url.path): the folder is not empty and no data set (it has \(stranger.lastPathComponent)); "
          + "choose another output")
    }
    try manifest.write(url)
  }

  /// Whether a kill while `dataset.json` was first written may have left this file.
  private static func isLeftover(_ file: URL) -> Bool {
    file.lastPathComponent == DatasetManifest.fileName + ".partial"
  }

  /// Takes up the data set that is there, if it is the wanted one or, where it may grow, the beginning of it.
  private static func takeUp(
    _ present: DatasetManifest, at url: URL, as wanted: DatasetManifest, canGrow: Bool
  ) throws {
    var comparable = present
    let grows = canGrow && present.plan.trajectoryCount < wanted.plan.trajectoryCount
    if grows { comparable.plan.trajectoryCount = wanted.plan.trajectoryCount }
    // A finished data set stays as it is; an unfinished one must not be continued by another program.
    let isFinished = (0..<wanted.plan.shardCount).allSatisfy { Folder.exists(ShardFile.folder(url, shard: $0)) }
    if !grows, isFinished { comparable.description.programVersion = wanted.description.programVersion }
    guard comparable == wanted else {
      let difference = try comparable.difference(to: wanted).joined(separator: "\n  ")
      throw MacrostateError(
        .badData,
        "\(url.path): the data set there was made with other settings; choose another output, or remove it. "
          + "There (-) and wanted (+):\n  \(difference)")
    }
    if grows { try grow(present.plan, at: url, to: wanted) }
  }

  /// First the shard goes, then the plan changes: after a kill in between a shard is missing, and the same call goes on.
  private static func grow(_ present: DatasetPlan, at url: URL, to wanted: DatasetManifest) throws {
    let last = present.shardCount - 1
    if present.trajectories(ofShard: last) != wanted.plan.trajectories(ofShard: last) {
      try Folder.remove(ShardFile.folder(url, shard: last))
    }
    try wanted.write(url)
  }
}
