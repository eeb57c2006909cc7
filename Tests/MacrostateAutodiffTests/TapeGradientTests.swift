import MacrostateAutodiff
import MacrostateCompute
import Testing

/// Every operation's gradient against central differences, on every instruction set.
@Suite struct TapeGradientTests {
  static let cases = Kernels.available.flatMap { kernels in ElementwiseFunction.allCases.map { (kernels, $0) } }

  @Test(arguments: cases) func linearMaps(kernels: Kernels, function: ElementwiseFunction) {
    for (rows, inputs, outputs) in [(1, 1, 1), (5, 3, 17), (7, 18, 2)] {
      var check = GradientCheck()
      let weight = check.weight(outputs, inputs)
      let bias = check.bias(outputs)
      check.input(rows, inputs)
      check.run(kernels) { tape, x in tape.addTestLoss(tape.linear(x[0], weight, .parameter(bias), function)) }
      check.run(kernels) { tape, x in tape.addTestLoss(tape.linear(x[0], weight, .none, function)) }
    }
  }

  @Test(arguments: cases) func biasesOfSets(kernels: Kernels, function: ElementwiseFunction) {
    for (sets, rows) in [(1, 5), (3, 1), (3, 4)] {
      var check = GradientCheck()
      let weight = check.weight(5, 2)
      check.input(sets * rows, 2)
      check.input(sets, 5)
      check.run(kernels) { tape, x in
        tape.addTestLoss(tape.linear(x[0], weight, .rows(x[1], rowsPerBias: rows), function))
      }
    }
  }

  @Test(arguments: cases) func activations(kernels: Kernels, function: ElementwiseFunction) {
    var check = GradientCheck()
    check.input(3, 5)
    check.run(kernels) { tape, x in
      // x is used twice, so that gradients have to add up.
      tape.addTestLoss(tape.activation(x[0], function))
      tape.addTestLoss(x[0])
    }
  }

  @Test(arguments: Kernels.available) func transposedMaps(kernels: Kernels) {
    for (rows, inputs, outputs) in [(1, 1, 1), (4, 3, 17), (5, 18, 2)] {
      var check = GradientCheck()
      let weight = check.weight(outputs, inputs)
      check.input(rows, outputs)
      check.run(kernels) { tape, x in tape.addTestLoss(tape.transposedLinear(x[0], weight)) }
      // W used forwards and transposed; and what goes into the product is not zero in its padding.
      check.run(kernels) { tape, x in
        let back = tape.transposedLinear(tape.activation(x[0], .softplus), weight)
        tape.addTestLoss(tape.linear(back, weight, .none, .tanh))
      }
    }
  }

  @Test(arguments: Kernels.available) func firstColumns(kernels: Kernels) {
    for (columns, first) in [(3, 1), (18, 17), (4, 4)] {
      var check = GradientCheck()
      check.input(5, columns)
      check.input(5, first)
      check.run(kernels) { tape, x in tape.addTestLoss(tape.firstColumns(x[0], count: first)) }
      check.run(kernels) { tape, x in tape.addTestLoss(tape.addToFirstColumns(x[0], x[1])) }
      // Both parts of the sum are used again, so that gradients have to add up.
      check.run(kernels) { tape, x in
        let sum = tape.addToFirstColumns(x[0], tape.multiply(x[1], tape.firstColumns(x[0], count: first)))
        tape.addTestLoss(tape.multiply(sum, x[0]))
        tape.addTestLoss(x[1])
      }
    }
  }

  @Test func columnsBehindTheFirstStay() {
    let tape = Tape(kernels: .best, parameters: Parameters(ParameterLayout()))
    let x = tape.constantRows([1, 2, 3], count: 2)
    let y = tape.constantRows([10, 20], count: 2)
    #expect(tape.array(tape.addToFirstColumns(x, y)) == [11, 22, 3, 11, 22, 3])
    #expect(tape.array(tape.firstColumns(x, count: 2)) == [1, 2, 1, 2])
  }

  @Test(arguments: Kernels.available) func elementwiseOperations(kernels: Kernels) {
    var check = GradientCheck()
    check.input(4, 3)
    check.input(4, 3)
    check.run(kernels) { tape, x in tape.addTestLoss(tape.add(x[0], x[1])) }
    check.run(kernels) { tape, x in tape.addTestLoss(tape.add(x[0], x[0])) }
    check.run(kernels) { tape, x in tape.addTestLoss(tape.multiply(x[0], x[1])) }
    check.run(kernels) { tape, x in tape.addTestLoss(tape.multiply(x[0], x[0])) }
    check.run(kernels) { tape, x in tape.addTestLoss(tape.affine(x[0], scale: -1.5, shift: 0.5)) }
    check.run(kernels) { tape, x in
      let product = tape.multiply(tape.affine(x[0], scale: 2, shift: 1), tape.activation(x[1], .tanh))
      tape.addTestLoss(tape.add(product, x[0]))
    }
  }

