import Foundation
import MacrostateStorage

/// The folder of a data set that is being made: what is begun, replaced, grown and taken back in it.
///
/// Whoever calls holds the folder's lock. Shards are made outside it, each under the lock of its own unfinished folder.
struct DatasetFolder {
  let url: URL

  // MARK: Beginning

  /// Begins the data set `wanted`, or takes up the one that is there.
  ///
  /// - Returns: the manifest that is there now.
  func prepare(_ wanted: DatasetManifest, canGrow: Bool, bytesPerTrajectory: Int?) throws -> DatasetManifest {
    guard let present = try DatasetManifest.existing(url) else {
      if let stranger = try Folder.contents(url).first(where: { !isOwn($0) }) {
        throw MacrostateError(
          .failure,
          "\(url.path): the folder is not empty and no data set (it has \(stranger.lastPathComponent)); "
            + "choose another output")
      }
      return try start(wanted, bytesPerTrajectory)
    }
    var wanted = wanted
    if canGrow { wanted.plan.trajectoriesPerShard = present.plan.trajectoriesPerShard }
    if present != wanted, try holdsNothing() { return try start(wanted, bytesPerTrajectory) }
    return try takeUp(present, as: wanted, canGrow: canGrow, bytesPerTrajectory)
  }

  private func start(_ wanted: DatasetManifest, _ bytesPerTrajectory: Int?) throws -> DatasetManifest {
    try requireRoom(for: wanted.plan, bytesPerTrajectory.map(Double.init))
    for leftover in try Folder.contents(url) where isOwn(leftover) { try Folder.remove(leftover) }
    try wanted.write(url)
    return wanted
  }

  /// Takes up the data set that is there, if it is the wanted one or, where it may grow, the beginning of it.
  private func takeUp(
    _ present: DatasetManifest, as wanted: DatasetManifest, canGrow: Bool, _ bytesPerTrajectory: Int?
  ) throws -> DatasetManifest {
    if canGrow, let before = present.growsFrom, before == wanted.plan.trajectoryCount {
      try undoGrowth()
      return try prepare(wanted, canGrow: false, bytesPerTrajectory: bytesPerTrajectory)
    }
    var comparable = present
    comparable.growsFrom = nil
    let grows = canGrow && present.plan.trajectoryCount < wanted.plan.trajectoryCount
    if grows { comparable.plan.trajectoryCount = wanted.plan.trajectoryCount }
    // A finished data set stays as it is; an unfinished one must not be continued by another program.
    let isFinished = try isWhole(present.plan)
    if !grows, isFinished { comparable.description.programVersion = wanted.description.programVersion }
    guard comparable == wanted else {
      let difference = try comparable.difference(to: wanted).joined(separator: "\n  ")
      throw MacrostateError(
        .badData,
        "\(url.path): the data set there was made with other settings; choose another output, or remove it. "
          + "There (-) and wanted (+):\n  \(difference)")
    }
    let bytes = try bytesPerTrajectory.map(Double.init) ?? meanTrajectoryBytes(present.plan)
    try requireRoom(for: wanted.plan, bytes)
    if grows { return try grow(present, to: wanted) }
    if isFinished { try endGrowth() } else if present.growsFrom == nil { try restoreLastShard(present.plan) }
    return present
  }

  /// Refuses to begin what does not fit on the disk.
  private func requireRoom(for plan: DatasetPlan, _ bytesPerTrajectory: Double?) throws {
    guard let bytesPerTrajectory else { return }
    let written = plan.trajectoryCount(ofShards: try ShardFile.present(url, plan: plan))
    try DiskSpace.require(Double(plan.trajectoryCount - written) * bytesPerTrajectory, at: url)
  }

  func meanTrajectoryBytes(_ plan: DatasetPlan) throws -> Double? {
    let written = try ShardFile.present(url, plan: plan)
    guard !written.isEmpty else { return nil }
    let bytes = try written.reduce(0) { try $0 + Folder.byteCount(ShardFile.folder(url, shard: $1)) }
    return Double(bytes) / Double(plan.trajectoryCount(ofShards: written))
  }

  // MARK: Without data

  /// Whether there is no shard, whole or in the making by a living process, that could be lost.
  private func holdsNothing() throws -> Bool {
    let contents = try Folder.contents(url)
    guard contents.allSatisfy(isOwn) else { return false }
    let unfinished = contents.filter { $0.pathExtension == "partial" && Folder.exists($0) }
    return unfinished.allSatisfy { (try? Folder.withLock($0) {}) != nil }
  }

