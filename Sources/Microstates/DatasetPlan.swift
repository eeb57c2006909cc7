import MacrostateStorage

/// How the trajectories of a data set are divided into shards.
public struct DatasetPlan: Codable, Equatable, Sendable {
  /// The number of trajectories.
  public var trajectoryCount: Int
  /// The number of trajectories in every shard but the last.
  public var trajectoriesPerShard: Int

  /// The size that a shard should have: small enough to lose little by a kill, large enough that there are few files.
  public static let defaultShardByteCount = 100_000_000

  /// A plan of shards of `trajectoriesPerShard`, at least one, trajectories.
  public init(trajectoryCount: Int, trajectoriesPerShard: Int) {
    self.trajectoryCount = trajectoryCount
    self.trajectoriesPerShard = max(1, trajectoriesPerShard)
  }

  /// A plan of shards of about `shardByteCount` bytes, where a trajectory takes about `bytesPerTrajectory`.
  public init(trajectoryCount: Int, bytesPerTrajectory: Int, shardByteCount: Int = defaultShardByteCount) {
    self.init(
      trajectoryCount: trajectoryCount, trajectoriesPerShard: shardByteCount / max(1, bytesPerTrajectory))
  }

  /// Trajectories are numbered by 32 bits in the files; a shard's size is bounded so that no sum can overflow.
  private static let limits = (trajectories: Int(Int32.max), perShard: 1 << 40)

  /// Checks that the plan makes sense.
  ///
  /// - Throws: `MacrostateError` of kind `badData`.
  func validate(source: String) throws {
    guard (1...Self.limits.trajectories).contains(trajectoryCount) else {
      throw MacrostateError(
        .badData, "\(source): \(trajectoryCount) trajectories; a data set has 1 to \(Self.limits.trajectories)")
    }
    guard (1...Self.limits.perShard).contains(trajectoriesPerShard) else {
      throw MacrostateError(
        .badData, "\(source): \(trajectoriesPerShard) trajectories in a shard; it has 1 to \(Self.limits.perShard)")
    }
  }

  /// The number of trajectories of `shards`.
  func trajectoryCount(ofShards shards: some Sequence<Int>) -> Int {
    shards.reduce(0) { $0 + trajectories(ofShard: $1).count }
  }

  /// The number of shards.
  public var shardCount: Int { (trajectoryCount + trajectoriesPerShard - 1) / trajectoriesPerShard }

  /// The trajectories of shard `shard`.
  public func trajectories(ofShard shard: Int) -> Range<Int> {
    let start = shard * trajectoriesPerShard
    return start..<min(start + trajectoriesPerShard, trajectoryCount)
  }
}

/// One of n equal parts of the work, for jobs that run side by side (`--part 3/8`): the shards s with s mod n = i.
public struct DatasetPart: Equatable, Sendable {
  /// The part's number i, from 0 to n − 1.
  public let index: Int
  /// The number n of parts.
  public let count: Int

  /// All shards.
  public static let whole = DatasetPart(index: 0, count: 1)

  private init(index: Int, count: Int) {
    self.index = index
    self.count = count
  }

  /// Part `text`, written `i/n` with i from 0 to n − 1.
  ///
  /// - Throws: `MacrostateError` of kind `usage` if the text is anything else.
  public init(_ text: String) throws {
    let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let index = numbers[0], let count = numbers[1], count > 0, 0..<count ~= index else {
      throw MacrostateError(.usage, "part '\(text)': write i/n with i from 0 to n-1, such as 0/4")
    }
    self.init(index: index, count: count)
  }

  /// Whether the shard belongs to this part.
  public func contains(shard: Int) -> Bool { shard % count == index }
}
