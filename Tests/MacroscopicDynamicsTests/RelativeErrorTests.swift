import MacroscopicDynamics
import Testing

@Suite struct RelativeErrorTests {
  // Two observables, three frames; the first frame must not count.
  private let truth: [Double] = [9, 9, 1, 2, 3, 4]
  private let prediction: [Double] = [0, 0, 1.5, 2, 3, 3]

  private func error(_ scale: RelativeError.Scale) -> Double {
    RelativeError.ofTrajectory(truth: truth, prediction: prediction, observables: 2, scale: scale)
  }

  @Test func physical() { #expect(abs(error(.physical) - (0.25 + 1) / (1 + 4 + 9 + 16)) < 1e-12) }

  @Test func range() {
    // z₀: [1, 3] → x − 2; z₁: [0, 8] → (x − 4)/4. Truth −1, −½, 1, 0; errors ½ and ¼.
    let value = error(.range(least: [1, 0], greatest: [3, 8]))
    #expect(abs(value - (0.25 + 0.0625) / (1 + 0.25 + 1 + 0)) < 1e-12)
  }

  @Test func variance() {
    // About the means 2 and 3: truth ±1 and ±1.
    #expect(abs(error(.variance) - 1.25 / 4) < 1e-12)
  }

  @Test(arguments: [1e-200, 1e200]) func valuesWhoseSquaresLeaveDoublePrecision(unit: Double) {
    for scale in [RelativeError.Scale.physical, .variance] {
      func error(_ unit: Double) -> Double {
        RelativeError.ofTrajectory(
          truth: [0, 1, 2, 3].map { $0 * unit }, prediction: [0, 1, 1, 3.5].map { $0 * unit }, observables: 1,
          scale: scale)
      }
      #expect(abs(error(unit) / error(1) - 1) < 1e-12)
    }
  }

  @Test func nothingToCompare() {
    let zero = RelativeError.ofTrajectory(truth: [1], prediction: [2], observables: 1, scale: .physical)
    #expect(zero == 0)
    let infinite = RelativeError.ofTrajectory(truth: [1, 0], prediction: [1, 2], observables: 1, scale: .physical)
    #expect(infinite == .infinity)
  }
}

@Suite struct MacrostateScalingTests {
  private let data = MacrostateTrajectories(
    Macrostate(observableCount: 1, closureCount: 1), values: [0, 5, 2, 5, 4, 5, 10, 5, 12, 5],
    times: [0, 0.5, 1.5, 0, 2],
    offsets: [0, 3, 5])

  @Test func unitsOfStatesAndIncrements() {
    let scaling = MacrostateScaling(data)
    // z₀ = 0, 2, 4, 10, 12: mean 5.6, variance 21.44... (52.8 − 31.36).
    let spread = (52.8 - 31.36).squareRoot()
    #expect(abs(scaling.mean[0] - 5.6) < 1e-5 && scaling.mean[1] == 5)
    #expect(abs(Double(scaling.spread[0]) - spread) < 1e-5 && scaling.spread[1] == 1)
    #expect(scaling.least == [0, 5] && scaling.greatest == [12, 5])
    // Increments 2, 2, 2 in steps 0.5, 1, 2; no increment leads from one trajectory to the next.
    #expect(abs(Double(scaling.driftUnit[0]) - ((16 + 4 + 1) / 3.0).squareRoot() / spread) < 1e-5)
    #expect(abs(Double(scaling.noiseUnit[0]) - ((8 + 4 + 2) / 3.0).squareRoot() / spread) < 1e-5)
    #expect(scaling.driftUnit[1] == 1 && scaling.largestStep == 2)
  }

  @Test func componentsOutsideTheRange() {
    let scaling = MacrostateScaling(data)
    #expect(scaling.componentsOutside([12, 5]) == [])
    #expect(scaling.componentsOutside([12.1, 4.9]) == [0, 1])
    // An encoder's sums are rounded by their order: the frame with the greatest value is not outside.
    #expect(scaling.componentsOutside([12.00001, 5]) == [] && scaling.componentsOutside([12.001, 5]) == [0])
    #expect(scaling.componentsOutside([13, 5], tolerance: 0.1) == [])
    #expect(scaling.componentsOutside([-1.3, 5], tolerance: 0.1) == [0])
    #expect(scaling.componentsOutside([.nan, 5]) == [0])
  }

  @Test func pairsAndWindowsStayInTheirTrajectory() {
    #expect(data.pairs == [0, 1, 3])
    #expect(data.windows(length: 2) == [0])
    #expect(data.windows(length: 3) == [])
    #expect(data.withoutClosure().values == [0, 2, 4, 10, 12])
  }
}
