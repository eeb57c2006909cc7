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
  /// - Throws: `MacrostateError` of kind `badData` if there is a data set with another description or plan, whose
  ///   difference is in the message, or if the description or the plan makes no sense; `failure` if the folder is not
  ///   a data set or cannot be written.
  public init(_ url: URL, description: DatasetDescription, plan: DatasetPlan) throws {
    try description.validate(source: url.path)
    guard plan.trajectoryCount > 0, Int32(exactly: plan.trajectoryCount) != nil else {
      throw MacrostateError(
        .badData, "\(url.path): \(plan.trajectoryCount) trajectories; a data set has 1 to \(Int32.max)")
    }
    self.url = url
    self.description = description
    self.plan = plan
    let manifest = DatasetManifest(description: description, plan: plan)
    try Folder.create(url)
    // The parts of a data set may start at the same moment.
    try Folder.withLock(url, waits: true) {
      if FileManager.default.fileExists(atPath: url.appendingPathComponent(DatasetManifest.fileName).path) {
        try compare(manifest, with: DatasetManifest.read(url))
      } else {
        try start(manifest)
      }
    }
  }

  /// What the data set at `url` contains and how it is divided, finished or not; `nil` if none has been begun there.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if its description is damaged.
  public static func existing(_ url: URL) throws -> (description: DatasetDescription, plan: DatasetPlan)? {
    guard FileManager.default.fileExists(atPath: url.appendingPathComponent(DatasetManifest.fileName).path) else {
      return nil
    }
    let manifest = try DatasetManifest.read(url)
    return (manifest.description, manifest.plan)
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

  private func start(_ manifest: DatasetManifest) throws {
    if let stranger = try Folder.contents(url).first(where: { !Self.isLeftover($0) }) {
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

  private func compare(_ wanted: DatasetManifest, with present: DatasetManifest) throws {
    var present = present
    // A finished data set stays as it is; an unfinished one must not be continued by another program.
    if missingShards().isEmpty { present.description.programVersion = description.programVersion }
    guard present != wanted else { return }
    let difference = try present.difference(to: wanted).joined(separator: "\n  ")
    throw MacrostateError(
      .badData,
      "\(url.path): the data set there was made with other settings; choose another output, or remove it. "
        + "There (-) and wanted (+):\n  \(difference)")
  }
}
