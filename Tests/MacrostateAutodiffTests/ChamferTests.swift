import Foundation
import MacrostateAutodiff
import MacrostateCompute
import Testing

@Suite struct ChamferTests {
  private struct Fixture: Decodable {
    struct Case: Decodable {
      let x: [[Float]], y: [[Float]]
      let distance: Double
      let gradY: [[Double]]
    }
    let cases: [Case]
  }

  private func fixture() throws -> [Fixture.Case] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/chamfer.json"))
    return try JSONDecoder().decode(Fixture.self, from: data).cases
  }

  private func tape(_ kernels: Kernels) -> Tape {
    let layout = ParameterLayout()
    return Tape(kernels: kernels, parameters: Parameters(layout), gradient: ParameterGradient(layout))
  }

  @Test(arguments: Kernels.available) func storedValuesAndGradients(kernels: Kernels) throws {
    let cases = try fixture()
    #expect(Set(cases.map { $0.x[0].count }) == [1, 2, 3, 5])
    // One set after the other in the same buffers: what a larger one left must not be seen by a smaller one.
    var buffers = ChamferBuffers()
    for (i, sets) in cases.enumerated() {
      let tape = tape(kernels)
      let y = tape.variable(rows: 1, columns: sets.y.count * sets.y[0].count, wantsGradient: true)
      tape.fill(y, Array(sets.y.joined()))
      tape.addChamferDistances(
        y, to: Array(sets.x.joined()), counts: [sets.x.count], dimension: sets.x[0].count, weight: 0.5,
        buffers: &buffers)
      #expect(abs(tape.loss / (0.5 * sets.distance) - 1) < 1e-6, "case \(i)")
      for (found, expected) in zip(tape.gradientArray(of: y), sets.gradY.joined()) {
        #expect(abs(Double(found) - 0.5 * expected) < 1e-6, "case \(i)")
      }
    }
  }

  @Test(arguments: Kernels.available) func gradientsAreThoseOfDifferences(kernels: Kernels) {
    var check = GradientCheck()
    check.input(3, 2 * 7)
    var random = TestNumbers(5)
    let x = random.numbers(2 * (4 + 9 + 17), 1.5)
    // Where a nearest neighbour changes within the step, a slope of a side lacks half a step's curvature.
    check.run(kernels) { tape, inputs in
      var buffers = ChamferBuffers()
      tape.addChamferDistances(inputs[0], to: x, counts: [4, 9, 17], dimension: 2, weight: 1, buffers: &buffers)
    }
  }

  @Test(arguments: Kernels.available) func theSameSetInAnotherOrderIsAtDistanceZero(kernels: Kernels) {
    var random = TestNumbers(6)
    let points = (0..<37).map { _ in random.numbers(3) }
    let tape = tape(kernels)
    let y = tape.variable(rows: 1, columns: 111, wantsGradient: true)
    tape.fill(y, Array(points.reversed().joined()))
    var buffers = ChamferBuffers()
    tape.addChamferDistances(
      y, to: Array(points.joined()), counts: [37], dimension: 3, weight: 1, buffers: &buffers)
    #expect(tape.loss == 0)
    #expect(tape.gradientArray(of: y).allSatisfy { $0 == 0 })
  }

  @Test(arguments: Kernels.available) func whatIsNotANumberIsNotHidden(kernels: Kernels) {
    let tape = tape(kernels)
    let y = tape.variable(rows: 1, columns: 4, wantsGradient: true)
    tape.fill(y, [0, .nan, 1, 1])
    var buffers = ChamferBuffers()
    tape.addChamferDistances(y, to: [0, 0, 1, 1], counts: [2], dimension: 2, weight: 1, buffers: &buffers)
    #expect(!tape.loss.isFinite)
  }
}
