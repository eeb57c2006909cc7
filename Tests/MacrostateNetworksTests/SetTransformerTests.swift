import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import TestSupport
import Testing

@Suite struct SetTransformerTests {
  private struct Encoder {
    let network: SetTransformer
    let layout: ParameterLayout
    let bench: TestBench

    init(
      shape: SetTransformer.Shape = .init(width: 24, heads: 3, blocks: 2, inducingPoints: 5), outputs: Int = 3,
      activation: Activation = .softplus, name: String = "encoder", seed: UInt64 = 1, kernels: Kernels = .best
    ) {
      var layout = ParameterLayout()
      network = SetTransformer(
        name, inputs: 2, shape: shape, outputs: outputs, activation: activation, layout: &layout)
      self.layout = layout
      bench = TestBench(layout, kernels: kernels)
      var random = RandomStream(seed: seed, purpose: .initialParameters)
      network.initialize(bench.parameters, &random)
      bench.parameters.valuesChanged()
    }

    /// ẑ of sets of points, all in one batch.
    func encode(_ sets: [[Float]]) -> [[Float]] {
      bench.reset()
      let points = bench.variable(Array(sets.joined()), columns: 2)
      let z = bench.tape.array(network(bench.tape, points: points, counts: sets.map { $0.count / 2 }))
      return sets.indices.map { row($0, of: z, network.outputs) }
    }

    /// ẑ of a set in parts of `size` points.
    func encode(_ set: [Float], parts size: Int) -> [Float] {
      var pass = SetTransformerPass(network)
      while true {
        for begin in stride(from: 0, to: set.count / 2, by: size) {
          bench.tape.reset()
          pass.add(bench.tape, bench.variable(Array(set[2 * begin..<min(2 * (begin + size), set.count)]), columns: 2))
        }
        bench.tape.reset()
        if let closure = pass.finish(bench.tape) { return closure }
      }
    }
  }

  private func shuffled(_ points: [Float], seed: UInt64) -> [Float] {
    var order = Array(0..<points.count / 2)
    var random = RandomStream(seed: seed, purpose: .shuffle)
    for i in order.indices.reversed() { order.swapAt(i, random.next(below: i + 1)) }
    return order.flatMap { row($0, of: points, 2) }
  }

  @Test(arguments: Kernels.available) func orderDoesNotMatter(kernels: Kernels) {
    for count in [7, 300] {
      let encoder = Encoder(kernels: kernels)
      let points = testNormals(2 * count)
      let z = encoder.encode([points])[0]
      #expect(z.contains { abs($0) > 0.01 })
      for seed in 1...3 as ClosedRange<UInt64> {
        let other = shuffled(points, seed: seed)
        #expect(other != points)
        #expect(difference(encoder.encode([other])[0], z) < 5e-6)
      }
      #expect(difference(encoder.encode([points.map { 1.1 * $0 }])[0], z) > 1e-4)
    }
  }

  /// Sets of different n, one point and none among them, give in one batch what each gives alone.
  @Test func setsOfDifferentSizesShareABatch() {
    let encoder = Encoder()
    let sets = [1, 300, 0, 2, 17, 1, 0].enumerated().map { testNormals(2 * $1, seed: UInt64($0)) }
    let together = encoder.encode(sets)
    for (set, z) in zip(sets, together) {
      #expect(difference(encoder.encode([set])[0], z) < 2e-6)
      #expect(z.allSatisfy { $0.isFinite })
    }
    #expect(together[2] == together[6])
    #expect(together[2] != together[0])
    // A softmax does not see how often the whole set is repeated.
    #expect(difference(encoder.encode([sets[4] + sets[4]])[0], together[4]) < 5e-6)
  }

  @Test(arguments: [0, 1, 40, 1000]) func partsGiveTheWhole(count: Int) {
    for blocks in [0, 1, 3] {
      let encoder = Encoder(shape: .init(width: 24, heads: 3, blocks: blocks, inducingPoints: 5))
      let points = testNormals(2 * count, seed: 3)
      let whole = encoder.encode([points])[0]
      for size in [7, 128, 2000] {
        #expect(difference(encoder.encode(points, parts: size), whole) < 5e-6, "\(blocks) blocks, parts of \(size)")
      }
    }
  }

  @Test func initialisationDependsOnTheSeedAlone() {
    #expect(Encoder(seed: 1).bench.parameters.storage == Encoder(seed: 1).bench.parameters.storage)
    #expect(Encoder(seed: 1).bench.parameters.storage != Encoder(seed: 2).bench.parameters.storage)
  }

