import Foundation
import MacrostateCompute
import PointDensities
import TestSupport
import Testing

@Suite struct KernelMixtureTests {
  /// Samples, column by column, with the noise and the points they came from.
  private func sample(
    _ mixture: KernelMixture, points: [Float], weights: [Float]? = nil, scaling: [(shift: Float, factor: Float)],
    count: Int, seed: UInt64 = 1
  ) -> (columns: [[Float]], noise: [Float], chosen: [Int32]) {
    let d = mixture.dimension
    var random = RandomStream(seed: seed, purpose: .densitySamples)
    var flat = [Float](repeating: .nan, count: d * count)
    var noise = [Float](repeating: .nan, count: d * count)
    var chosen = [Int32](repeating: -1, count: count)
    points.withUnsafeBufferPointer { points in
      flat.withUnsafeMutableBufferPointer { flat in
        noise.withUnsafeMutableBufferPointer { noise in
          chosen.withUnsafeMutableBufferPointer { chosen in
            guard let base = flat.baseAddress else { return }
            mixture.sample(
              points: points, weights: weights, scaling: scaling, samples: count, random: &random,
              columns: (0..<d).map { base + $0 * count }, noise: noise, chosen: chosen)
          }
        }
      }
    }
    return ((0..<d).map { Array(flat[$0 * count..<($0 + 1) * count]) }, noise, chosen)
  }

  /// log(1/n Σ ∏ normal densities), summed plainly in double precision.
  private func directLogDensity(_ x: [Float], points: [Float], epsilon: Double) -> Double {
    let d = x.count
    let n = points.count / d
    let sum = (0..<n).reduce(0.0) { total, i in
      total
        + (0..<d).reduce(1.0) { product, j in
          let t = (Double(x[j]) - Double(points[i * d + j])) / epsilon
          return product * exp(-t * t / 2) / (epsilon * (2 * .pi).squareRoot())
        }
    }
    return log(sum / Double(n))
  }

  /// ε by coordinate, and weights: Σ wᵢ ∏ⱼ N(xⱼ; xⁱⱼ, εⱼ²)/Σ wᵢ, and samples with its means and variances.
  @Test func weightsAndScalesByCoordinateAreThoseOfTheSum() {
    let epsilon = [0.3, 0.05]
    let points: [Float] = [0, 0, 1, 2, -2, 1]
    let weights: [Float] = [1, 0, 3]
    let mixture = KernelMixture(smoothing: epsilon)
    for x: [Float] in [[0.1, 0.02], [-1.7, 1.01], [1, 2]] {
      let sum = (0..<3).reduce(0.0) { total, i in
        total
          + (0..<2).reduce(Double(weights[i]) / 4) { product, j in
            let t = (Double(x[j]) - Double(points[2 * i + j])) / epsilon[j]
            return product * exp(-t * t / 2) / (epsilon[j] * (2 * .pi).squareRoot())
          }
      }
      let found = points.withUnsafeBufferPointer {
        mixture.logDensity(x, points: $0, weights: weights, stride: 2)
      }
      #expect(sum > 0 ? abs(found - log(sum)) < 1e-9 : found < -300, "\(found) \(log(sum))")
    }
    let count = 40_000
    let drawn = sample(
      mixture, points: points, weights: weights, scaling: [(0, 1), (0, 1)], count: count)
    #expect(!drawn.chosen.contains(1))
    let share = Double(drawn.chosen.count { $0 == 2 }) / Double(count)
    // Three standard errors.
    #expect(abs(share - 0.75) < 3 * (0.75 * 0.25 / Double(count)).squareRoot())
    for j in 0..<2 {
      let residuals = (0..<count).map { Double(drawn.columns[j][$0] - points[2 * Int(drawn.chosen[$0]) + j]) }
      let variance = residuals.reduce(0) { $0 + $1 * $1 } / Double(count)
      #expect(abs(variance / (epsilon[j] * epsilon[j]) - 1) < 0.03)
    }
  }

