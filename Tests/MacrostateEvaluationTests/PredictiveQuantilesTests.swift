import MacrostateCompute
import MacrostateEvaluation
import Testing

@Suite struct PredictiveQuantilesTests {
  @Test func placesByHand() {
    let quantiles = PredictiveQuantiles([3, 1, 2])
    // Places p·4: the first sample at ¼, the second at ½, the third at ¾.
    #expect(quantiles.quantile(0.25) == 1 && quantiles.quantile(0.5) == 2 && quantiles.quantile(0.75) == 3)
    #expect(quantiles.quantile(0.375) == 1.5)
    // Beyond the samples there is nothing but them.
    #expect(quantiles.quantile(0) == 1 && quantiles.quantile(0.9) == 3)
    #expect(quantiles.band(0.5) == 1...3 && quantiles.band(1) == 1...3 && PredictiveQuantiles([7]).band(0.5) == 7...7)
  }

  /// A further value of the same distribution lies within the band with the band's probability, whatever M.
  @Test(arguments: [19, 32, 100]) func bandsHoldWhatTheyPromise(samples: Int) {
    let repetitions = 20_000
    for level in [0.5, 0.9] {
      let hits = (0..<repetitions).count { repetition in
        var stream = RandomStream(seed: 9, purpose: .dynamicsNoise, step: repetition, set: samples)
        let values = stream.normals(samples + 1).map(Double.init)
        return PredictiveQuantiles(values.dropLast()).band(level).contains(values[samples])
      }
      let error = (level * (1 - level) / Double(repetitions)).squareRoot()
      // Between order statistics a normal distribution is not straight: up to a third of a per cent at M = 32.
      #expect(abs(Double(hits) / Double(repetitions) - level) < 4 * error + 0.003, "\(samples) samples, \(level)")
    }
  }
}