  @Test func parametersHaveTheirNames() {
    let layout = Encoder(shape: .init(blocks: 1)).layout
    let names = layout.weights.map { layout.name(of: $0) }
    #expect(
      names.prefix(3) == [
        "encoder.embedding.weight", "encoder.blocks.0.inducing_points", "encoder.blocks.0.gather.query.weight",
      ])
    #expect(names.suffix(2) == ["encoder.pooling.linear2.weight", "encoder.output.weight"])
  }

  // MARK: Stored values

  private struct Fixture: Decodable {
    struct Case: Decodable {
      let width: Int, heads: Int, blocks: Int, inducingPoints: Int, outputs: Int
      let counts: [Int]
      let closures: [[Float]], loss: Double
      let gradients: [String: [Double]], pointGradients: [Float]
    }
    let cases: [Case]
  }

  private func fixture() throws -> [Fixture.Case] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/set-transformer.json"))
    return try JSONDecoder().decode(Fixture.self, from: data).cases
  }

  private func pattern(_ count: Int, _ phase: Int) -> [Double] {
    (0..<count).map { sin(1 + 12.9898 * Double($0 + 1) + 78.233 * Double(phase)) }
  }

  private enum Place {
    case weight(Weight)
    case bias(Bias)
  }

  /// The parameters in the order of their names, with their numbers of columns.
  private func places(_ layout: ParameterLayout) -> [(name: String, place: Place, columns: Int)] {
    let weights = layout.weights.map { (name: layout.name(of: $0), place: Place.weight($0), columns: $0.inputs) }
    let biases = layout.biases.map { (name: layout.name(of: $0), place: Place.bias($0), columns: $0.count) }
    return (weights + biases).sorted { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
  }

  private func fill(_ parameters: Parameters) {
    for (k, (name, place, columns)) in places(parameters.layout).enumerated() {
      let shift = name.contains(".norm") && name.hasSuffix("weight") ? 1.0 : 0
      func values(_ count: Int) -> [Float] {
        pattern(count, k).map { Float($0 * 1.7 / Double(columns).squareRoot() + shift) }
      }
      switch place {
      case .weight(let weight): parameters[weight] = values(weight.outputs * weight.inputs)
      case .bias(let bias): parameters[bias] = values(bias.count)
      }
    }
    parameters.valuesChanged()
  }

  @Test(arguments: Kernels.available) func storedValuesAndGradients(kernels: Kernels) throws {
    for known in try fixture() {
      let shape = SetTransformer.Shape(
        width: known.width, heads: known.heads, blocks: known.blocks, inducingPoints: known.inducingPoints)
      let encoder = Encoder(shape: shape, outputs: known.outputs, activation: .relu, name: "e", kernels: kernels)
      let bench = encoder.bench
      fill(bench.parameters)
      let points = known.counts.enumerated().flatMap { i, n in pattern(2 * n, 100 + i).map { Float(2 * $0) } }
      let x = bench.variable(points, columns: 2)
      let z = encoder.network(bench.tape, points: x, counts: known.counts)
      bench.tape.addSquaredError(z, to: [Float](repeating: 0, count: z.rows * z.columns), weight: 1)
      bench.tape.backward()
      #expect(difference(bench.tape.array(z), Array(known.closures.joined())) < 2e-5)
      #expect(abs(bench.tape.loss - known.loss) < 2e-5 * known.loss)
      let largest = known.pointGradients.map(abs).max() ?? 0
      #expect(difference(bench.tape.gradientArray(of: x), known.pointGradients) < 2e-4 * largest)
      #expect(known.gradients.count == places(encoder.layout).count)
      for (name, place, _) in places(encoder.layout) {
        let found: [Float] =
          switch place {
          case .weight(let weight): bench.gradient[weight]
          case .bias(let bias): bench.gradient[bias]
          }
        let exact = try #require(known.gradients[name])
        let norm = found.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        let dot = zip(found, pattern(found.count, 50)).reduce(0.0) { $0 + Double($1.0) * $1.1 }
        let margin = 5e-4 * exact[0]
        #expect(abs(norm - exact[0]) < margin && abs(dot - exact[1]) < margin, "\(name): \(norm), \(dot), \(exact)")
      }
    }
  }

  // MARK: Gradients

  /// What stood in the tape's memory before, that of a set of no numbers, makes no difference to a bit.
  @Test(arguments: Kernels.available) func whatWasEncodedBeforeDoesNotMatter(kernels: Kernels) {
    for width in [4, 8, 12, 20, 24, 64] {
      let counts = [40, 1, 0, 130]
      func result(after first: Float?) -> [Float] {
        let encoder = Encoder(shape: .init(width: width, heads: 2, blocks: 2, inducingPoints: 5), kernels: kernels)
        let bench = encoder.bench
        func gradients(_ points: [Float]) -> [Float] {
          bench.reset()
          let x = bench.variable(points, columns: 2)
          let z = encoder.network(bench.tape, points: x, counts: counts)
          bench.tape.addSquaredError(z, to: [Float](repeating: 0, count: z.rows * z.columns), weight: 1)
          bench.tape.backward()
          return bench.tape.array(z) + bench.tape.gradientArray(of: x) + bench.gradient.storage
        }
        let points = testNormals(2 * counts.reduce(0, +), seed: 5)
        if let first { _ = gradients(points.map { _ in first }) }
        return gradients(points)
      }
      let fresh = result(after: nil)
      #expect(fresh.allSatisfy(\.isFinite) && fresh.contains { abs($0) > 0.01 })
      for first in [1, Float.nan] { #expect(result(after: first) == fresh, "width \(width), after \(first)") }
    }
  }

  /// Every parameter's and point's gradient against central differences, the largest sets' rows cut into blocks.
  @Test(arguments: [Activation.softplus, .tanh]) func gradientsAgreeWithDifferences(activation: Activation) {
    let encoder = Encoder(
      shape: .init(width: 6, heads: 2, blocks: 1, inducingPoints: 3), activation: activation)
    let counts = [4, 1, 0, 130]
    let points = testNormals(2 * counts.reduce(0, +), seed: 5)
    let bench = encoder.bench
    func loss(_ points: [Float]) -> (Double, Tensor) {
      bench.reset()
      let x = bench.variable(points, columns: 2)
      let z = encoder.network(bench.tape, points: x, counts: counts)
      bench.tape.addSquaredError(z, to: testNormals(z.rows * z.columns, seed: 8), weight: 0.5)
      return (bench.tape.loss, x)
    }
    let x = loss(points).1
    bench.tape.backward()
    let gradient = bench.gradient.storage
    let pointGradient = bench.tape.gradientArray(of: x)
    let start = bench.parameters.storage
    expectSlopes(gradient, at: start, step: 4e-3, "parameters") { moved in
      bench.parameters.storage = moved
      return loss(points).0
    }
    bench.parameters.storage = start
    expectSlopes(Array(pointGradient[..<14]), at: points, step: 4e-3, "points") { loss($0).0 }
  }
}
