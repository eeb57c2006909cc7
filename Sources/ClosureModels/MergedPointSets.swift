import MacrostateCompute

/// Frames without types: set f has the points of all species of frame f, sets f·S ..< (f + 1)·S of another source, in a
/// random order that depends on f alone. Behind each other, species would be told apart by their places.
struct MergedPointSets: PointSetSource {
  let base: any PointSetSource
  let speciesCount: Int

  var dimension: Int { base.dimension }
  var featureCount: Int { base.featureCount }

  func pointCount(ofSet set: Int) -> Int { sets(set).reduce(0) { $0 + base.pointCount(ofSet: $1) } }

  func withPoints(ofSet set: Int, _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>) -> Void) {
    var positions: [Float] = []
    var features: [Float] = []
    for part in sets(set) {
      base.withPoints(ofSet: part) {
        positions += $0
        features += $1
      }
    }
    let order = order(ofSet: set)
    rows(positions, order, width: dimension).withUnsafeBufferPointer { positions in
      rows(features, order, width: featureCount).withUnsafeBufferPointer { body(positions, $0) }
    }
  }

  func weights(ofSet set: Int) -> [Float]? {
    let weights = sets(set).compactMap { base.weights(ofSet: $0) }.flatMap(\.self)
    return weights.isEmpty ? nil : order(ofSet: set).map { weights[$0] }
  }

  /// That of the frame.
  func cell(ofSet set: Int) -> PeriodicCell? { base.cell(ofSet: set * speciesCount) }

  private func sets(_ set: Int) -> Range<Int> { set * speciesCount..<(set + 1) * speciesCount }

  private func order(ofSet set: Int) -> [Int] {
    var random = RandomStream(seed: 0, purpose: .permutation, step: -1, set: set)
    return random.permutation(of: pointCount(ofSet: set))
  }

  private func rows(_ values: [Float], _ order: [Int], width: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: order.count * width) { out, count in
      for (to, from) in order.enumerated() {
        for j in 0..<width { out[to * width + j] = values[from * width + j] }
      }
      count = order.count * width
    }
  }
}
