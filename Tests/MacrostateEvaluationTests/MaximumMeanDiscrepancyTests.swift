import Foundation
import MacrostateCompute
import MacrostateEvaluation
import Testing

@Suite struct MaximumMeanDiscrepancyTests {
  private struct Fixture: Decodable {
    struct Case: Decodable {
      let bandwidths: [Double]
      let x: [[Double]], y: [[Double]]
      let published: Double, unbiased: Double
    }
    let cases: [Case]
  }

  private func fixture() throws -> [Fixture.Case] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/maximum-mean-discrepancy.json"))
    return try JSONDecoder().decode(Fixture.self, from: data).cases
  }

  /// Numbers of a normal distribution, `[count, dimension]`.
  private func normals(_ count: Int, dimension: Int, seed: UInt64, step: Int = 0) -> [Double] {
    var stream = RandomStream(seed: seed, purpose: .dynamicsNoise, step: step, set: 0)
    return stream.normals(count * dimension).map { 0.1 * Double($0) }
  }

  @Test(arguments: Kernels.available) func storedValues(kernels: Kernels) throws {
    let cases = try fixture()
    #expect(cases.contains { $0.x.count != $0.y.count } && cases.contains { $0.unbiased < 0 })
    for (i, pair) in cases.enumerated() {
      let estimate = MaximumMeanDiscrepancy(bandwidths: pair.bandwidths, kernels: kernels)
        .compare(Array(pair.x.joined()), Array(pair.y.joined()), dimension: pair.x[0].count)
      // Single precision rounds each term of about 1 by 1e-7, and the estimate is a difference of such means.
      #expect(abs(estimate.published - pair.published) < 5e-7, "case \(i)")
      #expect(abs(estimate.unbiased - pair.unbiased) < 5e-7, "case \(i)")
    }
  }

  @Test func equalSamplesAreNotApart() {
    let x = normals(61, dimension: 2, seed: 1)
    let estimate = MaximumMeanDiscrepancy().compare(x, x, dimension: 2)
    #expect(abs(estimate.published) < 1e-7)
    // Symmetric, and blind to the order of the points but for which are paired.
    let y = normals(61, dimension: 2, seed: 2).map { $0 + 0.05 }
    let there = MaximumMeanDiscrepancy().compare(x, y, dimension: 2)
    let back = MaximumMeanDiscrepancy().compare(y, x, dimension: 2)
    #expect(abs(there.published - back.published) < 1e-7 && abs(there.unbiased - back.unbiased) < 1e-7)
    let reversed = stride(from: 120, through: 0, by: -2).flatMap { [y[$0], y[$0 + 1]] }
    #expect(abs(MaximumMeanDiscrepancy().compare(x, reversed, dimension: 2).published - there.published) < 1e-7)
  }

  /// Over many pairs of samples of one distribution the unbiased estimate is 0 in the mean; the published is not, by
  /// (2/n)(1 − E k).
  @Test func theMeanOverSamplesOfOneDistribution() {
    let repetitions = 300
    for sizes in [(20, 20), (20, 31)] {
      let estimates = (0..<repetitions).map { repetition in
        MaximumMeanDiscrepancy().compare(
          normals(sizes.0, dimension: 1, seed: 3, step: repetition),
          normals(sizes.1, dimension: 1, seed: 4, step: repetition), dimension: 1)
      }
      let unbiased = TrajectoryStatistics(estimates.map(\.unbiased))
      #expect(abs(unbiased.mean) < 4 * unbiased.spread / Double(repetitions).squareRoot())
      // For two draws of N(0, s²): E k = σ/√(σ² + 2s²).
      let mean = MaximumMeanDiscrepancy.publishedBandwidths.reduce(0) { $0 + $1 / ($1 * $1 + 0.02).squareRoot() / 4 }
      let bias = (1 / Double(sizes.0) + 1 / Double(sizes.1)) * (1 - mean)
      let published = TrajectoryStatistics(estimates.map(\.published))
      #expect(abs(published.mean - bias) < 4 * published.spread / Double(repetitions).squareRoot())
    }
  }

  /// MMD² of two normal distributions in closed form.
  @Test func theValueForTwoNormalDistributions() {
    let shift = 0.15
    let expected = MaximumMeanDiscrepancy.publishedBandwidths.reduce(0.0) { sum, width in
      let square = width * width + 0.02
      return sum + width / square.squareRoot() * 2 * (1 - exp(-shift * shift / (2 * square))) / 4
    }
    let estimates = (0..<50).map { step in
      MaximumMeanDiscrepancy().compare(
        normals(300, dimension: 1, seed: 5, step: step),
        normals(300, dimension: 1, seed: 6, step: step).map { $0 + shift }, dimension: 1)
    }
    let unbiased = TrajectoryStatistics(estimates.map(\.unbiased))
    #expect(abs(unbiased.mean - expected) < 4 * unbiased.spread / 50.0.squareRoot())
    #expect(abs(unbiased.mean / expected - 1) < 0.05)
  }
}
