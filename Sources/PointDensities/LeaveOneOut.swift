import Foundation
import MacrostateCompute
import Synchronization

/// ε of each coordinate by leave-one-out: the greatest mean over points of
///
///     ln [1/(n − 1) Σ_{j ≠ i} N(xⁱ; xʲ, diag(ε)²)]
///
/// over some sets: by golden sections in ln ε, first of one ε for all coordinates, then of each in turn. Points in one place
/// are passed over, or ε would go to 0; so it would with lattices, for which half of the median distance to the nearest
/// point is the least ε. Of sets of more than 2000 points 2000 are looked at, and ε shrinks by what the others add.
public struct LeaveOneOut: Sendable {
  /// A set of points.
  public struct Points: Sendable {
    /// A column for each coordinate, `[D][n]`.
    public var columns: [[Float]]
    /// The period of each coordinate; 0 for none.
    public var periods: [Double]

    /// A set of points.
    public init(columns: [[Float]], periods: [Double]) { (self.columns, self.periods) = (columns, periods) }

    /// n.
    var count: Int { columns.first?.count ?? 0 }
  }

  /// Points of a set that are looked at, and pairs of all sets for one ε, at most.
  private static let (mostPoints, mostPairs) = (2000, 4_000_000)
  /// Values of ε that are looked at, in scaled coordinates.
  private static let range = 1e-4...3.0
  /// Steps of a golden section, and rounds over the coordinates.
  private static let (steps, rounds) = (16, 2)

  private let sets: [Points]
  /// n of the sets before points were left out, the mean.
  private let meanCount: Double
  private let least: [Double]
  private let pool: WorkerPool

  /// The search over `sets`, of which those with two points or more count.
  ///
  /// - Parameter least: the least ε of each coordinate.
  public init(_ sets: [Points], least: [Double], pool: WorkerPool) {
    let sets = sets.filter { $0.count > 1 }
    meanCount = sets.reduce(0.0) { $0 + Double($1.count) } / Double(max(sets.count, 1))
    self.sets = sets.enumerated().map { Self.part($1, number: $0) }
    self.pool = pool
    let floor = Self.medianDistance(self.sets) / 2 / Double(max(least.count, 1)).squareRoot()
    self.least = least.map { max($0, floor, Self.range.lowerBound) }
  }

  /// ε of each coordinate in three digits; nil where no set has two points.
  public func smoothing() throws -> [Double]? {
    guard let points = sets.map(\.count).max(), points > 1 else { return nil }
    let d = least.count
    let common = try best(from: least.max() ?? 0) { Array(repeating: $0, count: d) }
    var smoothing = least.map { max($0, common) }
    if d > 1 {
      for _ in 0..<Self.rounds {
        for j in 0..<d {
          smoothing[j] = try best(from: least[j]) { epsilon in
            var other = smoothing
            other[j] = epsilon
            return other
          }
        }
      }
    }
    // With more points kernels are narrower.
    let share = pow(min(1, Double(Self.mostPoints) / meanCount), 1 / Double(d + 4))
    return zip(smoothing, least).map { Self.rounded(max($0 * share, $1)) }
  }

  /// Three digits, so that the rounding of machines is none of ε.
  private static func rounded(_ value: Double) -> Double {
    let unit = pow(10, (log10(value)).rounded(.down) - 2)
    return Double(String(format: "%.3g", (value / unit).rounded() * unit)) ?? value
  }

  /// The ε from `low` on of which `smoothing` makes the best scales.
  private func best(from low: Double, _ smoothing: (Double) -> [Double]) throws -> Double {
    let golden = (5.0.squareRoot() - 1) / 2
    var (a, b) = (log(low), log(max(Self.range.upperBound, low)))
    func value(_ x: Double) throws -> Double { try score(smoothing(exp(x))) }
    var (c, d) = (b - golden * (b - a), a + golden * (b - a))
    var (atC, atD) = (try value(c), try value(d))
    for _ in 0..<Self.steps {
      if atC > atD {
        (b, d, atD) = (d, c, atC)
        c = b - golden * (b - a)
        atC = try value(c)
      } else {
        (a, c, atC) = (c, d, atD)
        d = a + golden * (b - a)
        atD = try value(d)
      }
    }
    return exp((a + b) / 2)
  }

  /// The mean over sets of the mean over points.
  private func score(_ smoothing: [Double]) throws -> Double {
    let found = Mutex([Double](repeating: 0, count: sets.count))
    try pool.run(tasks: sets.count) { number in
      let value = score(sets[number], smoothing)
      found.withLock { $0[number] = value }
    }
    return found.withLock { $0.reduce(0, +) } / Double(sets.count)
  }

  private func score(_ points: Points, _ smoothing: [Double]) -> Double {
    let (n, d) = (points.count, smoothing.count)
    let targets = max(16, Self.mostPairs / (sets.count * n))
    let inverse = smoothing.map { 0.5 / ($0 * $0) }
    let normalisation = smoothing.reduce(0.0) { $0 + log($1) } + 0.5 * Double(d) * log(2 * .pi)
    var (sum, count) = (0.0, 0)
    var exponents = [Double](repeating: 0, count: n)
    for i in Swift.stride(from: 0, to: n, by: max(1, n / targets)) {
      for j in 0..<n { exponents[j] = 0 }
      for k in 0..<d {
        let (own, period) = (Double(points.columns[k][i]), points.periods[k])
        points.columns[k].withUnsafeBufferPointer { column in
          for j in 0..<n {
            var difference = Double(column[j]) - own
            if period > 0 { difference -= period * (difference / period).rounded() }
            exponents[j] += difference * difference * inverse[k]
          }
        }
      }
      var nearest = Double.infinity
      // What is in the point's own place, itself first, says nothing of ε.
      for exponent in exponents where exponent > 0 { nearest = min(nearest, exponent) }
      guard nearest < .infinity else { continue }
      var (weights, others) = (0.0, 0)
      for exponent in exponents where exponent > 0 {
        others += 1
        if exponent < nearest + 40 { weights += exp(nearest - exponent) }
      }
      sum += log(weights) - nearest - log(Double(others)) - normalisation
      count += 1
    }
    return count > 0 ? sum / Double(count) : 0
  }

  /// At most so many points as are looked at, at random.
  private static func part(_ points: Points, number: Int) -> Points {
    guard points.count > mostPoints else { return points }
    var random = RandomStream(seed: 0, purpose: .evaluation, step: -2, set: number)
    let chosen = random.permutation(of: points.count).prefix(mostPoints)
    return Points(columns: points.columns.map { column in chosen.map { column[$0] } }, periods: points.periods)
  }

  /// The median over some points of the distance to the nearest other in another place.
  private static func medianDistance(_ sets: [Points]) -> Double {
    var distances: [Double] = []
    for points in sets {
      for i in stride(from: 0, to: points.count, by: max(1, points.count / 64)) {
        var nearest = Double.infinity
        for j in 0..<points.count {
          var square = 0.0
          for k in points.columns.indices {
            var difference = Double(points.columns[k][j]) - Double(points.columns[k][i])
            let period = points.periods[k]
            if period > 0 { difference -= period * (difference / period).rounded() }
            square += difference * difference
          }
          if square > 0 { nearest = min(nearest, square) }
        }
        if nearest < .infinity { distances.append(nearest.squareRoot()) }
      }
    }
    return distances.isEmpty ? 0 : distances.sorted()[distances.count / 2]
  }
}