  @Test(arguments: Kernels.available) func onsagerProducts(kernels: Kernels) {
    for (rows, dimension) in [(1, 1), (3, 2), (2, 4), (3, 9), (1, 17)] {
      var check = GradientCheck()
      check.input(rows, dimension * dimension)
      check.input(rows, dimension)
      check.run(kernels) { tape, x in tape.addTestLoss(tape.onsagerProduct(x[0], x[1], alpha: 0.3)) }
      check.run(kernels) { tape, x in
        // What is used twice has gradients to be added; and paddings that are not zero must not matter.
        let vector = tape.activation(x[1], .softplus)
        let product = tape.onsagerProduct(tape.activation(x[0], .sigmoid), vector, alpha: 0.3)
        tape.addTestLoss(tape.add(product, vector))
        tape.addTestLoss(x[0])
      }
    }
  }

  @Test(arguments: Kernels.available) func onsagerProductOfKnownMatrices(kernels: Kernels) {
    let layout = ParameterLayout()
    let tape = Tape(kernels: kernels, parameters: Parameters(layout))
    // L = [[2, 0], [3, −1]] and W = [[0, 5], [−5, 0]]: L Lᵀ = [[4, 6], [6, 10]].
    let entries: [Float] = [2, 5, 3, -1]
    let matrix = entries.withUnsafeBufferPointer { tape.copyPadded($0, rows: 1, columns: 4) }
    let product = tape.onsagerProduct(matrix, tape.constantRows([1, 2], count: 1), alpha: 0.5)
    // (4 + 12) + 10 + 0.5 and (6 + 20) − 5 + 1.
    let expected: [Float] = [26.5, 22]
    #expect(tape.array(product) == expected)
    // What stood in the memory before must not come through in the padding.
    let rubbish = tape.variable(rows: 8, columns: 64, wantsGradient: false)
    tape.value(rubbish).update(repeating: .nan, count: 8 * 64)
    tape.reset()
    let next = tape.onsagerProduct(
      tape.constantRows([Float](repeating: 1, count: 25), count: 1), tape.constantRows([1, 2, 3, 4, 5], count: 1),
      alpha: 1)
    #expect((0..<16).allSatisfy { tape.value(next)[$0].isFinite })
  }

  @Test(arguments: Kernels.available) func sumsOfSegments(kernels: Kernels) {
    var check = GradientCheck()
    check.input(7, 3)
    let segments = [(1, 1), (0, 5), (4, 0.25), (2, -0.5)].map { Tape.Segment(count: $0.0, weight: Float($0.1)) }
    check.run(kernels) { tape, x in tape.addTestLoss(tape.segmentSums(x[0], segments)) }
    check.run(kernels) { tape, x in
      tape.addTestLoss(x[0])
      tape.addTestLoss(tape.segmentSums(x[0], segments))
    }
  }

  @Test(arguments: Kernels.available) func joinedColumns(kernels: Kernels) {
    var check = GradientCheck()
    let weight = check.weight(5, 6)
    check.input(4, 2)
    check.input(4, 1)
    check.input(4, 3)
    check.run(kernels) { tape, x in tape.addTestLoss(tape.join([x[0], x[1], x[2]])) }
    check.run(kernels) { tape, x in tape.addTestLoss(tape.join([x[1], x[0], x[1]])) }
    // Joined columns are not padded: the product's gradient goes another way there.
    check.run(kernels) { tape, x in
      tape.addTestLoss(tape.linear(tape.join([x[0], x[1], x[2]]), weight, .none, .tanh))
    }
  }

  @Test(arguments: Kernels.available) func splinesAndLosses(kernels: Kernels) {
    let shape = SplineShape(bins: 5, bound: 3)
    let values: [Float] = [-4, -2.9, -1.3, 0.4, 0.9, 2.2, 3.5, 1.7]
    for (sets, seed) in [(1, 1), (1, 2), (2, 4), (8, 5)] as [(Int, UInt64)] {
      var check = GradientCheck()
      check.input(sets, shape.parameterCount)
      check.run(kernels, seed: seed) { tape, x in
        // A second spline gives the first's output a gradient of its own.
        let first = tape.spline(tape.packedColumn(values), parameters: x[0], shape)
        let second = tape.spline(first.y, parameters: x[0], shape)
        tape.addStandardNormalLoss(second.y, weight: 0.5)
        tape.addSum(first.logSlope, weight: -0.5)
        tape.addSum(second.logSlope, weight: -0.3)
      }
    }
  }

