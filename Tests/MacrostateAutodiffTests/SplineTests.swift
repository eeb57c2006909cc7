import Foundation
import MacrostateAutodiff
import MacrostateCompute
import Testing

@Suite struct SplineTests {
  private struct Fixture: Decodable {
    struct Case: Decodable {
      let bins: Int, bound: Float
      let raw: [Float]
      let x: Float, y: Double, logSlope: Double
      let gradY: Float, gradLogSlope: Float, gradX: Double, gradRaw: [Double]
    }
    let cases: [Case]
  }

  private func fixture() throws -> [Fixture.Case] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/rational-quadratic-spline.json"))
    return try JSONDecoder().decode(Fixture.self, from: data).cases
  }

  /// What a spline gives for columns x (of `sets` sets) and an upstream gradient.
  private struct Result: Equatable {
    var y: [Float], logSlope: [Float], inverse: [Float], inverseLogSlope: [Float]
    var dx: [Float], dParameters: [Float]
  }

  private func evaluate(
    _ kernels: Kernels, _ shape: SplineShape, x: [Float], parameters: [Float], dy: [Float], dLogSlope: [Float]
  ) -> Result {
    let layout = ParameterLayout()
    let tape = Tape(kernels: kernels, parameters: Parameters(layout), gradient: ParameterGradient(layout))
    let sets = parameters.count / shape.parameterCount
    let raw = tape.variable(rows: sets, columns: shape.parameterCount, wantsGradient: true)
    tape.fill(raw, parameters)
    let column = tape.packedColumn(x)
    let (y, logSlope) = tape.spline(column, parameters: raw, shape)
    let inverse = tape.inverseSpline(y, parameters: raw, shape)
    tape.gradient(of: y).update(from: dy, count: dy.count)
    tape.gradient(of: logSlope).update(from: dLogSlope, count: dLogSlope.count)
    tape.backward()
    return Result(
      y: tape.array(y), logSlope: tape.array(logSlope), inverse: tape.array(inverse.x),
      inverseLogSlope: tape.array(inverse.logSlope), dx: tape.gradientArray(of: column),
      dParameters: tape.gradientArray(of: raw))
  }

  private func largest<C: Collection>(_ values: C) -> Double where C.Element == Double { values.map(abs).max() ?? 0 }

  @Test(arguments: Kernels.available) func storedValuesAndGradients(kernels: Kernels) throws {
    let cases = try fixture()
    let shapes = Set(cases.map { [Float($0.bins), $0.bound] })
    #expect(cases.count >= 40)
    for shape in shapes {
      // One after the other, and all of a shape at once.
      let group = cases.filter { [Float($0.bins), $0.bound] == shape }
      for batch in [group] + group.map({ [$0] }) { check(batch, kernels) }
    }
  }

  private func check(_ cases: [Fixture.Case], _ kernels: Kernels) {
    let shape = SplineShape(bins: cases[0].bins, bound: cases[0].bound)
    let found = evaluate(
      kernels, shape, x: cases.map(\.x), parameters: cases.flatMap(\.raw), dy: cases.map(\.gradY),
      dLogSlope: cases.map(\.gradLogSlope))
    for (i, known) in cases.enumerated() {
      #expect(abs(Double(found.y[i]) - known.y) < 3e-6 * Double(shape.bound))
      #expect(abs(Double(found.logSlope[i]) - known.logSlope) < 2e-5)
      #expect(abs(Double(found.dx[i]) - known.gradX) < 1e-4 * max(1, abs(known.gradX)))
      let scale = max(1, largest(known.gradRaw))
      let gradient = found.dParameters[(i * shape.parameterCount)...].prefix(shape.parameterCount)
      let errors = zip(gradient, known.gradRaw).map { Double($0) - $1 }
      #expect(largest(errors) < 1e-4 * scale, "case \(i)")
    }
  }

  @Test(arguments: Kernels.available) func inverseOfForward(kernels: Kernels) {
    var random = TestNumbers(1)
    for (bins, bound, spread) in [(2, 1, 1), (8, 5, 1), (16, 8, 1), (8, 5, 2), (64, 4, 1)] as [(Int, Float, Float)] {
      let shape = SplineShape(bins: bins, bound: bound)
      let count = 333
      let x = random.numbers(count, 1.2 * bound) + [bound, -bound, 0]
      let parameters = random.numbers(x.count * shape.parameterCount, spread)
      let zeros = [Float](repeating: 0, count: x.count)
      let found = evaluate(kernels, shape, x: x, parameters: parameters, dy: zeros, dLogSlope: zeros)
      // y is rounded, and where the slope is small x depends strongly on it.
      let errors = zip(zip(found.inverse, x), found.logSlope).map {
        abs(Double($0.0 - $0.1)) * min(1, exp(Double($1)))
      }
      #expect(largest(errors) < 1e-6 * Double(bound), "\(bins) bins")
      let slopeErrors = zip(found.inverseLogSlope, found.logSlope).map { Double($0 - $1) }
      #expect(largest(slopeErrors) < 2e-3, "\(bins) bins")
    }
  }

  @Test(arguments: Kernels.available) func outsideIsTheIdentity(kernels: Kernels) {
    let shape = SplineShape(bins: 6, bound: 3)
    let x: [Float] = [3.0001, -3.0001, 10, -10, 1e6, -1e6, 1e30]
    var random = TestNumbers(2)
    let parameters = random.numbers(x.count * shape.parameterCount, 3)
    let dy = random.numbers(x.count)
    let found = evaluate(kernels, shape, x: x, parameters: parameters, dy: dy, dLogSlope: random.numbers(x.count))
    #expect(found.y == x && found.inverse == x)
    #expect(found.logSlope.allSatisfy { $0 == 0 } && found.inverseLogSlope.allSatisfy { $0 == 0 })
    #expect(found.dx == dy)
    #expect(found.dParameters.allSatisfy { $0 == 0 })
  }

  @Test(arguments: Kernels.available) func increasesAndMeetsItsEnds(kernels: Kernels) {
    let shape = SplineShape(bins: 7, bound: 2)
    let x = (0...4000).map { Float($0 - 2000) / 1000 }
    var random = TestNumbers(3)
    let zeros = [Float](repeating: 0, count: x.count)
    for _ in 0..<5 {
      let parameters = random.numbers(shape.parameterCount, 2)
      let found = evaluate(kernels, shape, x: x, parameters: parameters, dy: zeros, dLogSlope: zeros)
      #expect(zip(found.y, found.y.dropFirst()).allSatisfy { $0 <= $1 })
      #expect(abs(found.y[0] + 2) < 1e-6 && abs(found.y[4000] - 2) < 2e-6)
      // ∫ dy/dx dx by the trapezium rule is the rise.
      let slopes = found.logSlope.map { exp(Double($0)) }
      let rise = slopes.reduce(0, +) - (slopes[0] + slopes[4000]) / 2
      #expect(abs(rise / 1000 - 4) < 1e-3)
    }
  }

  @Test(arguments: Kernels.available) func extremeParametersStayFinite(kernels: Kernels) {
    let shape = SplineShape(bins: 4, bound: 3)
    var random = TestNumbers(4)
    for size in [30, 1e4] as [Float] {
      let x = random.numbers(200, 3)
      let ones = [Float](repeating: 1, count: x.count)
      let found = evaluate(
        kernels, shape, x: x, parameters: random.numbers(x.count * shape.parameterCount, size), dy: ones,
        dLogSlope: ones)
      #expect((found.y + found.inverse).allSatisfy { abs($0) <= 3.00001 })
      let others = [found.logSlope, found.inverseLogSlope, found.dx, found.dParameters]
      #expect(others.joined().allSatisfy { $0.isFinite }, "parameters of size \(size)")
    }
  }

  /// Samples of a set share its parameters: the same as if each had a copy.
  @Test(arguments: Kernels.available) func sharedParametersEqualRepeatedOnes(kernels: Kernels) {
    let shape = SplineShape(bins: 8, bound: 3)
    var random = TestNumbers(5)
    for (sets, samples) in [(1, 1), (3, 2), (2, 15), (3, 16), (2, 17), (3, 37), (5, 64)] {
      let count = sets * samples
      let x = random.numbers(count, 3.3)
      let (dy, dLogSlope) = (random.numbers(count), random.numbers(count))
      let parameters = random.numbers(sets * shape.parameterCount)
      let rows = (0..<sets).map { Array(parameters[($0 * shape.parameterCount)...].prefix(shape.parameterCount)) }
      let repeated = rows.flatMap { row in (0..<samples).flatMap { _ in row } }
      let shared = evaluate(kernels, shape, x: x, parameters: parameters, dy: dy, dLogSlope: dLogSlope)
      let apart = evaluate(kernels, shape, x: x, parameters: repeated, dy: dy, dLogSlope: dLogSlope)
      #expect(shared.y == apart.y && shared.logSlope == apart.logSlope && shared.dx == apart.dx)
      #expect(shared.inverse == apart.inverse && shared.inverseLogSlope == apart.inverseLogSlope)
      var sums = [Double](repeating: 0, count: parameters.count)
      for (i, g) in apart.dParameters.enumerated() {
        let sample = i / shape.parameterCount
        sums[sample / samples * shape.parameterCount + i % shape.parameterCount] += Double(g)
      }
      let errors = zip(shared.dParameters, sums).map { Double($0) - $1 }
      #expect(largest(errors) < 2e-5 * max(1, largest(sums)), "\(sets) sets of \(samples)")
    }
  }
}
