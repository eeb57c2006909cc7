import Foundation
import MacrostateAutodiff
import MacrostateCompute
import PointDensities
import TestSupport
import Testing

/// The flow on circles and on products of circles and lines.
@Suite struct PeriodicFlowTests {
  private let context: [Float] = [0.7, -1.2]

  /// Uniform numbers from 0 to 1 for periodic coordinates, normal ones for others.
  private func columns(_ periodic: [Bool], _ count: Int, seed: UInt64 = 1) -> [[Float]] {
    periodic.indices.map { j in
      var random = RandomStream(seed: seed, purpose: .evaluation, set: j)
      return periodic[j] ? (0..<count).map { _ in random.nextUniform() } : random.normals(count)
    }
  }

  /// ∫ p = 1, for any ẑ.
  @Test(arguments: [[true], [true, true], [true, false], [false, true]]) func integratesToOne(periodic: [Bool]) {
    let d = periodic.count
    let bench = FlowBench(dimension: d, periodic: periodic)
    let cells = periodic.map { d == 1 ? 20_000 : $0 ? 200 : 1200 }
    let total = cells.reduce(1, *)
    let x = (0..<d).map { j -> [Float] in
      let stride = cells[..<j].reduce(1, *)
      return (0..<total).map { i in
        let share = (Double(i / stride % cells[j]) + 0.5) / Double(cells[j])
        return Float(periodic[j] ? share : 16 * share - 8)
      }
    }
    let volume = (0..<d).reduce(1.0) { $0 * (periodic[$1] ? 1 : 16) / Double(cells[$1]) }
    for context in [context, [-2, 3]] as [[Float]] {
      let logDensities = bench.logDensities(x, context: context)
      let integral = logDensities.reduce(0.0) { $0 + exp(Double($1)) } * volume
      #expect(abs(integral - 1) < (periodic.allSatisfy { $0 } ? 1e-4 : 1e-3), "\(integral)")
      #expect(logDensities.contains { abs($0) > 0.1 })
    }
  }

  /// p(x + 1) = p(x), and both sides of the seam have one density.
  @Test(arguments: [[true], [true, true], [true, false], [true, true, true]]) func hasNoSeam(periodic: [Bool]) {
    let bench = FlowBench(dimension: periodic.count, periodic: periodic)
    let x = columns(periodic, 60)
    for j in periodic.indices where periodic[j] {
      var (low, high, below) = (x, x, x)
      low[j] = x[j].map { _ in 0 }
      high[j] = x[j].map { _ in 1 }
      below[j] = x[j].map { _ in Float(1).nextDown }
      let at = bench.logDensities(low, context: context)
      #expect(difference(at, bench.logDensities(high, context: context)) < 1e-4)
      #expect(difference(at, bench.logDensities(below, context: context)) < 1e-4)
    }
  }

