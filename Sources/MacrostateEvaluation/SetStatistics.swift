import ClosureModels
import MacrostateCompute

/// Statistics of a set of points that say what it looks like, whatever the order of its points: its moments up to fourth
/// order, and how far its points are from each other.
public struct SetStatistics: Sendable {
  /// Bins of the histogram of pair distances.
  public static let bins = 32
  /// The highest order of a moment.
  public static let highestOrder = 4
  /// Pairs of a set that are looked at: all of up to 316 points, as many random ones of more.
  public static let pairLimit = 50_000

  /// d.
  public let dimension: Int
  /// The exponents of each moment, by order.
  public let exponents: [[Int]]

  /// Statistics of points of `dimension` coordinates.
  public init(dimension: Int) {
    self.dimension = dimension
    exponents = (1...Self.highestOrder).flatMap { Self.exponents(order: $0, dimension: dimension) }
  }

  /// All exponents of `order` in sum, those of the first coordinates highest first: xx, xy, yy.
  private static func exponents(order: Int, dimension: Int) -> [[Int]] {
    guard dimension > 1 else { return [[order]] }
    return stride(from: order, through: 0, by: -1).flatMap { first in
      exponents(order: order - first, dimension: dimension - 1).map { [first] + $0 }
    }
  }

  /// A moment's name: `x²y`.
  public func name(_ exponents: [Int]) -> String {
    let letters = dimension <= 3 ? ["x", "y", "z"] : (1...dimension).map { "x\($0)" }
    let powers = ["", "", "²", "³", "⁴"]
    return zip(letters, exponents).filter { $0.1 > 0 }.map { $0 + powers[$1] }.joined(
      separator: dimension <= 3 ? "" : " ")
  }

  /// The moments of the scaled points, (1/n) Σᵢ Πⱼ xⁱⱼ^eⱼ for each of `exponents`; zeros for a set without points.
  ///
  /// - Parameter positions: `[n, d]` as in the data; `scaling` is applied to them.
  public func moments(_ positions: UnsafeBufferPointer<Float>, scaling: PointScaling) -> [Double] {
    let n = positions.count / dimension
    var sums = [Double](repeating: 0, count: exponents.count)
    let width = Self.highestOrder + 1
    var powers = [Double](repeating: 1, count: dimension * width)
    for point in 0..<n {
      for j in 0..<dimension {
        let x = Double((positions[point * dimension + j] - scaling.shift[j]) * scaling.factor[j])
        for k in 1..<width { powers[j * width + k] = powers[j * width + k - 1] * x }
      }
      for (m, exponents) in exponents.enumerated() {
        var product = 1.0
        for j in 0..<dimension { product *= powers[j * width + exponents[j]] }
        sums[m] += product
      }
    }
    return sums.map { $0 / Double(max(n, 1)) }
  }

  /// The share of the pairs of points in each of `bins` equal bins of their distance on [0, `end`], in the data's
  /// unit of length and regardless of the box; the last bin has those beyond, too. Zeros for fewer than two points.
  ///
  /// - Parameter set: names the random pairs.
  public func pairDistances(_ positions: UnsafeBufferPointer<Float>, end: Float, set: Int) -> [Double] {
    var counts = [Int](repeating: 0, count: Self.bins)
    let scale = end > 0 ? Float(Self.bins) / end : 0
    forEachPair(positions, set: set) { squared in
      // A distance that is not a number counts as far.
      let bin = squared.squareRoot() * scale
      counts[bin < Float(Self.bins) ? Int(bin) : Self.bins - 1] += 1
    }
    let total = Double(max(counts.reduce(0, +), 1))
    return counts.map { Double($0) / total }
  }

  /// The longest of the distances that `pairDistances` would look at.
  public func longestDistance(_ positions: UnsafeBufferPointer<Float>, set: Int) -> Float {
    var longest: Float = 0
    forEachPair(positions, set: set) { longest = max(longest, $0) }
    return longest.squareRoot()
  }

  @inline(__always)
  private func forEachPair(_ positions: UnsafeBufferPointer<Float>, set: Int, _ body: (_ squared: Float) -> Void) {
    let n = positions.count / dimension
    func squaredDistance(_ a: Int, _ b: Int) -> Float {
      var sum: Float = 0
      for j in 0..<dimension {
        let difference = positions[a * dimension + j] - positions[b * dimension + j]
        sum += difference * difference
      }
      return sum
    }
    if n * (n - 1) / 2 <= Self.pairLimit {
      for a in 0..<n { for b in a + 1..<max(n, a + 1) { body(squaredDistance(a, b)) } }
      return
    }
    var random = RandomStream(seed: 1, purpose: .evaluation, set: set)
    for _ in 0..<Self.pairLimit {
      let a = random.next(below: n)
      let b = random.next(below: n - 1)
      body(squaredDistance(a, b < a ? b : b + 1))
    }
  }
}
