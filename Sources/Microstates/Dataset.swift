import Foundation
import MacrostateCompute
import MacrostateStorage
import Synchronization

/// A data set on the disk, opened for reading: random access to any frame in about a microsecond, without loading it.
///
///     let dataset = try Dataset.open(URL(fileURLWithPath: "demo.dataset"))
///     try dataset.verifyChecksums()
///     dataset.withPositions(frame: 12_345, species: 0) { points in … }
///
/// Frames are numbered 0 ..< `frameCount` over all trajectories, those of a trajectory one after the other. The files
/// are mapped into memory and never change, so any number of threads may read at once.
public final class Dataset: Sendable {
  /// The data set's folder.
  public let url: URL
  /// What the data set contains.
  public let description: DatasetDescription
  /// How the data set is divided into shards.
  public let plan: DatasetPlan
  /// The number of frames of all trajectories.
  public let frameCount: Int
  /// The number S of species.
  @usableFromInline let speciesCount: Int
  @usableFromInline let shards: [Shard]
  /// The first frame of each shard.
  @usableFromInline let shardStarts: [Int]
  /// The shards whose files have been compared with their check sums.
  private let intactShards = Mutex<Set<Int>>([])

  /// Opens the data set in the folder `url`.
  ///
  /// Counts, sizes and everything that access relies on are checked; the check sums of the shards' files are not:
  /// `requireIntact(trajectories:pool:)` does that before frames are read.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if there is no data set; `badData` if shards are missing, it is
  ///   damaged, or a newer version of the program wrote it.
  public static func open(_ url: URL) throws -> Dataset {
    let manifest = try DatasetManifest.read(url)
    let present = try ShardFile.present(url, plan: manifest.plan)
    guard present.count == manifest.plan.shardCount else {
      throw UnfinishedDataset(url: url, manifest: manifest, present: present).error
    }
    return try Dataset(url, manifest)
  }

  private init(_ url: URL, _ manifest: DatasetManifest) throws {
    self.url = url
    description = manifest.description
    plan = manifest.plan
    speciesCount = manifest.description.speciesNames.count
    shards = try (0..<manifest.plan.shardCount).map { shard in
      try Shard(
        ShardFile.folder(url, shard: shard), description: manifest.description,
        trajectories: manifest.plan.trajectories(ofShard: shard))
    }
    var starts: [Int] = []
    var count = 0
    for shard in shards {
      starts.append(count)
      count += shard.time.count
    }
    shardStarts = starts
    frameCount = count
  }

  /// The dimension d of space.
  public var dimension: Int { description.dimension }
  /// The names of the S species.
  public var speciesNames: [String] { description.speciesNames }
  /// The number c of feature columns of a point.
  public var featureCount: Int { description.featureNames.count }
  /// The k observables.
  public var observables: [ObservableDescription] { description.observables }
  /// The number of trajectories.
  public var trajectoryCount: Int { plan.trajectoryCount }
  /// The number of points of all frames and species.
  public var pointCount: Int { shards.reduce(0) { $0 + $1.manifest.pointCount } }
  /// The size of all shards in bytes.
  public var byteCount: Int { shards.reduce(0) { $0 + $1.byteCount } }

  /// The number of shards, for `verifyChecksums(ofShard:)`.
  public var shardCount: Int { shards.count }

  /// Compares all files with their check sums.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the first damaged file.
  public func verifyChecksums() throws {
    for shard in shards.indices { try verifyChecksums(ofShard: shard) }
  }

  /// Compares the files of one shard with their check sums; several threads may check different shards.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the damaged file.
  public func verifyChecksums(ofShard shard: Int) throws {
    try shards[shard].verifyChecksums()
    intactShards.withLock { _ = $0.insert(shard) }
  }

  /// Compares the contents of the trajectories of one shard with their own check sums, where they are recorded.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the trajectory.
  public func verifyTrajectoryChecksums(ofShard shard: Int) throws {
    try shards[shard].verifyTrajectoryChecksums(speciesCount: speciesCount)
  }

  /// Compares the files of the shards that hold `trajectories` with their check sums, each shard once for this object:
  /// to be called before their frames are read, which does not look at check sums.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the damaged file.
  public func requireIntact(
    trajectories: some Sequence<Int>, pool: WorkerPool = WorkerPool(threads: 1)
  ) throws {
    let needed = Set(trajectories.map { locate(trajectory: $0).shard })
    let missing = intactShards.withLock { needed.subtracting($0) }.sorted()
    try pool.run(tasks: missing.count) { [self] in try verifyChecksums(ofShard: missing[$0]) }
  }

  /// The check sums of the contents of all trajectories: equal for equal contents, wherever the data set is and however
  /// it is cut into shards. Those of data sets of earlier versions are summed up anew, from files that are intact.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names a damaged file.
  public func trajectoryChecksums(pool: WorkerPool = WorkerPool(threads: 1)) throws -> [UInt32] {
    let sums = Mutex([[UInt32]](repeating: [], count: shards.count))
    try pool.run(tasks: shards.count) { [self] shard in
      let trajectories = plan.trajectories(ofShard: shard)
      if shards[shard].manifest.trajectoryChecksums == nil { try requireIntact(trajectories: trajectories.prefix(1)) }
      let count = trajectories.count
      let values = (0..<count).map { shards[shard].checksum(ofTrajectory: $0, speciesCount: speciesCount) }
      sums.withLock { $0[shard] = values }
    }
    return sums.withLock { $0.flatMap(\.self) }
  }

  /// The shard that holds `frame`.
  public func shard(ofFrame frame: Int) -> Int { locate(frame: frame).shard }

  /// The frames of a shard, as numbers over the whole data set.
  public func frames(ofShard shard: Int) -> Range<Int> {
    shardStarts[shard]..<shardStarts[shard] + shards[shard].time.count
  }

  /// Asks the system to read the points of a shard ahead into memory, in the background: fast where frames of a shard are
  /// wanted in random order and are not in memory yet.
  public func readAhead(shard: Int) {
    shards[shard].positions?.readAhead()
    shards[shard].features?.readAhead()
  }

  /// The shard that holds `frame`, and the frame's number in it.
  @usableFromInline func locate(frame: Int) -> (shard: Int, frame: Int) {
    precondition(frame >= 0 && frame < frameCount, "frame outside the data set")
    var low = 0
    var high = shardStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if shardStarts[middle] <= frame { low = middle } else { high = middle }
    }
    return (low, frame - shardStarts[low])
  }

  /// The shard that holds `trajectory`, and the trajectory's number in it.
  func locate(trajectory: Int) -> (shard: Int, trajectory: Int) {
    precondition(trajectory >= 0 && trajectory < trajectoryCount, "trajectory outside the data set")
    return (trajectory / plan.trajectoriesPerShard, trajectory % plan.trajectoriesPerShard)
  }
}
