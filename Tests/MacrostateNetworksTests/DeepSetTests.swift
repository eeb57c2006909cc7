import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import TestSupport
import Testing

@Suite struct DeepSetTests {
  private struct Encoder {
    let deepSet: DeepSet
    let layout: ParameterLayout
    let bench: TestBench

    init(inputs: Int = 2, activation: Activation = .softplus, seed: UInt64 = 1, kernels: Kernels = .best) {
      var layout = ParameterLayout()
      deepSet = DeepSet(
        "encoder", inputs: inputs, pointWidths: [20, 18, 11], setWidths: [9], outputs: 3, activation: activation,
        layout: &layout)
      self.layout = layout
      bench = TestBench(layout, kernels: kernels)
      var random = RandomStream(seed: seed, purpose: .initialParameters)
      deepSet.initialize(bench.parameters, &random)
    }

    /// ẑ of sets of points, all in one batch.
    func encode(_ sets: [[Float]]) -> [[Float]] {
      bench.reset()
      let tape = bench.tape
      let points = bench.variable(Array(sets.joined()), columns: deepSet.inputs)
      let segments = sets.map { set in
        Tape.Segment(count: set.count / deepSet.inputs, weight: Float(deepSet.inputs) / Float(set.count))
      }
      let pooled = tape.segmentSums(deepSet.pointFeatures(tape, points), segments)
      let z = tape.array(deepSet.closureVariables(tape, pooled: pooled))
      return sets.indices.map { Array(z[($0 * deepSet.outputs)...].prefix(deepSet.outputs)) }
    }
  }

  private func shuffled(_ points: [Float], columns: Int, seed: UInt64) -> [Float] {
    var order = Array(0..<points.count / columns)
    var random = RandomStream(seed: seed, purpose: .shuffle)
    for i in order.indices.reversed() { order.swapAt(i, random.next(below: i + 1)) }
    return order.flatMap { points[$0 * columns..<($0 + 1) * columns] }
  }

  @Test(arguments: Kernels.available) func orderDoesNotMatter(kernels: Kernels) {
    for (inputs, count) in [(1, 7), (2, 300), (3, 41)] {
      let encoder = Encoder(inputs: inputs, kernels: kernels)
      let points = testNormals(inputs * count)
      let z = encoder.encode([points])[0]
      #expect(z.contains { abs($0) > 0.01 })
      for seed in 1...3 as ClosedRange<UInt64> {
        let other = shuffled(points, columns: inputs, seed: seed)
        #expect(other != points)
        #expect(difference(encoder.encode([other])[0], z) < 2e-6)
      }
      // It does see the points: another set has another ẑ.
      #expect(difference(encoder.encode([points.map { 1.1 * $0 }])[0], z) > 1e-4)
    }
  }

  /// Sets of different n, one point among them, give in one batch what each gives alone.
  @Test func setsOfDifferentSizesShareABatch() {
    let encoder = Encoder()
    let sets = [1, 300, 2, 17, 1].enumerated().map { testNormals(2 * $1, seed: UInt64($0)) }
    let together = encoder.encode(sets)
    for (set, z) in zip(sets, together) { #expect(difference(encoder.encode([set])[0], z) < 1e-6) }
    // The mean does not see how often a set is repeated.
    #expect(difference(encoder.encode([sets[3] + sets[3]])[0], together[3]) < 2e-6)
  }

  /// φ's last map commutes with the mean: pooling before it equals ρ(mean φ(x)), computed plainly in double precision.
  @Test(arguments: [Activation.softplus, .relu, .tanh, .silu]) func poolingBeforeTheLastMap(activation: Activation) {
    let encoder = Encoder(activation: activation)
    let points = testNormals(2 * 50)
    let layers = zip(encoder.layout.weights, encoder.layout.biases).map { weight, bias in
      (weight, encoder.bench.parameters[weight].map(Double.init), encoder.bench.parameters[bias].map(Double.init))
    }
    #expect(layers.map(\.0.outputs) == [20, 18, 11, 9, 3])
    func apply(_ layer: Int, _ x: [Double]) -> [Double] {
      let (weight, w, b) = layers[layer]
      return (0..<weight.outputs).map { i in
        let sum = x.indices.reduce(b[i]) { $0 + w[i * weight.inputs + $1] * x[$1] }
        // φ's last map and ρ's have no activation.
        return layer == 2 || layer == 4 ? sum : activation.exact(sum)
      }
    }
    var mean = [Double](repeating: 0, count: 11)
    for point in 0..<50 {
      let phi = (0..<3).reduce([Double(points[2 * point]), Double(points[2 * point + 1])]) { apply($1, $0) }
      for i in mean.indices { mean[i] += phi[i] / 50 }
    }
    let exact = apply(4, apply(3, mean)).map { Float($0) }
    #expect(difference(encoder.encode([points])[0], exact) < 3e-6)
  }

  @Test func initialisationDependsOnTheSeedAlone() {
    #expect(Encoder(seed: 1).bench.parameters.storage == Encoder(seed: 1).bench.parameters.storage)
    #expect(Encoder(seed: 1).bench.parameters.storage != Encoder(seed: 2).bench.parameters.storage)
  }

  @Test func parametersHaveTheirNames() {
    #expect(
      Encoder().layout.weights.map(Encoder().layout.name(of:)) == [
        "encoder.points.0.weight", "encoder.points.1.weight", "encoder.points.2.weight", "encoder.sets.0.weight",
        "encoder.sets.1.weight",
      ])
  }
}

extension Activation {
  /// The activation in double precision.
  func exact(_ x: Double) -> Double {
    switch self {
    case .identity: x
    case .relu: max(x, 0)
    case .tanh: 2 / (1 + exp(-2 * x)) - 1
    case .softplus: max(x, 0) + log(1 + exp(-abs(x)))
    case .sigmoid: 1 / (1 + exp(-x))
    case .silu: x / (1 + exp(-x))
    }
  }
}
