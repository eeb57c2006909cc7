import MacrostateTraining

/// The cuts of a batch of point sets for the lanes and their tiles.
///
/// The cuts depend on the sets' sizes alone, never on the number of threads, so that sums are always added in the same
/// order. A tile is at most about `tilePoints` points, so that its activations stay in cache; a larger set is a tile of
/// its own and worked on in parts.
struct PointTiles {
  /// Points of a tile.
  static let tilePoints = 1024

  /// Positions in the batch, tile by tile, for each lane.
  let tiles: [[Range<Int>]]

  /// The tiles of sets with `counts` points; a tile is of about `tilePoints`.
  init(counts: [Int], tilePoints: Int = Self.tilePoints) {
    // An empty set still costs its decoder; count it as a point.
    let weights = counts.map { max($0, 1) }
    let total = weights.reduce(0, +)
    var lanes: [Range<Int>] = []
    var begin = 0
    var done = 0
    for lane in 0..<Lanes.count {
      var end = begin
      let target = (lane + 1) * total / Lanes.count
      while end < counts.count && done + weights[end] / 2 < target {
        done += weights[end]
        end += 1
      }
      if lane == Lanes.count - 1 { end = counts.count }
      lanes.append(begin..<end)
      begin = end
    }
    tiles = lanes.map { Self.cut($0, weights, tilePoints) }
  }

  private static func cut(_ sets: Range<Int>, _ weights: [Int], _ tilePoints: Int) -> [Range<Int>] {
    let points = weights[sets].reduce(0, +)
    let size = points / max((points + tilePoints - 1) / tilePoints, 1)
    var tiles: [Range<Int>] = []
    var begin = sets.lowerBound
    var inTile = 0
    for set in sets {
      if inTile > 0 && inTile + weights[set] > max(size + weights[set] / 2, tilePoints / 2) {
        tiles.append(begin..<set)
        begin = set
        inTile = 0
      }
      inTile += weights[set]
    }
    if begin < sets.upperBound { tiles.append(begin..<sets.upperBound) }
    return tiles
  }
}
