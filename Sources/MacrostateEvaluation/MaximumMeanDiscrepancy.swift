import CMacrostateKernels
import Foundation
import MacrostateCompute

/// The distance of two distributions by samples of both: the squared maximum mean discrepancy (A. Gretton et
/// al., A kernel two-sample test, J. Mach. Learn. Res. 13, 723, 2012), averaged over Gaussian kernels of several
/// widths.
///
///     MMD² = E k(x, x′) + E k(y, y′) − 2 E k(x, y),   k(a, b) = exp(−‖a − b‖²/2σ²)
///
/// As published for the mixing of two species: the square, no root; values in their own units; every expectation a mean
/// over all pairs, a point with itself included, which makes the estimate positive even for equal distributions.
public struct MaximumMeanDiscrepancy: Sendable {
  /// The widths σ of the published values.
  public static let publishedBandwidths = [0.01, 0.05, 0.25, 1.25]

  /// The widths σ, in the unit of the values.
  public let bandwidths: [Double]
  private let kernels: Kernels

  /// Two estimates of MMD².
  public struct Estimate: Sendable, Equatable {
    /// Means over all pairs, a point with itself included: what is published. Never negative beyond rounding.
    public var published: Double
    /// Without pairs of a point with itself; of samples of one size also without the pairs (xᵢ, yᵢ), which may come
    /// from one start. Unbiased (Gretton et al., Eqs. 3 and 4): negative about half the time where the distributions
    /// are equal.
    public var unbiased: Double
  }

  /// The discrepancy of kernels of these widths, 1 to 8 of them.
  public init(bandwidths: [Double] = publishedBandwidths, kernels: Kernels = .best) {
    precondition(
      (1...Int(MACROSTATE_GAUSSIAN_RATES)).contains(bandwidths.count) && bandwidths.allSatisfy { $0 > 0 },
      "1 to 8 positive widths")
    self.bandwidths = bandwidths
    self.kernels = kernels
  }

  /// Compares the samples x `[n, k]` and y `[m, k]`, of two points or more each.
  public func compare(_ x: [Double], _ y: [Double], dimension: Int) -> Estimate {
    let center = (0..<dimension).map { x[$0] }
    let (a, b) = (Sample(x, center: center), Sample(y, center: center))
    let (n, m) = (Double(a.count), Double(b.count))
    precondition(n > 1 && m > 1, "a sample has two points or more")
    let (own, other, cross) = (sum(a, a), sum(b, b), sum(a, b))
    let published = own / (n * n) + other / (m * m) - 2 * cross / (n * m)
    // k(x, x) = 1: the diagonals are n and m.
    let ownMean = (own - n) / (n * (n - 1))
    let otherMean = (other - m) / (m * (m - 1))
    let crossMean = n == m ? (cross - diagonal(x, y, dimension)) / (n * (n - 1)) : cross / (n * m)
    return Estimate(published: published, unbiased: ownMean + otherMean - 2 * crossMean)
  }

  /// Points as columns of single precision, about a common centre: differences lose no digits.
  private struct Sample {
    let dimension: Int
    let count: Int
    let columns: [Float]

    init(_ values: [Double], center: [Double]) {
      let (dimension, count) = (center.count, values.count / center.count)
      self.dimension = dimension
      self.count = count
      columns = (0..<dimension).flatMap { axis in
        (0..<count).map { Float(values[$0 * dimension + axis] - center[axis]) }
      }
    }
  }

  /// Σ k over all pairs, averaged over the widths.
  private func sum(_ a: Sample, _ b: Sample) -> Double {
    let rates = bandwidths.map { Float(0.5 / ($0 * $0)) }
    var sums = [Double](repeating: 0, count: rates.count)
    kernels.table.pointee.gaussianSums(
      a.dimension, a.count, a.columns, a.count, b.count, b.columns, b.count, rates.count, rates, &sums)
    return sums.reduce(0, +) / Double(rates.count)
  }

  /// Σᵢ k(xᵢ, yᵢ), averaged over the widths.
  private func diagonal(_ x: [Double], _ y: [Double], _ dimension: Int) -> Double {
    let sum = stride(from: 0, to: x.count, by: dimension).reduce(0.0) { sum, i in
      let square = (i..<i + dimension).reduce(0.0) { $0 + (x[$1] - y[$1]) * (x[$1] - y[$1]) }
      return sum + bandwidths.reduce(0.0) { $0 + exp(-square / (2 * $1 * $1)) }
    }
    return sum / Double(bandwidths.count)
  }
}