  @Test(arguments: Kernels.available, [[true], [true, false], [false, true, true]])
  func inverseOfForward(kernels: Kernels, periodic: [Bool]) {
    let bench = FlowBench(dimension: periodic.count, layers: 4, periodic: periodic, kernels: kernels)
    let contexts = testNormals(2 * 3, seed: 3)
    let x = columns(periodic, 3 * 101)
    let back = bench.invert(bench.transform(x, context: contexts).noise, context: contexts)
    for j in periodic.indices {
      // The shortest way round.
      let errors = zip(back[j], x[j]).map { a, b in periodic[j] ? abs(a - b - (a - b).rounded()) : abs(a - b) }
      #expect((errors.max() ?? 1) < 3e-5)
      if periodic[j] { #expect(back[j].allSatisfy { (0..<1).contains($0) }) }
    }
  }

  /// The gradient of every matrix and bias, and of ẑ, against differences of the loss.
  @Test(arguments: [[true], [true, true], [true, false], [false, true]]) func gradients(periodic: [Bool]) {
    let bench = FlowBench(dimension: periodic.count, layers: 2, periodic: periodic)
    let contexts = testNormals(2 * 2, seed: 5)
    let x = columns(periodic, 2 * 37)
    let (dContext, dParameters) = bench.gradients(x, context: contexts)
    #expect(zip(bench.parameters.storage, dParameters).allSatisfy { $0 != 0 || $1 == 0 }, "padding is not zero")
    func check(_ name: String, _ derivative: Double, scale: Double, _ loss: (Float) -> Double) {
      let slope = NumericSlope(step: 5e-4, loss)
      // Where samples cross knots in between, the log slopes' kinks are not those of one place.
      #expect(slope.agrees(with: derivative, scale: scale, share: 0.02), "\(name): \(derivative), \(slope)")
    }
    /// A step along the gradient has its length for a slope.
    func check(_ name: String, along gradient: [Float], _ move: (Float) -> Void) {
      let length = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(length > 0)
      check(name, Double(length), scale: Double(length)) { step in
        move(step / length)
        return bench.loss(x, context: contexts)
      }
      move(0)
    }
    for weight in bench.layout.weights {
      let (values, gradient) = (bench.parameters[weight], bench.gradient[weight])
      check(bench.layout.name(of: weight), along: gradient) { step in
        bench.parameters[weight] = zip(values, gradient).map { $0 + step * $1 }
      }
    }
    for bias in bench.layout.biases {
      let (values, gradient) = (bench.parameters[bias], bench.gradient[bias])
      check(bench.layout.name(of: bias), along: gradient) { step in
        bench.parameters[bias] = zip(values, gradient).map { $0 + step * $1 }
      }
    }
    for i in contexts.indices {
      check("ẑ \(i)", Double(dContext[i]), scale: Double(dContext.map(abs).max() ?? 0)) { step in
        var moved = contexts
        moved[i] += step
        return bench.loss(x, context: moved)
      }
    }
  }

  /// Fourier coefficients of samples are those of the density.
  @Test func samplesFollowTheDensity() {
    let bench = FlowBench(dimension: 2, periodic: [true, true])
    let count = 60_000
    var random = RandomStream(seed: 3, purpose: .flowSamples)
    let samples = bench.flow.samples(bench.tape, context: bench.context(context), count: count, random: &random)
      .map(bench.tape.array)
    let cells = 200
    let grid = (0..<2).map { j in (0..<cells * cells).map { (Float(j == 0 ? $0 % cells : $0 / cells) + 0.5) / 200 } }
    let mass = bench.logDensities(grid, context: context).map { exp(Double($0)) / Double(cells * cells) }
    for (k, l) in [(1, 0), (0, 1), (1, 1), (2, -1)] as [(Float, Float)] {
      func wave(_ x: Float, _ y: Float) -> Double { cos(2 * .pi * Double(k * x + l * y)) }
      let expected = grid[0].indices.reduce(0.0) { $0 + mass[$1] * wave(grid[0][$1], grid[1][$1]) }
      let found = (0..<count).reduce(0.0) { $0 + wave(samples[0][$1], samples[1][$1]) } / Double(count)
      #expect(abs(found - expected) < 4 / Double(2 * count).squareRoot(), "\(k), \(l)")
    }
  }

  /// Uniform points are learned exactly: KL(uniform ‖ p) = E[−log p] falls to 0 from anywhere.
  @Test func uniformPointsAreLearned() {
    let bench = FlowBench(dimension: 1, layers: 2, strength: 2, periodic: [true])
    var adam = Adam(bench.parameters)
    func divergence() -> Double {
      let x = [(0..<1000).map { (Float($0) + 0.5) / 1000 }]
      return bench.loss(x, context: context) / 1000
    }
    #expect(divergence() > 0.02)
    for step in 0..<100 {
      _ = bench.gradients(columns([true], 256, seed: UInt64(step + 10)), context: context)
      adam.step(bench, rate: 0.02 / (1 + Float(step) / 20))
    }
    #expect(abs(divergence()) < 3e-3, "\(divergence())")
  }

  /// Plain coordinates alone are those of a flow that knows no periodic ones.
  @Test func withoutPeriodicCoordinatesNothingChanges() {
    let (plain, other) = (FlowBench(dimension: 2), FlowBench(dimension: 2, periodic: [false, false]))
    let x = testColumns(2, 50)
    #expect(plain.logDensities(x, context: context) == other.logDensities(x, context: context))
  }
}

/// Adam by its textbook, for a few steps.
private struct Adam {
  private var first: [Float]
  private var second: [Float]
  private var count: Float = 0

  init(_ parameters: Parameters) {
    first = parameters.storage.map { _ in 0 }
    second = first
  }

  mutating func step(_ bench: FlowBench, rate: Float) {
    count += 1
    var values = bench.parameters.storage
    for (i, g) in bench.gradient.storage.enumerated() {
      first[i] = 0.9 * first[i] + 0.1 * g
      second[i] = 0.99 * second[i] + 0.01 * g * g
      let (m, v) = (first[i] / (1 - pow(0.9, count)), second[i] / (1 - pow(0.99, count)))
      values[i] -= rate * m / (v.squareRoot() + 1e-8)
    }
    bench.parameters.storage = values
    bench.parameters.valuesChanged()
  }
}
