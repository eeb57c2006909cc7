import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import TestSupport
import Testing

@Suite struct MLPTests {
  private struct Fixture: Decodable {
    struct Case: Decodable {
      let activation: Activation
      let input: [[Float]], output: [[Float]], loss: Double, gradInput: [[Float]]
      let weight0: [[Float]], bias0: [Float], weight1: [[Float]], bias1: [Float]
      let gradWeight0: [[Float]], gradBias0: [Float], gradWeight1: [[Float]], gradBias1: [Float]
    }
    let cases: [Case]
  }

  private func fixture() throws -> [Fixture.Case] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/mlp.json"))
    return try JSONDecoder().decode(Fixture.self, from: data).cases
  }

  @Test(arguments: Kernels.available) func storedValuesAndGradients(kernels: Kernels) throws {
    let cases = try fixture()
    #expect(Set(cases.map(\.activation)) == [.relu, .tanh, .softplus, .silu])
    for known in cases {
      var layout = ParameterLayout()
      let mlp = MLP("m", sizes: [3, 5, 2], activation: known.activation, layout: &layout)
      let bench = TestBench(layout, kernels: kernels)
      let (first, last) = (mlp.layers[0], mlp.layers[1])
      bench.parameters[first.weight] = Array(known.weight0.joined())
      bench.parameters[first.bias] = known.bias0
      bench.parameters[last.weight] = Array(known.weight1.joined())
      bench.parameters[last.bias] = known.bias1
      let x = bench.variable(Array(known.input.joined()), columns: 3)
      let y = mlp(bench.tape, x)
      bench.tape.addSquaredError(y, to: [Float](repeating: 0, count: 8), weight: 1)
      bench.tape.backward()
      #expect(difference(bench.tape.array(y), Array(known.output.joined())) < 5e-6)
      #expect(abs(bench.tape.loss - known.loss) < 1e-5 * known.loss)
      let pairs = [
        (bench.tape.gradientArray(of: x), Array(known.gradInput.joined())),
        (bench.gradient[first.weight], Array(known.gradWeight0.joined())),
        (bench.gradient[first.bias], known.gradBias0),
        (bench.gradient[last.weight], Array(known.gradWeight1.joined())),
        (bench.gradient[last.bias], known.gradBias1),
      ]
      for (found, exact) in pairs {
        #expect(difference(found, exact) < 1e-5 * (exact.map(abs).max() ?? 0), "\(known.activation)")
      }
    }
  }

  // MARK: ∇V

  private struct Potential {
    let mlp: MLP
    let bench: TestBench

    init(_ activation: Activation, outputs: Int = 1) {
      var layout = ParameterLayout()
      mlp = MLP("v", sizes: [3, 18, 7, outputs], activation: activation, layout: &layout)
      bench = TestBench(layout)
      var random = RandomStream(seed: 5, purpose: .initialParameters)
      mlp.initialize(bench.parameters, &random)
    }

    /// ∇V at x as it stands on a fresh tape.
    func gradient(_ x: [Float]) throws -> (x: Tensor, gradient: Tensor) {
      bench.reset()
      let input = bench.variable(x, columns: 3)
      let outputs = mlp.layers[mlp.layers.count - 1].weight.outputs
      let ones = bench.variable([Float](repeating: 1, count: input.rows * outputs), columns: outputs)
      return (input, try mlp.inputGradient(bench.tape, at: input, outputGradient: ones))
    }

    func sums(_ x: [Float]) -> [Double] {
      bench.reset()
      let y = bench.tape.array(mlp(bench.tape, bench.variable(x, columns: 3)))
      let outputs = y.count / (x.count / 3)
      return (0..<x.count / 3).map { row in (0..<outputs).reduce(0.0) { $0 + Double(y[row * outputs + $1]) } }
    }

    /// A loss of the gradient: Σ (∇V)².
    func loss(_ x: [Float]) throws -> Double {
      let (_, gradient) = try gradient(x)
      bench.tape.addSquaredError(gradient, to: [Float](repeating: 0, count: x.count), weight: 1)
      return bench.tape.loss
    }
  }

  @Test(arguments: [Activation.tanh, .softplus, .identity], [1, 2])
  func inputGradientIsThatOfTheValues(activation: Activation, outputs: Int) throws {
    let potential = Potential(activation, outputs: outputs)
    let x = testNormals(5 * 3)
    let (_, tensor) = try potential.gradient(x)
    let found = potential.bench.tape.array(tensor)
    // A point's values depend on that point alone.
    expectSlopes(found, at: x, step: 1e-2, "inputs") { potential.sums($0).reduce(0, +) }
  }

  /// What the tape computes backwards is the same gradient.
  @Test func inputGradientIsThatOfTheTape() throws {
    let potential = Potential(.tanh, outputs: 2)
    let x = testNormals(4 * 3)
    let (_, tensor) = try potential.gradient(x)
    let forwards = potential.bench.tape.array(tensor)
    potential.bench.reset()
    let input = potential.bench.variable(x, columns: 3)
    let y = potential.mlp(potential.bench.tape, input)
    // The gradient of ½Σ(y − (y − 1))² is 1.
    let target = potential.bench.tape.array(y).map { $0 - 1 }
    potential.bench.tape.addSquaredError(y, to: target, weight: 0.5)
    potential.bench.tape.backward()
    #expect(difference(forwards, potential.bench.tape.gradientArray(of: input)) < 1e-5)
  }

  /// Second order: the gradient of a loss of ∇V, with respect to parameters and inputs.
  @Test(arguments: [Activation.tanh, .softplus]) func gradientOfTheInputGradient(activation: Activation) throws {
    let potential = Potential(activation)
    let x = testNormals(4 * 3, seed: 2)
    let loss = try potential.loss(x)
    #expect(loss > 0.01)
    let (input, tensor) = try potential.gradient(x)
    potential.bench.tape.addSquaredError(tensor, to: [Float](repeating: 0, count: x.count), weight: 1)
    potential.bench.tape.backward()
    let dx = potential.bench.tape.gradientArray(of: input)
    let dParameters = potential.bench.gradient.storage
    let start = potential.bench.parameters.storage
    try expectSlopes(dParameters, at: start, step: 1e-2, "parameters") { moved in
      potential.bench.parameters.storage = moved
      return try potential.loss(x)
    }
    potential.bench.parameters.storage = start
    try expectSlopes(dx, at: x, step: 1e-2, "inputs") { try potential.loss($0) }
    #expect(zip(start, dParameters).allSatisfy { $0 != 0 || $1 == 0 }, "padding is not zero")
  }

  @Test(arguments: [Activation.relu, .silu]) func noSecondOrderIsAnError(activation: Activation) {
    #expect(throws: AutodiffError.noSecondOrder(activation.rawValue)) {
      _ = try Potential(activation).gradient([1, 2, 3])
    }
  }

  // MARK: Initialisation

  @Test func initialisationDependsOnTheSeedAlone() {
    func parameters(seed: UInt64) -> [Float] {
      var layout = ParameterLayout()
      let mlp = MLP("m", sizes: [3, 64, 64, 2], activation: .relu, layout: &layout)
      let parameters = Parameters(layout)
      var random = RandomStream(seed: seed, purpose: .initialParameters)
      mlp.initialize(parameters, &random)
      return parameters.storage
    }
    #expect(parameters(seed: 1) == parameters(seed: 1))
    #expect(difference(parameters(seed: 1), parameters(seed: 2)) > 0.1)
  }

  @Test(arguments: [(Activation.relu, 2.0), (.tanh, 1.0), (.identity, 1.0)])
  func varianceOfWeights(activation: Activation, gain: Double) {
    var layout = ParameterLayout()
    let layer = Linear("l", inputs: 50, outputs: 200, activation: activation, layout: &layout)
    let parameters = Parameters(layout)
    var random = RandomStream(seed: 3, purpose: .initialParameters)
    layer.initialize(parameters, &random)
    let weights = parameters[layer.weight].map(Double.init)
    let variance = weights.reduce(0) { $0 + $1 * $1 } / 10_000
    #expect(abs(variance * 50 / gain - 1) < 0.05)
    #expect(abs(weights.reduce(0, +) / 10_000) < 4 * (variance / 10_000).squareRoot())
    #expect(parameters[layer.bias].allSatisfy { abs($0) <= 1 / Float(50).squareRoot() })
    #expect(layout.name(of: layer.weight) == "l.weight" && layout.name(of: layer.bias) == "l.bias")
  }
}
