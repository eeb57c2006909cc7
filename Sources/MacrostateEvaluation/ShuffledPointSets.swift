import ClosureModels
import MacrostateCompute

/// The sets of another source with their points in a random order.
struct ShuffledPointSets: PointSetSource {
  let base: any PointSetSource
  let seed: UInt64

  var dimension: Int { base.dimension }
  var featureCount: Int { base.featureCount }
  func pointCount(ofSet set: Int) -> Int { base.pointCount(ofSet: set) }

  func withPoints(ofSet set: Int, _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>) -> Void) {
    let order = order(ofSet: set)
    base.withPoints(ofSet: set) { positions, features in
      let shuffledPositions = rows(positions, order, width: dimension)
      let shuffledFeatures = rows(features, order, width: featureCount)
      shuffledPositions.withUnsafeBufferPointer { positions in
        shuffledFeatures.withUnsafeBufferPointer { body(positions, $0) }
      }
    }
  }

  func weights(ofSet set: Int) -> [Float]? {
    base.weights(ofSet: set).map { weights in order(ofSet: set).map { weights[$0] } }
  }

  func cell(ofSet set: Int) -> PeriodicCell? { base.cell(ofSet: set) }

  private func order(ofSet set: Int) -> [Int] {
    var random = RandomStream(seed: seed, purpose: .shuffle, set: set)
    return random.permutation(of: pointCount(ofSet: set))
  }

  private func rows(_ values: UnsafeBufferPointer<Float>, _ order: [Int], width: Int) -> [Float] {
    guard width > 0 else { return [] }
    return order.flatMap { values[$0 * width..<($0 + 1) * width] }
  }
}
