import Foundation
import MacrostateCompute

/// The density that points induce: q_X(x) = Σᵢ wᵢ N(x; xⁱ, diag(ε)²), with ε in scaled coordinates and wᵢ = 1/n where
/// points have no weights (Eq. 2 of the paper).
public struct KernelMixture: Sendable {
  /// ε, the smoothing scale of each coordinate.
  public let smoothing: [Double]
  /// d.
  public var dimension: Int { smoothing.count }

  /// The mixture of these smoothing scales, one for each coordinate.
  public init(smoothing: [Double]) { self.smoothing = smoothing }

  /// The mixture of smoothing scale `smoothing` in `dimension` dimensions.
  public init(smoothing: Double, dimension: Int) {
    self.init(smoothing: Array(repeating: smoothing, count: dimension))
  }

  /// Draws samples x = xⁱ + εη with i by the weights and η ~ N(0, I), in scaled coordinates.
  ///
  /// - Parameters:
  ///   - points: `[n, d]`, as they are in the data.
  ///   - weights: `[n]`; nil for equal ones.
  ///   - scaling: how positions are scaled: (x − shift)·factor for each coordinate.
  ///   - columns: d columns to be filled, one float a sample.
  ///   - noise: room for d·samples floats: η, `[d, samples]`, is left there.
  ///   - chosen: where not nil, the point i of each sample is written there.
  public func sample(
    points: UnsafeBufferPointer<Float>, weights: [Float]? = nil, scaling: [(shift: Float, factor: Float)],
    samples: Int,
    random: inout RandomStream, columns: [UnsafeMutablePointer<Float>], noise: UnsafeMutableBufferPointer<Float>,
    chosen: UnsafeMutableBufferPointer<Int32>? = nil
  ) {
    let choice = PointChoice(count: points.count / dimension, weights: weights)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: samples) { words in
      random.fill(words: words)
      random.fill(normals: UnsafeMutableBufferPointer(rebasing: noise[..<(dimension * samples)]))
      for j in 0..<dimension {
        let (shift, factor) = scaling[j]
        let epsilon = Float(smoothing[j])
        for s in 0..<samples {
          let point = choice.point(words[s])
          columns[j][s] = (points[point * dimension + j] - shift) * factor + epsilon * noise[j * samples + s]
        }
      }
      if let chosen {
        for s in 0..<samples { chosen[s] = Int32(truncatingIfNeeded: choice.point(words[s])) }
      }
    }
  }

  /// log q_X(x) in nats, by a stable sum of exponentials over all points: O(n). Unlike in `sample`, the points are scaled
  /// already, as x is.
  ///
  /// - Parameter drawn: for a sample x = xⁱ + εη, its i and η: that component's exponent is then −‖η‖²/2 exactly, where
  ///   the difference of rounded positions would be wrong for tiny ε.
  public func logDensity(
    _ x: [Float], points: UnsafeBufferPointer<Float>, weights: [Float]? = nil, stride: Int,
    drawn: (point: Int, noise: [Float])? = nil
  ) -> Double {
    let count = points.count / stride
    // Coordinates in units of the first one's ε.
    let ratios = smoothing.map { smoothing[0] / $0 }
    let inverse = 1 / (2 * smoothing[0] * smoothing[0])
    var largest = -Double.infinity
    var exponents = [Double](repeating: 0, count: count)
    for i in 0..<count {
      var square = 0.0
      if let drawn, drawn.point == i {
        for eta in drawn.noise { square += Double(eta) * Double(eta) }
        exponents[i] = -0.5 * square
      } else {
        for j in 0..<dimension {
          let difference = (Double(x[j]) - Double(points[i * stride + j])) * ratios[j]
          square += difference * difference
        }
        exponents[i] = -square * inverse
      }
      if let weights { exponents[i] += log(Double(weights[i])) }
      largest = max(largest, exponents[i])
    }
    var sum = 0.0
    for exponent in exponents where exponent > largest - 40 { sum += exp(exponent - largest) }
    let normalisation =
      0.5 * Double(dimension) * log(2 * .pi * smoothing[0] * smoothing[0]) - ratios.reduce(0) { $0 + log($1) }
    let total = weights.map { $0.reduce(0.0) { $0 + Double($1) } } ?? Double(count)
    return largest + log(sum) - log(total) - normalisation
  }
}

/// The choice of a point by a random word: points with equal chances, or with those of their weights.
private struct PointChoice {
  private let count: UInt64
  /// Σ of the weights up to each point; empty for equal ones.
  private var sums: [Double] = []

  init(count: Int, weights: [Float]?) {
    self.count = UInt64(count)
    var sum = 0.0
    for weight in weights ?? [] {
      sum += Double(weight)
      sums.append(sum)
    }
  }

  @inline(__always)
  func point(_ word: UInt32) -> Int {
    guard let total = sums.last else { return Int((UInt64(word) * count) >> 32) }
    let target = (Double(word) + 0.5) / 4_294_967_296 * total
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > target { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