  @Test(arguments: [1, 2, 3], [0.05, 0.5]) func logDensityIsTheSum(dimension: Int, epsilon: Double) {
    let mixture = KernelMixture(smoothing: epsilon, dimension: dimension)
    for n in [1, 2, 50] {
      let points = testNormals(dimension * n, seed: 2)
      for i in 0..<20 {
        // Near a point, where the plain sum does not vanish.
        let nearest = i % n
        let shift = testNormals(dimension, seed: UInt64(100 + i))
        let x = (0..<dimension).map { points[nearest * dimension + $0] + Float(epsilon) * shift[$0] }
        let found = points.withUnsafeBufferPointer { mixture.logDensity(x, points: $0, stride: dimension) }
        #expect(abs(found - directLogDensity(x, points: points, epsilon: epsilon)) < 1e-9)
      }
    }
  }

  @Test func farFromAllPointsTheDensityIsTinyButFinite() {
    let mixture = KernelMixture(smoothing: 1e-3, dimension: 2)
    let found = [Float](repeating: 0, count: 4).withUnsafeBufferPointer {
      mixture.logDensity([100, 0], points: $0, stride: 2)
    }
    // Two points at 0: −½(100/ε)² − log 2πε².
    #expect(abs(found / (-5e9) - 1) < 1e-6)
  }

  /// Positions may be followed by features, which the density does not see.
  @Test func rowsMayBeLongerThanPositions() {
    let mixture = KernelMixture(smoothing: 0.3, dimension: 2)
    let points: [Float] = [0, 0, 9, 1, 1, 9]
    let found = points.withUnsafeBufferPointer { mixture.logDensity([0.5, 0.2], points: $0, stride: 3) }
    #expect(abs(found - directLogDensity([0.5, 0.2], points: [0, 0, 1, 1], epsilon: 0.3)) < 1e-9)
  }

  @Test func samplesHaveTheMomentsOfTheMixture() {
    let mixture = KernelMixture(smoothing: 0.5, dimension: 2)
    let points: [Float] = [10, 0, 14, 0, 10, 6, 12, 3]
    let scaling: [(shift: Float, factor: Float)] = [(10, 0.5), (1, 2)]
    let count = 100_000
    let (columns, noise, chosen) = sample(mixture, points: points, scaling: scaling, count: count)
    for j in 0..<2 {
      let scaled = (0..<4).map { Double((points[2 * $0 + j] - scaling[j].shift) * scaling[j].factor) }
      let mean = scaled.reduce(0, +) / 4
      let variance = scaled.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4 + 0.25
      let values = columns[j].map(Double.init)
      let found = values.reduce(0, +) / Double(count)
      let spread = values.reduce(0) { $0 + ($1 - found) * ($1 - found) } / Double(count)
      #expect(abs(found - mean) < 4 * (variance / Double(count)).squareRoot())
      #expect(abs(spread / variance - 1) < 0.03)
    }
    for i in 0..<4 {
      let share = Double(chosen.count { $0 == Int32(i) }) / Double(count)
      #expect(abs(share - 0.25) < 4 * (0.25 * 0.75 / Double(count)).squareRoot())
    }
    // Each sample is its point and its noise.
    for s in 0..<200 {
      for j in 0..<2 {
        let point = (points[2 * Int(chosen[s]) + j] - scaling[j].shift) * scaling[j].factor
        #expect(abs(columns[j][s] - (point + 0.5 * noise[j * count + s])) < 1e-6)
      }
    }
  }

  /// At ε = 1e-8 positions are too coarse to say how far a sample is from its point; the drawn noise says it.
  @Test func tinySmoothingUsesTheDrawnNoise() {
    let mixture = KernelMixture(smoothing: 1e-8, dimension: 2)
    let points = testNormals(2 * 30, seed: 3)
    let count = 2000
    let (columns, noise, chosen) = sample(
      mixture, points: points, scaling: [(0, 1), (0, 1)], count: count)
    var mean = 0.0
    points.withUnsafeBufferPointer { points in
      for s in 0..<count {
        let eta = [noise[s], noise[count + s]]
        let found = mixture.logDensity(
          [columns[0][s], columns[1][s]], points: points, stride: 2, drawn: (Int(chosen[s]), eta))
        // Other points are millions of ε away.
        let square = Double(eta[0] * eta[0] + eta[1] * eta[1])
        let exact = -square / 2 - log(30.0) - log(2 * .pi * 1e-16)
        #expect(abs(found - exact) < 1e-5)
        mean += found / Double(count)
      }
    }
    // E log q = −d/2 − log n − (d/2) log 2πε².
    #expect(abs(mean - (-1 - log(30.0) - log(2 * .pi * 1e-16))) < 4 / Double(count).squareRoot())
  }

