import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import TestSupport
import Testing

@Suite struct ConditionalMLPTests {
  private func make(
    sampleInputs: Int, widths: [Int], activation: Activation
  ) -> (ConditionalMLP, TestBench, ParameterLayout) {
    var layout = ParameterLayout()
    let mlp = ConditionalMLP(
      "c", sampleInputs: sampleInputs, contextInputs: 3, widths: widths, outputs: 4, activation: activation,
      layout: &layout)
    let bench = TestBench(layout)
    var random = RandomStream(seed: 4, purpose: .initialParameters)
    mlp.initialize(bench.parameters, &random, finalGain: 0.5, finalBias: [1, 2, 3, 4])
    return (mlp, bench, layout)
  }

  /// The same as a plain perceptron on rows [x, context of x's set].
  @Test(arguments: [Activation.relu, .tanh, .softplus, .silu], [[9], [9, 7]])
  func equalsThePlainPerceptron(activation: Activation, widths: [Int]) throws {
    let (mlp, bench, layout) = make(sampleInputs: 2, widths: widths, activation: activation)
    let (sets, perSet) = (3, 5)
    let (x, context) = (testNormals(sets * perSet * 2), testNormals(sets * 3, seed: 2))
    let found = bench.tape.array(
      mlp(bench.tape, samples: bench.variable(x, columns: 2), context: bench.variable(context, columns: 3)))

    var plainLayout = ParameterLayout()
    let plain = MLP("p", sizes: [5] + widths + [4], activation: activation, layout: &plainLayout)
    let plainBench = TestBench(plainLayout)
    func weight(_ name: String) throws -> [Float] {
      bench.parameters[try #require(layout.weights.first { layout.name(of: $0) == name })]
    }
    func bias(_ name: String) throws -> [Float] {
      bench.parameters[try #require(layout.biases.first { layout.name(of: $0) == name })]
    }
    let (samples, shared) = (try weight("c.samples.weight"), try weight("c.0.weight"))
    plainBench.parameters[plain.layers[0].weight] = (0..<widths[0]).flatMap { i in
      row(i, of: samples, 2) + row(i, of: shared, 3)
    }
    plainBench.parameters[plain.layers[0].bias] = try bias("c.0.bias")
    for i in 1...widths.count {
      plainBench.parameters[plain.layers[i].weight] = try weight("c.\(i).weight")
      plainBench.parameters[plain.layers[i].bias] = try bias("c.\(i).bias")
    }
    let rows = (0..<sets * perSet).flatMap { i in
      row(i, of: x, 2) + row(i / perSet, of: context, 3)
    }
    let exact = plainBench.tape.array(plain(plainBench.tape, plainBench.variable(rows, columns: 5)))
    #expect(difference(found, exact) < 3e-6)
  }

  @Test func withoutSampleInputsThereIsARowPerSet() {
    let (mlp, bench, _) = make(sampleInputs: 0, widths: [9], activation: .tanh)
    let y = mlp(bench.tape, samples: nil, context: bench.variable(testNormals(6), columns: 3))
    #expect(y.rows == 2 && y.columns == 4)
  }

  /// The last map begins with small weights around the given biases, also where it is the only one.
  @Test(arguments: [[], [9], [9, 9]] as [[Int]], [0, 2]) func theLastMapBeginsAsAsked(widths: [Int], samples: Int)
    throws
  {
    let (_, bench, layout) = make(sampleInputs: samples, widths: widths, activation: .relu)
    let last = try #require(layout.biases.last)
    #expect(layout.name(of: last) == "c.\(widths.count).bias")
    #expect(bench.parameters[last] == [1, 2, 3, 4])
    let weight = try #require(layout.weights.last { layout.name(of: $0) == "c.\(widths.count).weight" })
    let bound = 0.5 * (3 / Float(weight.inputs)).squareRoot()
    #expect(bench.parameters[weight].allSatisfy { abs($0) <= bound })
  }
}
