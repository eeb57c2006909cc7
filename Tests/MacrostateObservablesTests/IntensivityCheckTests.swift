import Foundation
import MacrostateObservables
import Testing

@Suite struct IntensivityCheckTests {
  /// Ten trajectories of fifty frames that decay from 0.7 to 0.2, with n from 100 to 400 particles.
  private func check(_ value: (_ n: Double, _ mean: Double) -> Double) -> IntensivityCheck {
    var check = IntensivityCheck()
    for trajectory in 0..<10 {
      let n = 100 + 100 * (trajectory % 4)
      for frame in 0..<50 {
        check.add(pointCount: n, value: value(Double(n), 0.2 + 0.5 * exp(-0.1 * Double(frame))))
      }
    }
    return check
  }

  @Test func sumsOverParticlesAreReported() {
    let warning = check { n, mean in n * mean }.warning(for: "total energy")
    #expect(warning?.contains("'total energy'") == true)
    #expect(warning?.contains("n = 100 to 400") == true)
    #expect(warning?.contains("n^1.0") == true)
    #expect(check { n, mean in -n * mean }.warning(for: "x") != nil)
  }

  @Test func sumsOverPairsAreReported() {
    let exponent = check { n, mean in n * n * mean }.exponent
    #expect(exponent.map { abs($0 - 2) < 0.3 } == true)
  }

  @Test func meansAreNotReported() {
    #expect(check { _, mean in mean }.warning(for: "energy") == nil)
    #expect(check { n, mean in mean + 0.3 / n }.warning(for: "energy") == nil)
    #expect(check { _, _ in 1 }.warning(for: "constant") == nil)
    #expect(check { _, _ in 0 }.warning(for: "zero") == nil)
    #expect(check { n, mean in mean / n }.warning(for: "shrinking") == nil)
  }

  @Test func nothingIsSaidWithoutVariation() {
    #expect(IntensivityCheck().warning(for: "x") == nil)
    let pairs = (0..<100).map { (pointCount: 300, value: Double($0)) }
    #expect(IntensivityCheck(pairs).warning(for: "x") == nil)
    let two = [(pointCount: 100, value: 1.0), (pointCount: 200, value: 2.0)]
    #expect(IntensivityCheck(two).warning(for: "x") == nil)
  }

  @Test func valuesThatAreNoNumbersAreLeftOut() {
    var check = check { n, mean in n * mean }
    check.add(pointCount: 250, value: .nan)
    check.add(pointCount: 250, value: .infinity)
    #expect(check.warning(for: "x") != nil)
  }
}