  /// A spline with constant parameters still passes on the gradient of its input.
  @Test(arguments: Kernels.available) func splinesWithConstantParameters(kernels: Kernels) {
    let shape = SplineShape(bins: 4, bound: 3)
    let values: [Float] = [-1.3, 0.4, 0.9, 2.2]
    var random = TestNumbers(5)
    let logits = random.numbers(shape.parameterCount)
    func gradient(wanted: Bool) -> [Float] {
      let layout = ParameterLayout()
      let tape = Tape(kernels: kernels, parameters: Parameters(layout), gradient: ParameterGradient(layout))
      let x = tape.packedColumn(values)
      let parameters = tape.variable(rows: 1, columns: shape.parameterCount, wantsGradient: wanted)
      tape.fill(parameters, logits)
      let (y, logSlope) = tape.spline(x, parameters: parameters, shape)
      tape.addStandardNormalLoss(y, weight: 1)
      tape.addSum(logSlope, weight: -1)
      tape.backward()
      return tape.gradientArray(of: x)
    }
    #expect(gradient(wanted: false) == gradient(wanted: true))
    #expect(gradient(wanted: true).contains { abs($0) > 0.1 })
  }

  @Test func losses() {
    let layout = ParameterLayout()
    let tape = Tape(kernels: .best, parameters: Parameters(layout))
    let x = tape.packedColumn([1, -2])
    tape.addStandardNormalLoss(x, weight: 2)
    #expect(abs(tape.loss - 2 * (0.5 + 2 + 1.8378770664093453)) < 1e-6)
    tape.reset()
    #expect(tape.loss == 0)
    let column = tape.packedColumn([1, -2])
    tape.addSum(column, weight: 3)
    #expect(abs(tape.loss + 3) < 1e-6)
    tape.addSquaredError(column, to: [0, 0], weight: 0.5)
    #expect(abs(tape.loss + 0.5) < 1e-6)
  }

  /// A tape is used again and again: what stood in its memory before must not show.
  @Test(arguments: Kernels.available) func aTapeUsedAgainGivesTheSameBits(kernels: Kernels) {
    var layout = ParameterLayout()
    let first = layout.addWeight("first", outputs: 9, inputs: 3)
    let bias = layout.addBias("bias", count: 9)
    let second = layout.addWeight("second", outputs: 11, inputs: 9)
    let parameters = Parameters(layout)
    var random = TestNumbers(12)
    for weight in [first, second] { parameters[weight] = random.numbers(weight.outputs * weight.inputs) }
    parameters[bias] = random.numbers(9)
    let gradient = ParameterGradient(layout)
    let tape = Tape(kernels: kernels, parameters: parameters, gradient: gradient)
    let shape = SplineShape(bins: 4, bound: 3)
    func step(rows: Int) -> (Double, [Float], [Float]) {
      var random = TestNumbers(13)
      tape.reset()
      gradient.clear()
      let points = random.numbers(rows * 3)
      let x = points.withUnsafeBufferPointer { tape.copy($0, rows: rows, columns: 3) }
      let hidden = tape.linear(x, first, .parameter(bias), .tanh)
      let pooled = tape.segmentSums(hidden, [Tape.Segment(count: rows, weight: 1 / Float(rows))])
      let spline = tape.spline(
        tape.packedColumn(random.numbers(rows)), parameters: tape.linear(pooled, second, .none, .identity), shape)
      tape.addStandardNormalLoss(spline.y, weight: 1)
      tape.addSum(spline.logSlope, weight: -1)
      tape.backward()
      return (tape.loss, tape.array(spline.y), gradient.storage)
    }
    let small = step(rows: 10)
    let large = step(rows: 1000)
    #expect(step(rows: 10) == small)
    #expect(step(rows: 1000) == large)
    #expect(small.2.contains { $0 != 0 })
  }

  /// Gradients of parameters add up over tapes; without a gradient a tape computes the same values.
  @Test func gradientsAddUpAndValuesNeedNone() {
    var layout = ParameterLayout()
    let weight = layout.addWeight("w", outputs: 2, inputs: 3)
    let parameters = Parameters(layout)
    parameters[weight] = [1, 2, 3, 4, 5, 6]
    let gradient = ParameterGradient(layout)
    let tape = Tape(kernels: .best, parameters: parameters, gradient: gradient)
    let without = Tape(kernels: .best, parameters: parameters)
    let x: [Float] = [1, 0, -1, 2, 1, 0]
    func step(_ tape: Tape) -> [Float] {
      tape.reset()
      let y = tape.linear(x.withUnsafeBufferPointer { tape.copy($0, rows: 2, columns: 3) }, weight, .none, .identity)
      tape.addTestLoss(y)
      tape.backward()
      return tape.array(y)
    }
    // Rows of W are outputs: (1, 2, 3)·(1, 0, −1) = −2.
    #expect(step(tape) == [-2, -2, 4, 13])
    let once = gradient.storage
    #expect(step(without) == [-2, -2, 4, 13])
    #expect(gradient.storage == once)
    _ = step(tape)
    #expect(gradient.storage == once.map { 2 * $0 })
    gradient.clear()
    #expect(gradient.norm == 0)
  }
}