  @Test func samplesDependOnTheStreamAlone() {
    let mixture = KernelMixture(smoothing: 0.1, dimension: 1)
    let points = testNormals(10)
    let first = sample(mixture, points: points, scaling: [(0, 1)], count: 50, seed: 1)
    #expect(sample(mixture, points: points, scaling: [(0, 1)], count: 50, seed: 1).columns == first.columns)
    #expect(sample(mixture, points: points, scaling: [(0, 1)], count: 50, seed: 2).columns != first.columns)
  }

  @Test func onePointIsANormalDistribution() {
    let mixture = KernelMixture(smoothing: 2, dimension: 1)
    let (columns, noise, chosen) = sample(mixture, points: [5], scaling: [(5, 1)], count: 100)
    #expect(chosen.allSatisfy { $0 == 0 })
    #expect(zip(columns[0], noise).allSatisfy { abs($0 - 2 * $1) < 1e-6 })
  }

  /// Kernels that go round a circle: ∫ q = 1, q(x + 1) = q(x), and the Fourier coefficients of the samples and of q are those
  /// of the points times e^{−2π²k²ε²}.
  @Test(arguments: [0.02, 1.0 / 6, 0.45]) func kernelsGoRoundTheCircle(epsilon: Double) {
    let mixture = KernelMixture(smoothing: [epsilon, 0.3], periodic: [true, false])
    let points: [Float] = [0.02, 1, 0.97, -1, 0.4, 0]
    let count = 100_000
    let drawn = sample(mixture, points: points, scaling: [(0, 1), (0, 1)], count: count)
    #expect(drawn.columns[0].allSatisfy { (0..<1).contains($0) })
    let circle = KernelMixture(smoothing: [epsilon], periodic: [true])
    let places: [Float] = [0.02, 0.97, 0.4]
    let cells = 2000
    let density = (0..<cells).map { i in
      places.withUnsafeBufferPointer { exp(circle.logDensity([Float(i) / Float(cells)], points: $0, stride: 1)) }
    }
    #expect(abs(density.reduce(0, +) / Double(cells) - 1) < 1e-8)
    let seam = places.withUnsafeBufferPointer { places in
      [0, 1, -3].map { circle.logDensity([$0], points: places, stride: 1) }
    }
    #expect(abs(seam[0] - seam[1]) < 1e-12 && abs(seam[0] - seam[2]) < 1e-12)
    for k in 1...3 {
      func wave(_ x: Double) -> Double { cos(2 * .pi * Double(k) * x) }
      let smoothed = exp(-2 * .pi * .pi * Double(k * k) * epsilon * epsilon)
      let expected = smoothed * places.reduce(0.0) { $0 + wave(Double($1)) } / 3
      let integral = density.enumerated().reduce(0.0) { $0 + $1.element * wave(Double($1.offset) / Double(cells)) }
      #expect(abs(integral / Double(cells) - expected) < 1e-6)
      let found = drawn.columns[0].reduce(0.0) { $0 + wave(Double($1)) } / Double(count)
      #expect(abs(found - expected) < 4 / Double(2 * count).squareRoot(), "k = \(k)")
    }
  }

  /// Of a circle and a line, the density is the product's; a tiny ε takes the drawn noise.
  @Test func circlesAndLinesMultiply() {
    let (ring, line) = (KernelMixture(smoothing: [0.2], periodic: [true]), KernelMixture(smoothing: [0.3]))
    let both = KernelMixture(smoothing: [0.2, 0.3], periodic: [true, false])
    let value = [Float](arrayLiteral: 0.9, 0.5).withUnsafeBufferPointer {
      both.logDensity([0.1, 0.2], points: $0, stride: 2)
    }
    let product =
      [Float(0.9)].withUnsafeBufferPointer { ring.logDensity([0.1], points: $0, stride: 1) }
      + [Float(0.5)].withUnsafeBufferPointer { line.logDensity([0.2], points: $0, stride: 1) }
    #expect(abs(value - product) < 1e-9)
    let tiny = KernelMixture(smoothing: [1e-9], periodic: [true])
    let drawn = [Float(0.3)].withUnsafeBufferPointer {
      tiny.logDensity([0.3], points: $0, stride: 1, drawn: (point: 0, noise: [1.5]))
    }
    #expect(abs(drawn - (-1.125 - log(1e-9 * (2 * .pi).squareRoot()))) < 1e-9)
  }
}
