import Microstates

/// The order in which epochs go through frames: a pure function of the seed and the position.
///
/// Frames are shuffled as a whole where the points of the data set fit the buffer. Larger data are read in groups of
/// shards of half the buffer (the other half is for the group that is read ahead): every epoch deals the shards out into
/// groups anew, and shuffles all frames of a group. So a frame is never read cold and alone from a disk.
package struct FrameOrder: Sendable {
  /// The frames, in increasing order.
  package let frames: [Int]
  private let seed: UInt64
  /// frames[shardStarts[s] ..< shardStarts[s + 1]] are those of the s-th shard that has any.
  private let shardStarts: [Int]
  private let shards: [Int]
  /// Shards of a group; nil where all frames are shuffled as a whole.
  private let groupSize: Int?

  /// An order of `frames`, which increase.
  ///
  /// - Parameter buffer: bytes of points up to which frames are shuffled as a whole.
  package init(_ frames: [Int], of dataset: Dataset, buffer: Double, seed: UInt64) {
    self.frames = frames
    self.seed = seed
    var starts: [Int] = []
    var shards: [Int] = []
    var end = 0
    for (i, frame) in frames.enumerated() where frame >= end {
      let shard = dataset.shard(ofFrame: frame)
      shards.append(shard)
      starts.append(i)
      end = dataset.frames(ofShard: shard).upperBound
    }
    self.shards = shards
    shardStarts = starts + [frames.count]
    let bytes = 4 * Double(dataset.pointCount * (dataset.dimension + dataset.featureCount))
    groupSize = bytes <= buffer ? nil : max(1, Int(buffer / 2 / (bytes / Double(dataset.shardCount))))
  }

  /// The frames at these positions; position p is in epoch p / frames.count.
  package func frames(at positions: Range<Int>) -> [Int] {
    var epochs: [Int: Epoch] = [:]
    return positions.map { position in
      let number = position / frames.count
      let epoch = epochs[number] ?? epoch(number)
      epochs[number] = epoch
      return frames[epoch.index(position % frames.count)]
    }
  }

  /// The shards that a reader should have at hand before these positions and does not need before: those of the group
  /// after the one that begins here, and those of that one, too, where nothing was read yet. None for data that are
  /// shuffled as a whole.
  package func shardsToRead(at positions: Range<Int>, isFirst: Bool) -> [Int] {
    guard groupSize != nil, let last = positions.last else { return [] }
    let epoch = epoch(last / frames.count)
    let now = epoch.group(last % frames.count)
    let before = positions.lowerBound - 1
    let wasThere = before >= 0 && before / frames.count == last / frames.count
    guard isFirst || !wasThere || epoch.group(before % frames.count) != now else { return [] }
    let next =
      now + 1 < epoch.groups.count ? epoch.groups[now + 1] : self.epoch(last / frames.count + 1).groups[0]
    return ((isFirst ? epoch.groups[now].shards : []) + next.shards).map { shards[$0] }
  }

  // MARK: Epochs

  /// Some shards and the positions of their frames in the epoch.
  private struct Group {
    var shards: [Int]
    var positions: Range<Int>
  }

  private struct Epoch {
    var groups: [Group]
    var shuffles: [ShuffledIndices]
    let shardStarts: [Int]

    /// The group of a position of the epoch.
    func group(_ position: Int) -> Int {
      groups.firstIndex { position < $0.positions.upperBound } ?? 0
    }

    /// The frame's index at a position of the epoch.
    func index(_ position: Int) -> Int {
      let number = group(position)
      var place = shuffles[number][position - groups[number].positions.lowerBound]
      for shard in groups[number].shards {
        let count = shardStarts[shard + 1] - shardStarts[shard]
        if place < count { return shardStarts[shard] + place }
        place -= count
      }
      preconditionFailure("a place within the group")
    }
  }

  private func epoch(_ number: Int) -> Epoch {
    guard let groupSize else {
      return Epoch(
        groups: [Group(shards: [0], positions: 0..<frames.count)],
        shuffles: [ShuffledIndices(count: frames.count, seed: seed, epoch: number)], shardStarts: [0, frames.count])
    }
    // Names of their own: an order of shards is none of frames.
    let order = Array(ShuffledIndices(count: shards.count, seed: seed ^ 0x5348_4152_4453, epoch: number))
    var groups: [Group] = []
    var begin = 0
    for first in stride(from: 0, to: order.count, by: groupSize) {
      let members = Array(order[first..<min(first + groupSize, order.count)])
      let count = members.reduce(0) { $0 + shardStarts[$1 + 1] - shardStarts[$1] }
      groups.append(Group(shards: members, positions: begin..<begin + count))
      begin += count
    }
    let shuffles = groups.enumerated().map { i, group in
      ShuffledIndices(count: group.positions.count, seed: seed, epoch: number * groups.count + i)
    }
    return Epoch(groups: groups, shuffles: shuffles, shardStarts: shardStarts)
  }
}
