import MacrostateStorage

/// The check sum of what a trajectory contains, wherever it lies in a data set and however that is cut into shards: the
/// CRC-32 of its numbers of points (i64, frame after frame, species after species), then its positions, features,
/// times, observables and parameters as they lie in the files, one after the other.
struct TrajectoryChecksum {
  private(set) var value = Checksum()

  /// Begins with the numbers of points, `[frames · S]`.
  init(pointCounts: [Int64]) {
    pointCounts.withUnsafeBytes { value.update($0) }
  }

  /// Adds a part that has been summed while it was written.
  mutating func add(_ part: FileRecord?) {
    if let part { value = value.followed(by: part) }
  }

  /// Adds the elements `range` of a file.
  mutating func add<Element>(_ array: MappedArray<Element>?, _ range: Range<Int>) {
    array?.withUnsafeBufferPointer(in: range) { value.update(UnsafeRawBufferPointer($0)) }
  }
}
