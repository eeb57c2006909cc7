/// The numbers 0 ..< count in an order that looks random and depends on (seed, epoch) alone, in constant memory.
///
///     for frame in ShuffledIndices(count: dataset.frameCount, seed: 7, epoch: 3) { … }
///
/// The i-th number is computed from i: i is written as a pair (l, r) of numbers below a and b with a·b ≥ count, and a
/// few rounds add a keyed hash of one to the other, a Feistel network. Each round can be undone, so the whole is a
/// permutation of 0 ..< a·b; a result beyond count is sent through again until it lies inside ("cycle walking",
/// Black and Rogaway 2002), which keeps it a permutation.
public struct ShuffledIndices: RandomAccessCollection, Sendable {
  /// The number of indices.
  public let count: Int
  private let columns: UInt64
  private let rows: UInt64
  private let key: UInt64

  private static let roundPairs: UInt64 = 4

  /// The shuffled numbers 0 ..< `count` for the given seed and epoch.
  public init(count: Int, seed: UInt64, epoch: Int) {
    precondition(count >= 0, "a count is not negative")
    self.count = count
    var columns = UInt64(Double(count).squareRoot())
    while columns * columns < UInt64(count) { columns += 1 }
    self.columns = Swift.max(1, columns)
    rows = (UInt64(count) + self.columns - 1) / self.columns
    key = Self.mix(Self.mix(seed) ^ UInt64(truncatingIfNeeded: epoch))
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { count }

  /// The number at place `position` of the shuffled order.
  public subscript(position: Int) -> Int {
    precondition(position >= 0 && position < count, "position outside the collection")
    var value = UInt64(position)
    repeat { value = permuted(value) } while value >= UInt64(count)
    return Int(value)
  }

  /// One pass through the rounds, a permutation of 0 ..< columns·rows.
  private func permuted(_ value: UInt64) -> UInt64 {
    var (row, column) = value.quotientAndRemainder(dividingBy: columns)
    for round in 0..<Self.roundPairs {
      column = Self.sum(column, hash(row, 2 * round), below: columns)
      row = Self.sum(row, hash(column, 2 * round + 1), below: rows)
    }
    return row * columns + column
  }

  private func hash(_ value: UInt64, _ round: UInt64) -> UInt64 {
    Self.mix(key &+ Self.mix(value << 4 | round))
  }

  /// value + (hash scaled to 0 ..< limit), modulo limit.
  private static func sum(_ value: UInt64, _ hash: UInt64, below limit: UInt64) -> UInt64 {
    let sum = value + hash.multipliedFullWidth(by: limit).high
    return sum < limit ? sum : sum - limit
  }

  /// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every bit of the result depends on every bit of `value`.
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
