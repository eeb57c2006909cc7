import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import PointDensities
import TestSupport
import Testing

@Suite struct ConditionalSplineFlowTests {
  private let context: [Float] = [0.7, -1.2]

  /// The centres of a grid of `cells`ᵈ cells over [−width, width]ᵈ, column by column.
  private func grid(_ dimension: Int, cells: Int, width: Float) -> [[Float]] {
    let total = (0..<dimension).reduce(1) { product, _ in product * cells }
    let size = 2 * width / Float(cells)
    return (0..<dimension).map { j in
      let stride = (0..<j).reduce(1) { product, _ in product * cells }
      return (0..<total).map { -width + (Float($0 / stride % cells) + 0.5) * size }
    }
  }

  /// The density integrates to 1, for any ẑ.
  @Test(arguments: [(1, 4000, 1e-3), (2, 400, 3e-3), (3, 64, 2e-2)])
  func integratesToOne(dimension: Int, cells: Int, tolerance: Double) {
    let bench = FlowBench(dimension: dimension)
    let x = grid(dimension, cells: cells, width: 6)
    let volume = pow(12 / Double(cells), Double(dimension))
    for context in [context, [-2, 3]] as [[Float]] {
      let logDensities = bench.logDensities(x, context: context)
      let integral = logDensities.reduce(0.0) { $0 + exp(Double($1)) } * volume
      #expect(abs(integral - 1) < tolerance)
      // It is no normal density.
      let normal = x[0].indices.map { i in x.reduce(Float(-0.9189385) * Float(dimension)) { $0 - $1[i] * $1[i] / 2 } }
      #expect(difference(logDensities, normal) > 0.1)
    }
  }

