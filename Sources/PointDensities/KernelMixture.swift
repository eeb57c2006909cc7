import Foundation
import MacrostateCompute

/// The density that points induce: q_X(x) = 1/n Σᵢ N(x; xⁱ, ε²I) (Eq. 2 of the paper), ε in scaled coordinates.
public struct KernelMixture: Sendable {
  /// ε, the smoothing scale.
  public let smoothing: Double
  /// d.
  public let dimension: Int

  /// The mixture of smoothing scale `smoothing` in `dimension` dimensions.
  public init(smoothing: Double, dimension: Int) {
    self.smoothing = smoothing
    self.dimension = dimension
  }

  /// Draws samples x = xⁱ + εη with i uniform and η ~ N(0, I), in scaled coordinates.
  ///
  /// - Parameters:
  ///   - points: `[n, d]`, as they are in the data.
  ///   - scaling: how positions are scaled: (x − shift)·factor for each coordinate.
  ///   - columns: d columns to be filled, one float a sample.
  ///   - noise: room for d·samples floats: η, `[d, samples]`, is left there.
  ///   - chosen: where not nil, the point i of each sample is written there.
  public func sample(
    points: UnsafeBufferPointer<Float>, scaling: [(shift: Float, factor: Float)], samples: Int,
    random: inout RandomStream, columns: [UnsafeMutablePointer<Float>], noise: UnsafeMutableBufferPointer<Float>,
    chosen: UnsafeMutableBufferPointer<Int32>? = nil
  ) {
    let count = UInt64(points.count / dimension)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: samples) { words in
      random.fill(words: words)
      random.fill(normals: UnsafeMutableBufferPointer(rebasing: noise[..<(dimension * samples)]))
      for j in 0..<dimension {
        let (shift, factor) = scaling[j]
        let epsilon = Float(smoothing)
        for s in 0..<samples {
          let point = Int((UInt64(words[s]) * count) >> 32)
          columns[j][s] = (points[point * dimension + j] - shift) * factor + epsilon * noise[j * samples + s]
        }
      }
      if let chosen {
        for s in 0..<samples { chosen[s] = Int32(truncatingIfNeeded: Int((UInt64(words[s]) * count) >> 32)) }
      }
    }
  }

  /// log q_X(x) in nats, by a stable sum of exponentials over all points: O(n). Unlike in `sample`, the points are scaled
  /// already, as x is.
  ///
  /// - Parameter drawn: for a sample x = xⁱ + εη, its i and η: that component's exponent is then −‖η‖²/2 exactly, where
  ///   the difference of rounded positions would be wrong for tiny ε.
  public func logDensity(
    _ x: [Float], points: UnsafeBufferPointer<Float>, stride: Int, drawn: (point: Int, noise: [Float])? = nil
  ) -> Double {
    let count = points.count / stride
    let inverse = 1 / (2 * smoothing * smoothing)
    var largest = -Double.infinity
    var exponents = [Double](repeating: 0, count: count)
    for i in 0..<count {
      var square = 0.0
      if let drawn, drawn.point == i {
        for eta in drawn.noise { square += Double(eta) * Double(eta) }
        exponents[i] = -0.5 * square
      } else {
        for j in 0..<dimension {
          let difference = Double(x[j]) - Double(points[i * stride + j])
          square += difference * difference
        }
        exponents[i] = -square * inverse
      }
      largest = max(largest, exponents[i])
    }
    var sum = 0.0
    for exponent in exponents where exponent > largest - 40 { sum += exp(exponent - largest) }
    let normalisation = 0.5 * Double(dimension) * log(2 * .pi * smoothing * smoothing)
    return largest + log(sum) - log(Double(count)) - normalisation
  }
}