  /// Whether a data set without any shard may contain this item: its description, or what a kill has left.
  private func isOwn(_ item: URL) -> Bool {
    let name = item.pathExtension == "partial" ? item.deletingPathExtension().lastPathComponent : item.lastPathComponent
    return [DatasetManifest.fileName, SourceFile.listName].contains(name)
      || name.hasPrefix("shard-") && item.pathExtension == "partial"
  }

  /// Removes a data set that holds nothing.
  func removeIfEmpty() throws {
    guard try holdsNothing() else { return }
    for item in try Folder.contents(url) { try Folder.remove(item) }
    rmdir(url.path)
  }

  /// Checks that the data set is still the one that the caller began: another command may have replaced it or taken it
  /// back before its first shard.
  func requireOwn(_ shard: Int, description: DatasetDescription, plan: DatasetPlan) throws {
    try Folder.withLock(url, waits: true) {
      let present = try DatasetManifest.read(url)
      guard present.description == description, shard < present.plan.shardCount,
        present.plan.trajectories(ofShard: shard) == plan.trajectories(ofShard: shard)
      else {
        throw MacrostateError(
          .failure, "\(url.path): another command has begun another data set here; choose another output")
      }
    }
  }

  // MARK: Growing

  /// The last shard of `plan`, which is not full, while its successor is made.
  private func lastShardAside(_ plan: DatasetPlan) -> URL {
    ShardFile.folder(url, shard: plan.shardCount - 1).appendingPathExtension("before")
  }

  private func isWhole(_ plan: DatasetPlan) throws -> Bool {
    try ShardFile.present(url, plan: plan).count == plan.shardCount
  }

  /// First the shard is put aside, then the plan changes: after a kill in between a shard is missing, and the same call
  /// goes on.
  private func grow(_ present: DatasetManifest, to wanted: DatasetManifest) throws -> DatasetManifest {
    var grown = wanted
    grown.growsFrom = present.growsFrom ?? present.plan.trajectoryCount
    let last = present.plan.shardCount - 1
    let shard = ShardFile.folder(url, shard: last)
    if present.plan.trajectories(ofShard: last) != wanted.plan.trajectories(ofShard: last), Folder.exists(shard) {
      // That of a growth that was not finished was never a part of what is there.
      if present.growsFrom == nil {
        try Folder.move(shard, to: lastShardAside(present.plan))
      } else {
        try Folder.remove(shard)
      }
    }
    try grown.write(url)
    return grown
  }

  /// Where all shards are there, what the data set was before goes.
  func endGrowth() throws {
    guard var manifest = try DatasetManifest.existing(url), let before = manifest.growsFrom, try isWhole(manifest.plan)
    else { return }
    try Folder.remove(lastShardAside(manifest.plan(of: before)))
    manifest.growsFrom = nil
    try manifest.write(url)
  }

  /// Goes back to what the data set was before it began to grow.
  func undoGrowth() throws {
    guard var manifest = try DatasetManifest.existing(url), let before = manifest.growsFrom,
      try !isWhole(manifest.plan)
    else { return }
    let old = manifest.plan(of: before)
    // Full shards stay for the next growth; a last one that is not full fits no other.
    let last = manifest.plan.shardCount - 1
    if manifest.plan.trajectories(ofShard: last).count < manifest.plan.trajectoriesPerShard, last >= old.shardCount {
      try Folder.remove(ShardFile.folder(url, shard: last))
    }
    // Kept aside until the plan is the old one: after a kill in between the same call does the rest.
    manifest.plan = old
    manifest.growsFrom = nil
    if Folder.exists(lastShardAside(old)) { try Folder.remove(ShardFile.folder(url, shard: old.shardCount - 1)) }
    try manifest.write(url)
    try restoreLastShard(old)
  }

  /// Puts the last shard back that a kill has left aside.
  private func restoreLastShard(_ plan: DatasetPlan) throws {
    let (aside, shard) = (lastShardAside(plan), ShardFile.folder(url, shard: plan.shardCount - 1))
    if Folder.exists(aside), !Folder.exists(shard) { try Folder.move(aside, to: shard) }
  }
}

extension DatasetManifest {
  /// The plan with `count` trajectories.
  fileprivate func plan(of count: Int) -> DatasetPlan {
    DatasetPlan(trajectoryCount: count, trajectoriesPerShard: plan.trajectoriesPerShard)
  }
}