  @Test(arguments: Kernels.available, [1, 2, 3]) func inverseOfForward(kernels: Kernels, dimension: Int) {
    let bench = FlowBench(dimension: dimension, layers: 4, kernels: kernels)
    let contexts = testNormals(2 * 3, seed: 3)
    // Some samples lie beyond the bound.
    let x = testColumns(dimension, 3 * 101, scale: 1.6)
    let (noise, _) = bench.transform(x, context: contexts)
    #expect(difference(noise[0], x[0]) > 0.1)
    let back = bench.invert(noise, context: contexts)
    for j in 0..<dimension { #expect(difference(back[j], x[j]) < 1e-5) }
  }

  @Test func aNetworkOfTheContextIsInvertedWithTheRest() {
    let bench = FlowBench(dimension: 2, contextWidths: [6])
    let contexts = testNormals(2 * 3, seed: 3)
    let x = testColumns(2, 3 * 50, scale: 1.2)
    let back = bench.invert(bench.transform(x, context: contexts).noise, context: contexts)
    for j in 0..<2 { #expect(difference(back[j], x[j]) < 1e-5) }
  }

  @Test func aShapeWithoutANetworkOfTheContextIsStillRead() throws {
    let shape = FlowBench(dimension: 2).flow.shape
    let text = String(decoding: try JSONEncoder().encode(shape), as: UTF8.self)
    let earlier = ["contextWidths", "periodic"].reduce(text) {
      $0.replacing("\"\($1)\":[],", with: "").replacing(",\"\($1)\":[]", with: "")
    }
    #expect(earlier != text)
    #expect(try JSONDecoder().decode(ConditionalSplineFlow.Shape.self, from: Data(earlier.utf8)) == shape)
  }

  /// Every coordinate's density depends on ẑ, the first one's in a layer, too (other implementations lose that).
  @Test(arguments: [1, 2, 3]) func everyCoordinateSeesTheContext(dimension: Int) {
    // With one layer, coordinate 0 is the first.
    let bench = FlowBench(dimension: dimension, layers: 1)
    let x = testColumns(dimension, 50)
    let one = bench.transform(x, context: [0.5, 0.5]).noise
    let other = bench.transform(x, context: [-1.5, 1]).noise
    for j in 0..<dimension { #expect(difference(one[j], other[j]) > 0.02, "coordinate \(j)") }
  }

  /// In the first layer coordinate j sees those before it, in the second those behind it: after two, each sees all.
  @Test func coordinatesSeeEachOther() {
    for layers in [1, 2] {
      let bench = FlowBench(dimension: 3, layers: layers)
      let x = testColumns(3, 20)
      let noise = bench.transform(x, context: context).noise
      for moved in 0..<3 {
        var other = x
        other[moved] = x[moved].map { $0 + 0.5 }
        let changed = bench.transform(other, context: context).noise
        for j in 0..<3 {
          let depends = difference(changed[j], noise[j]) > 1e-3
          #expect(depends == (layers == 2 || moved <= j), "\(layers) layers: \(j) on \(moved)")
        }
      }
    }
  }

  /// Samples of a set have that set's ẑ.
  @Test func setsKeepTheirContexts() {
    let bench = FlowBench(dimension: 2)
    let contexts = testNormals(2 * 3, seed: 4)
    let x = testColumns(2, 3 * 21)
    let together = bench.logDensities(x, context: contexts)
    for set in 0..<3 {
      let own = x.map { Array($0[set * 21..<(set + 1) * 21]) }
      let alone = bench.logDensities(own, context: Array(contexts[2 * set..<2 * set + 2]))
      #expect(difference(alone, Array(together[set * 21..<(set + 1) * 21])) < 1e-5)
    }
    // The loss is the sum of what the densities say.
    #expect(abs(bench.loss(x, context: contexts) + together.reduce(0.0) { $0 + Double($1) }) < 1e-3)
  }

  /// The logarithm of the determinant against a Jacobian by central differences.
  @Test func logDeterminant() {
    let bench = FlowBench(dimension: 2)
    let x = testColumns(2, 200)
    let h: Float = 4e-3
    func noise(_ j: Int, _ step: Float) -> [[Double]] {
      var moved = x
      moved[j] = x[j].map { $0 + step }
      return bench.transform(moved, context: context).noise.map { $0.map(Double.init) }
    }
    let sides = (0..<2).map { (above: noise($0, h), below: noise($0, -h)) }
    let found = bench.transform(x, context: context).logDeterminant
    var misses = 0
    for i in x[0].indices {
      func slope(_ output: Int, _ input: Int) -> Double {
        (sides[input].above[output][i] - sides[input].below[output][i]) / (2 * Double(h))
      }
      let determinant = slope(0, 0) * slope(1, 1) - slope(0, 1) * slope(1, 0)
      #expect(abs(log(determinant) - Double(found[i])) < 0.05)
      if abs(log(determinant) - Double(found[i])) > 2e-3 { misses += 1 }
    }
    // The slope bends at knots, so a few samples near one may be off.
    #expect(misses < 40)
  }

  /// The gradient of every matrix and bias against differences of the loss along it.
  @Test(arguments: Kernels.available, [(1, []), (2, []), (3, []), (2, [5, 7])])
  func gradients(kernels: Kernels, shape: (dimension: Int, contextWidths: [Int])) {
    let dimension = shape.dimension
    let bench = FlowBench(dimension: dimension, layers: 2, contextWidths: shape.contextWidths, kernels: kernels)
    let contexts = testNormals(2 * 2, seed: 5)
    let x = testColumns(dimension, 2 * 37, seed: 6, scale: 1.3)
    let (dContext, dParameters) = bench.gradients(x, context: contexts)
    let start = bench.parameters.storage
    #expect(zip(start, dParameters).allSatisfy { $0 != 0 || $1 == 0 }, "padding is not zero")
    func check(_ name: String, _ derivative: Double, _ loss: (Float) -> Double) {
      let slope = NumericSlope(step: 1e-3, loss)
      // Where samples cross knots in between, the log slopes' kinks are not those of one place.
      let isClose = slope.agrees(with: derivative, scale: abs(derivative), share: 0.01)
      #expect(isClose && slope.error < 0.15 * abs(derivative), "\(name): \(derivative), \(slope)")
    }
    /// A step along the gradient has its length for a slope.
    func check(_ name: String, along gradient: [Float], _ move: (Float) -> Void) {
      let length = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      check(name, Double(length)) { step in
        move(step / length)
        return bench.loss(x, context: contexts)
      }
      move(0)
    }
    for weight in bench.layout.weights {
      let (values, gradient) = (bench.parameters[weight], bench.gradient[weight])
      check(bench.parameters.layout.name(of: weight), along: gradient) { step in
        bench.parameters[weight] = zip(values, gradient).map { $0 + step * $1 }
      }
    }
    for bias in bench.layout.biases {
      let (values, gradient) = (bench.parameters[bias], bench.gradient[bias])
      check(bench.parameters.layout.name(of: bias), along: gradient) { step in
        bench.parameters[bias] = zip(values, gradient).map { $0 + step * $1 }
      }
    }
    for i in contexts.indices {
      check("ẑ \(i)", Double(dContext[i])) { step in
        var moved = contexts
        moved[i] += step
        return bench.loss(x, context: moved)
      }
    }
  }

  /// Samples by inversion follow the density: counts in the cells of a grid, and of the two coordinates' halves.
  @Test func samplesFollowTheDensity() {
    let bench = FlowBench(dimension: 2)
    let count = 40_000
    let samples = bench.invert(testColumns(2, count, seed: 7), context: context)
    let cells = 12
    let fine = 240
    let width: Float = 3
    func cell(_ x: Float) -> Int? {
      let c = Int(((x + width) / (2 * width) * Float(cells)).rounded(.down))
      return (0..<cells).contains(c) ? c : nil
    }
    var expected = [Double](repeating: 0, count: cells * cells)
    let x = grid(2, cells: fine, width: width)
    let area = pow(Double(2 * width) / Double(fine), 2)
    for (i, logDensity) in bench.logDensities(x, context: context).enumerated() {
      guard let a = cell(x[0][i]), let b = cell(x[1][i]) else { continue }
      expected[a * cells + b] += Double(count) * exp(Double(logDensity)) * area
    }
    var found = [Double](repeating: 0, count: cells * cells)
    for i in 0..<count {
      if let a = cell(samples[0][i]), let b = cell(samples[1][i]) { found[a * cells + b] += 1 }
    }
    let used = expected.indices.filter { expected[$0] > 20 }
    #expect(used.count > 40)
    let chiSquare = used.reduce(0.0) { $0 + pow(found[$1] - expected[$1], 2) / expected[$1] }
    #expect(abs(chiSquare - Double(used.count)) < 5 * (2 * Double(used.count)).squareRoot())
  }

  /// A fresh flow is near the identity: its density is nearly the normal one.
  @Test func beginsNearTheIdentity() {
    let bench = FlowBench(dimension: 2, strength: 1)
    let x = testColumns(2, 100)
    let (noise, logDeterminant) = bench.transform(x, context: context)
    for j in 0..<2 { #expect(difference(noise[j], x[j]) < 0.5) }
    #expect(logDeterminant.reduce(0) { $0 + abs($1) } < 0.5 * 100)
  }

  /// Points far from all that was seen have a finite density: the tails are those of the normal base.
  @Test func tailsAreFinite() {
    let bench = FlowBench(dimension: 2)
    let found = bench.logDensities([[100, 0, -50], [0, 100, 50]], context: context)
    #expect(found.allSatisfy { $0.isFinite && $0 < -1000 })
  }
}
