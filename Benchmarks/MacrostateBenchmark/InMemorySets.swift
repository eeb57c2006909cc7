import ClosureModels
import MacrostateCompute

/// Random point sets in memory, for the benchmark.
final class InMemorySets: PointSetSource {
  let dimension = 2
  let featureCount = 0
  private let points: [Float]
  private let count: Int
  /// The number of sets.
  let setCount: Int

  /// `sets` sets of `count` standard normal points.
  init(sets: Int, count: Int) {
    var random = RandomStream(seed: 1, purpose: .simulation)
    points = random.normals(sets * count * 2)
    self.count = count
    setCount = sets
  }

  func pointCount(ofSet set: Int) -> Int { count }

  func weights(ofSet set: Int) -> [Float]? { nil }

  func cell(ofSet set: Int) -> PeriodicCell? { nil }

  func withPoints(
    ofSet set: Int, _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>) -> Void
  ) {
    points.withUnsafeBufferPointer {
      body(
        UnsafeBufferPointer(rebasing: $0[set * count * 2..<(set + 1) * count * 2]),
        UnsafeBufferPointer(start: nil, count: 0))
    }
  }
}
