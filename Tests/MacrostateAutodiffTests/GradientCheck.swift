import MacrostateAutodiff
import MacrostateCompute
import TestSupport
import Testing

/// Small random problems whose tape gradients are compared with central differences of their loss.
struct GradientCheck {
  var layout = ParameterLayout()
  private var sizes: [(rows: Int, columns: Int)] = []
  private var weights: [Weight] = []
  private var biases: [Bias] = []
  /// Single precision: a step that balances the loss's rounding against the third derivative.
  private let step: Float = 1e-2
  private let arenas = ArenaPool()

  init() {}

  mutating func weight(_ outputs: Int, _ inputs: Int) -> Weight {
    weights.append(layout.addWeight("w\(weights.count)", outputs: outputs, inputs: inputs))
    return weights[weights.count - 1]
  }

  mutating func bias(_ count: Int) -> Bias {
    biases.append(layout.addBias("b\(biases.count)", count: count))
    return biases[biases.count - 1]
  }

  /// A tensor that `run` fills and hands to the problem.
  mutating func input(_ rows: Int, _ columns: Int) { sizes.append((rows, columns)) }

  /// The values at which a loss is taken.
  private struct Point {
    var weights: [[Float]]
    var biases: [[Float]]
    var inputs: [[Float]]
  }

  /// Compares the gradient of the loss that `problem` adds to its tape.
  func run(
    _ kernels: Kernels, seed: UInt64 = 11, _ comment: String = "",
    sourceLocation: SourceLocation = #_sourceLocation, _ problem: (Tape, [Tensor]) throws -> Void
  ) rethrows {
    var random = TestNumbers(seed)
    let point = Point(
      weights: weights.map { random.numbers($0.outputs * $0.inputs) },
      biases: biases.map { random.numbers($0.count) },
      inputs: sizes.map { random.numbers($0.rows * $0.columns, 1.5) })
    let (gradient, storage) = try gradients(kernels, point, problem)
    for part in [\Point.weights, \Point.biases, \Point.inputs] {
      for group in point[keyPath: part].indices {
        try expectSlopes(
          gradient[keyPath: part][group], at: point[keyPath: part][group], step: step, "\(comment) group \(group)",
          sourceLocation: sourceLocation
        ) { values in
          var moved = point
          moved[keyPath: part][group] = values
          return try loss(kernels, moved, problem)
        }
      }
    }
    // All that is stored belongs to a parameter or is a padding of zeros.
    let counted = (gradient.weights + gradient.biases).joined().reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
    #expect(storage.count { $0 != 0 } == counted, "padding is not zero", sourceLocation: sourceLocation)
  }

  private func tape(
    _ kernels: Kernels, _ point: Point, gradient: ParameterGradient, isSoiled: Bool = false
  ) -> (tape: Tape, inputs: [Tensor]) {
    let parameters = Parameters(layout)
    for (weight, values) in zip(weights, point.weights) { parameters[weight] = values }
    for (bias, values) in zip(biases, point.biases) { parameters[bias] = values }
    let tape = Tape(kernels: kernels, parameters: parameters, gradient: gradient, arenas: arenas)
    if isSoiled { tape.soil() }
    let inputs = zip(sizes, point.inputs).map { size, values in
      let tensor = tape.variable(rows: size.rows, columns: size.columns, wantsGradient: true)
      tape.fill(tensor, values)
      return tensor
    }
    return (tape, inputs)
  }

  private func loss(_ kernels: Kernels, _ point: Point, _ problem: (Tape, [Tensor]) throws -> Void) rethrows -> Double {
    let (tape, inputs) = tape(kernels, point, gradient: ParameterGradient(layout))
    defer { tape.reset() }
    try problem(tape, inputs)
    return tape.loss
  }

  private func gradients(
    _ kernels: Kernels, _ point: Point, _ problem: (Tape, [Tensor]) throws -> Void
  ) rethrows -> (Point, storage: [Float]) {
    let gradient = ParameterGradient(layout)
    let (tape, inputs) = tape(kernels, point, gradient: gradient, isSoiled: true)
    defer { tape.reset() }
    try problem(tape, inputs)
    tape.backward()
    let result = Point(
      weights: weights.map { gradient[$0] }, biases: biases.map { gradient[$0] },
      inputs: inputs.map { tape.gradientArray(of: $0) })
    return (result, gradient.storage)
  }
}

extension Tape {
  /// Leaves no numbers in the memory that the next tensors are given: what an operation reads it must have written.
  func soil() {
    let tensor = variable(rows: 1, columns: 65_000, wantsGradient: false)
    value(tensor).update(repeating: .nan, count: 65_000)
    reset()
  }

  /// Writes `values` `[rows, columns]` to a tensor.
  func fill(_ tensor: Tensor, _ values: [Float]) {
    fill(tensor) { values[$0 * tensor.columns + $1] }
  }

  /// A loss whose gradient differs from element to element: Σ (x − target)² with fixed targets.
  func addTestLoss(_ x: Tensor) {
    var random = TestNumbers(99)
    addSquaredError(x, to: random.numbers(x.rows * x.columns), weight: 0.5)
  }

  /// x as a packed column `[rows, 1]` with a gradient: a spline beyond whose bounds nearly all numbers are.
  func packedColumn(_ values: [Float]) -> Tensor {
    let shape = SplineShape(bins: 2, bound: 1e-6)
    let parameters = variable(rows: 1, columns: shape.parameterCount, wantsGradient: true)
    let x = values.withUnsafeBufferPointer { copy($0, rows: values.count, columns: 1) }
    return spline(x, parameters: parameters, shape).y
  }
}
