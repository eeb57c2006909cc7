import ClosureModels
import Foundation
import MacrostateCompute
import MacrostateEvaluation
import Testing

@Suite struct SetStatisticsTests {
  private func moments(_ points: [Float], _ dimension: Int, _ scaling: PointScaling? = nil) -> [Double] {
    points.withUnsafeBufferPointer {
      SetStatistics(dimension: dimension).moments($0, scaling: scaling ?? .identity(columns: dimension))
    }
  }

  private func distances(_ points: [Float], _ dimension: Int, end: Float, set: Int = 0) -> [Double] {
    points.withUnsafeBufferPointer {
      SetStatistics(dimension: dimension).pairDistances($0, end: end, set: set)
    }
  }

  @Test func everyMixedMomentIsThereOnce() {
    // C(d + 4, 4) − 1.
    for (dimension, count) in [(1, 4), (2, 14), (3, 34)] {
      let statistics = SetStatistics(dimension: dimension)
      #expect(statistics.exponents.count == count && Set(statistics.exponents).count == count)
      #expect(statistics.exponents.allSatisfy { (1...4).contains($0.reduce(0, +)) })
    }
    let names = SetStatistics(dimension: 2).exponents.map(SetStatistics(dimension: 2).name)
    #expect(
      names == ["x", "y", "x²", "xy", "y²", "x³", "x²y", "xy²", "y³", "x⁴", "x³y", "x²y²", "xy³", "y⁴"])
  }

  @Test func momentsOfTwoPoints() {
    // (1, 2) and (3, −1) after scaling: x − 1 and 2y.
    let scaling = PointScaling(shift: [1, 0], factor: [1, 2])
    let found = moments([2, 1, 4, -0.5], 2, scaling)
    let expected: [Double] = [2, 0.5, 5, -0.5, 2.5, 14, -3.5, 3.5, 3.5, 41, -12.5, 6.5, 2.5, 8.5]
    #expect(found == expected)
    #expect(moments([], 2) == Array(repeating: 0, count: 14))
  }

  @Test func distancesOfThreePoints() {
    // 3, 4 and 5 of at most 5: shares of a third in the bins of 3/5, 4/5 and the last.
    let found = distances([0, 0, 3, 0, 0, 4], 2, end: 5)
    let bins = [19, 25, 31]
    for bin in 0..<32 { #expect(abs(found[bin] - (bins.contains(bin) ? 1.0 / 3 : 0)) < 1e-15) }
    // What is farther than any pair in training counts as the last bin; one point or none has no pair.
    #expect(distances([0, 0, 30, 0], 2, end: 5)[31] == 1)
    #expect(distances([1, 2], 2, end: 5) == Array(repeating: 0, count: 32))
    #expect(distances([], 3, end: 5) == Array(repeating: 0, count: 32))
    #expect(distances([1, 1, 1], 1, end: 0)[31] == 0)
  }

  @Test func orderDoesNotMatterWhereAllPairsAreSeen() {
    var random = RandomStream(seed: 1, purpose: .evaluation)
    let points = random.normals(300 * 3).map { $0 }
    let reversed = stride(from: 297 * 3 + 6, through: 0, by: -3).flatMap { points[$0..<$0 + 3] }
    #expect(distances(points, 3, end: 6) == distances(reversed, 3, end: 6))
    #expect(zip(moments(points, 3), moments(reversed, 3)).allSatisfy { abs($0 - $1) < 1e-12 })
    let longest = points.withUnsafeBufferPointer { SetStatistics(dimension: 3).longestDistance($0, set: 0) }
    var expected: Float = 0
    for a in 0..<300 {
      for b in 0..<a {
        let squares = (0..<3).map {
          (points[3 * a + $0] - points[3 * b + $0]) * (points[3 * a + $0] - points[3 * b + $0])
        }
        expected = max(expected, squares.reduce(0, +).squareRoot())
      }
    }
    #expect(abs(longest - expected) < 1e-6)
  }

  @Test func randomPairsOfManyPointsAreFair() {
    // Points at 0 and 1 by turns: pairs of unlike points are half of all.
    let points = (0..<2000).map { Float($0 % 2) }
    let found = distances(points, 1, end: 2, set: 3)
    #expect(found == distances(points, 1, end: 2, set: 3))
    #expect(abs(found[16] - 0.5) < 0.01 && abs(found[0] + found[16] - 1) < 1e-12)
  }
}
