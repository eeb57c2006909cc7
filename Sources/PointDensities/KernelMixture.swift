import Foundation
import MacrostateCompute

/// The density that points induce: q_X(x) = Σᵢ wᵢ N(x; xⁱ, diag(ε)²), with ε in scaled coordinates and wᵢ = 1/n where
/// points have no weights (Eq. 2 of the paper).
///
/// A periodic coordinate is a place on the circle [0, 1), with ε as a share of the period: kernels go round it, Σₘ N(x + m;
/// xⁱ, ε²).
public struct KernelMixture: Sendable {
  /// ε, the smoothing scale of each coordinate.
  public let smoothing: [Double]
  /// Whether each coordinate is periodic; empty for none.
  public let periodic: [Bool]
  /// d.
  public var dimension: Int { smoothing.count }

  /// The mixture of these smoothing scales, one for each coordinate.
  public init(smoothing: [Double], periodic: [Bool] = []) {
    precondition(periodic.isEmpty || periodic.count == smoothing.count)
    self.smoothing = smoothing
    self.periodic = periodic
  }

  /// The mixture of smoothing scale `smoothing` in `dimension` dimensions.
  public init(smoothing: Double, dimension: Int) {
    self.init(smoothing: Array(repeating: smoothing, count: dimension))
  }

  private func isPeriodic(_ j: Int) -> Bool { !periodic.isEmpty && periodic[j] }

  /// Draws samples x = xⁱ + εη with i by the weights and η ~ N(0, I), in scaled coordinates; periodic ones are brought back
  /// to [0, 1).
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
        if isPeriodic(j) {
          for s in 0..<samples { columns[j][s] = Circle.place(columns[j][s]) }
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
        for (j, eta) in drawn.noise.enumerated() where !isPeriodic(j) { square += Double(eta) * Double(eta) }
        exponents[i] = -0.5 * square
      } else {
        for j in 0..<dimension where !isPeriodic(j) {
          let difference = (Double(x[j]) - Double(points[i * stride + j])) * ratios[j]
          square += difference * difference
        }
        exponents[i] = -square * inverse
      }
      for j in periodic.indices where periodic[j] {
        let isDrawn = drawn?.point == i
        let difference = Double(x[j]) - Double(points[i * stride + j])
        exponents[i] += circularExponent(isDrawn ? smoothing[j] * Double(drawn?.noise[j] ?? 0) : difference, j)
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

  /// log Σₘ exp(−(x + m)²/2ε²) of the periodic coordinate j, over all images that count.
  private func circularExponent(_ x: Double, _ j: Int) -> Double {
    let (nearest, epsilon) = (x - x.rounded(), smoothing[j])
    let reach = max(1, Int((6 * min(epsilon, 10)).rounded(.up)))
    let images = (-reach...reach).reduce(0.0) { sum, m in
      // By its distance beyond the nearest one, which is 1.
      sum + exp(-Double(m) * (2 * nearest + Double(m)) / (2 * epsilon * epsilon))
    }
    return -nearest * nearest / (2 * epsilon * epsilon) + log(images)
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
