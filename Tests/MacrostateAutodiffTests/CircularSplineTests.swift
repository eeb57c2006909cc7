import Foundation
import MacrostateAutodiff
import MacrostateCompute
import TestSupport
import Testing

@Suite struct CircularSplineTests {
  private static let shape = CircularSplineShape(bins: 5)

  /// y, log dy/dx and the inverse for rows x of as many sets as there are rows of parameters.
  private func evaluate(
    _ kernels: Kernels, x: [Float], parameters: [Float], shape: CircularSplineShape = Self.shape
  ) -> (y: [Float], logSlope: [Float], inverse: [Float]) {
    let tape = Tape(kernels: kernels, parameters: Parameters(ParameterLayout()))
    let raw = tape.variable(
      rows: parameters.count / shape.parameterCount, columns: shape.parameterCount, wantsGradient: false)
    tape.fill(raw, parameters)
    let column = x.withUnsafeBufferPointer { tape.copy($0, rows: x.count, columns: 1) }
    let (y, logSlope) = tape.circularSpline(column, parameters: raw, shape)
    let inverse = tape.inverseCircularSpline(y, parameters: raw, shape)
    return (tape.array(y), tape.array(logSlope), tape.array(inverse))
  }

  /// The shortest way round.
  private func distance(_ a: Float, _ b: Float) -> Float { abs(a - b - (a - b).rounded()) }

  @Test(arguments: Kernels.available) func aTurnOfACircleOntoItself(kernels: Kernels) {
    var random = TestNumbers(1)
    for sets in [1, 3] {
      let parameters = random.numbers(sets * Self.shape.parameterCount, 1.5)
      let x = (0..<sets * 70).map { _ in Circle.place(random.number()) }
      let found = evaluate(kernels, x: x, parameters: parameters)
      #expect(found.y.allSatisfy { (0..<1).contains($0) } && found.inverse.allSatisfy { (0..<1).contains($0) })
      #expect(zip(found.y, x).contains { distance($0, $1) > 0.1 })
      #expect(zip(found.inverse, x).allSatisfy { distance($0, $1) < 2e-5 })
    }
  }

  /// ∫ dy/dx dx = 1, and both sides of the seam have one slope.
  @Test(arguments: Kernels.available) func theSlopeHasNoSeam(kernels: Kernels) {
    var random = TestNumbers(2)
    let cells = 20_000
    let x: [Float] = (0..<cells).map { (Float($0) + 0.5) / Float(cells) } + [0, Float(1).nextDown]
    for _ in 0..<4 {
      let found = evaluate(kernels, x: x, parameters: random.numbers(Self.shape.parameterCount, 2))
      let turns = found.logSlope[..<cells].reduce(0.0) { $0 + exp(Double($1)) } / Double(cells)
      #expect(abs(turns - 1) < 1e-4)
      #expect(abs(found.logSlope[cells] - found.logSlope[cells + 1]) < 1e-4)
      #expect(abs(found.logSlope[cells]) > 1e-2, "the slope at the seam is learned")
      #expect(distance(found.y[cells], found.y[cells + 1]) < 1e-5)
    }
  }

  /// The last parameter turns: y moves by it, and the slope stays.
  @Test func theTurnMovesAllAlike() {
    var random = TestNumbers(3)
    let parameters = random.numbers(Self.shape.parameterCount, 1)
    var turned = parameters
    turned[3 * Self.shape.bins] += 0.3
    let x: [Float] = (0..<50).map { Float($0) / 50 }
    let before = evaluate(.best, x: x, parameters: parameters)
    let after = evaluate(.best, x: x, parameters: turned)
    #expect(zip(before.y, after.y).allSatisfy { distance($0 + 0.3, $1) < 1e-6 })
    #expect(before.logSlope == after.logSlope)
  }

  /// A second spline gives the first's output a gradient of its own; sines have no seam.
  @Test(arguments: Kernels.available) func gradients(kernels: Kernels) {
    let x: [Float] = [0.04, 0.21, 0.33, 0.46, 0.58, 0.71, 0.83, 0.97]
    for (sets, seed) in [(1, 1), (2, 2), (8, 5)] as [(Int, UInt64)] {
      var check = GradientCheck()
      check.input(sets, Self.shape.parameterCount)
      check.run(kernels, seed: seed, "\(sets) sets") { tape, inputs in
        let column = x.withUnsafeBufferPointer { tape.copy($0, rows: x.count, columns: 1) }
        let first = tape.circularSpline(column, parameters: inputs[0], Self.shape)
        let second = tape.circularSpline(first.y, parameters: inputs[0], Self.shape)
        tape.addTestLoss(tape.harmonics(second.y, count: 2))
        tape.addSum(first.logSlope, weight: -0.5)
        tape.addSum(second.logSlope, weight: 0.3)
      }
    }
  }

  @Test func harmonicsAreCosinesAndSines() {
    let x: [Float] = [0, 0.125, 0.7, 1.125, -0.875, 4096.125]
    let tape = Tape(kernels: .best, parameters: Parameters(ParameterLayout()))
    let values = tape.array(
      tape.harmonics(x.withUnsafeBufferPointer { tape.copy($0, rows: x.count, columns: 1) }, count: 3))
    for (i, value) in values.enumerated() {
      let (row, k, isSine) = (i / 6, Double(i % 6 / 2 + 1), i % 2 == 1)
      let angle = 2 * .pi * k * Double(x[row])
      #expect(abs(Double(value) - (isSine ? sin(angle) : cos(angle))) < 1e-6)
      // Whole periods away the bits are the same.
      if row > 2 { #expect(value == values[6 + i % 6]) }
    }
  }

  @Test func placesAreFromZeroUpToOne() {
    #expect(Circle.place(Float(-1e-9)) == 0 && Circle.place(3.25) == 0.25 && Circle.place(-0.25) == 0.75)
    #expect(Circle.place(Double(1)) == 0 && Circle.place(-4096.0) == 0)
  }
}
