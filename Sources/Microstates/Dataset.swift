import Foundation
import MacrostateStorage

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

  /// Opens the data set in the folder `url`.
  ///
  /// Counts, sizes and everything that access relies on are checked; the check sums are not (`verifyChecksums`).
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if there is no data set; `badData` if shards are missing, it is
  ///   damaged, or a newer version of the program wrote it.
  public static func open(_ url: URL) throws -> Dataset {
    let manifest = try DatasetManifest.read(url)
    let shardCount = manifest.plan.shardCount
    let missing = (0..<shardCount).filter { !Folder.exists(ShardFile.folder(url, shard: $0)) }
    guard missing.isEmpty else {
      throw MacrostateError(
        .badData, "\(url.path): \(missing.count) of \(shardCount) shards are missing; run the same command again")
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
  public var pointCount: Int { shards.reduce(0) { $0 + $1.positions.shape[0] } }
  /// The size of all shards in bytes.
  public var byteCount: Int { shards.reduce(0) { $0 + $1.manifest.files.values.reduce(0) { $0 + $1.byteCount } } }

  /// The number of shards, for `verifyChecksums(ofShard:)`.
  public var shardCount: Int { shards.count }

  /// Compares all files with their check sums; to be done once a run.
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
    shards[shard].positions.readAhead()
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
