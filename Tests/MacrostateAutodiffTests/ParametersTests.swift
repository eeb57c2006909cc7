import MacrostateAutodiff
import Testing

@Suite struct ParametersTests {
  @Test func matricesAreInPyTorchsOrder() {
    var layout = ParameterLayout()
    let weight = layout.addWeight("a.weight", outputs: 17, inputs: 3)
    let bias = layout.addBias("a.bias", count: 17)
    let other = layout.addWeight("b.weight", outputs: 2, inputs: 17)
    #expect(layout.count == 17 * 3 + 17 + 2 * 17)
    #expect(layout.weights.map(layout.name(of:)) == ["a.weight", "b.weight"])
    #expect(layout.biases.map(layout.name(of:)) == ["a.bias"])
    let parameters = Parameters(layout)
    #expect(parameters[weight] == [Float](repeating: 0, count: 51))
    var random = TestNumbers(1)
    let values = (random.numbers(51), random.numbers(17), random.numbers(34))
    parameters[weight] = values.0
    parameters[bias] = values.1
    parameters[other] = values.2
    #expect(parameters[weight] == values.0)
    #expect(parameters[bias] == values.1)
    #expect(parameters[other] == values.2)
    // All the rest is padding, and zero.
    #expect(parameters.storage.count { $0 != 0 } == layout.count)

    let copy = parameters.copy()
    parameters[bias] = [Float](repeating: 1, count: 17)
    #expect(copy[weight] == values.0 && copy[bias] == values.1)
  }

  /// A copy, and a whole storage that was written, know the transposed matrices, too.
  @Test func transposedMatricesFollow() {
    var layout = ParameterLayout()
    let weight = layout.addWeight("w", outputs: 2, inputs: 3)
    let parameters = Parameters(layout)
    parameters[weight] = [1, 2, 3, 4, 5, 6]
    let copy = parameters.copy()
    parameters.storage = parameters.storage.map { 10 * $0 }
    func product(_ parameters: Parameters) -> [Float] {
      let tape = Tape(kernels: .best, parameters: parameters)
      let x = tape.variable(rows: 1, columns: 2, wantsGradient: false)
      tape.fill(x, [1, -1])
      return tape.array(tape.transposedLinear(x, weight))
    }
    #expect(product(copy) == [-3, -3, -3])
    #expect(product(parameters) == [-30, -30, -30])
  }
}
