import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import PointDensities
import TestSupport

/// A flow with random parameters, strong enough to be far from the identity, and a tape over them.
struct FlowBench {
  let flow: ConditionalSplineFlow
  let layout: ParameterLayout
  let parameters: Parameters
  let gradient: ParameterGradient
  let tape: Tape
  static let contextDimension = 2

  init(
    dimension: Int, layers: Int = 3, bins: Int = 6, bound: Float = 4, activation: Activation = .tanh,
    strength: Float = 3, contextWidths: [Int] = [], periodic: [Bool] = [], kernels: Kernels = .best
  ) {
    var layout = ParameterLayout()
    flow = ConditionalSplineFlow(
      "flow",
      shape: ConditionalSplineFlow.Shape(
        dimension: dimension, contextDimension: Self.contextDimension, layers: layers, widths: [12, 12],
        contextWidths: contextWidths, activation: activation, spline: SplineShape(bins: bins, bound: bound),
        periodic: periodic),
      layout: &layout)
    self.layout = layout
    parameters = Parameters(layout)
    gradient = ParameterGradient(layout)
    tape = Tape(kernels: kernels, parameters: parameters, gradient: gradient)
    var random = RandomStream(seed: 1, purpose: .initialParameters)
    flow.initialize(parameters, &random)
    // The last maps begin small, and most of their biases zero: make the splines bend.
    let outputs = [3 * bins - 1, 3 * bins + 1]
    for weight in layout.weights where outputs.contains(weight.outputs) {
      parameters[weight] = parameters[weight].map { strength * $0 }
    }
    for (i, bias) in layout.biases.enumerated() where outputs.contains(bias.count) {
      let shifts = testNormals(bias.count, seed: 1000 + UInt64(i))
      parameters[bias] = zip(parameters[bias], shifts).map { $0 + 0.1 * (strength - 1) * $1 }
    }
  }

  /// A tensor ẑ `[sets, 2]` with a gradient, on the tape.
  func context(_ values: [Float]) -> Tensor {
    let tensor = tape.variable(
      rows: values.count / Self.contextDimension, columns: Self.contextDimension, wantsGradient: true)
    tape.fill(tensor) { values[$0 * Self.contextDimension + $1] }
    return tensor
  }

  /// Columns `[sets · K, 1]` on the tape.
  func columns(_ values: [[Float]]) -> [Tensor] {
    values.map { column in column.withUnsafeBufferPointer { tape.copy($0, rows: column.count, columns: 1) } }
  }

  /// log p(x | ẑ) of samples given column by column.
  func logDensities(_ x: [[Float]], context values: [Float]) -> [Float] {
    tape.reset()
    return flow.logDensities(tape, columns(x), context: context(values))
  }

  /// Noise and the sum of log slopes of each sample.
  func transform(_ x: [[Float]], context values: [Float]) -> (noise: [[Float]], logDeterminant: [Float]) {
    tape.reset()
    let (noise, logSlopes) = flow.transform(tape, columns(x), context: context(values))
    var sum = [Float](repeating: 0, count: x[0].count)
    for slope in logSlopes { for (i, s) in tape.array(slope).enumerated() { sum[i] += s } }
    return (noise.map(tape.array), sum)
  }

  func invert(_ noise: [[Float]], context values: [Float]) -> [[Float]] {
    tape.reset()
    return flow.invert(tape, noise: columns(noise), context: context(values)).map(tape.array)
  }

  /// Σ −log p, and where asked its gradients.
  func loss(_ x: [[Float]], context values: [Float]) -> Double {
    tape.reset()
    flow.addNegativeLogLikelihood(tape, columns(x), context: context(values), weight: 1)
    return tape.loss
  }

  func gradients(_ x: [[Float]], context values: [Float]) -> (context: [Float], parameters: [Float]) {
    tape.reset()
    gradient.clear()
    let z = context(values)
    flow.addNegativeLogLikelihood(tape, columns(x), context: z, weight: 1)
    tape.backward()
    return (tape.gradientArray(of: z), gradient.storage)
  }
}

/// `dimension` columns of `count` normal numbers.
func testColumns(_ dimension: Int, _ count: Int, seed: UInt64 = 1, scale: Float = 1) -> [[Float]] {
  (0..<dimension).map { j in testNormals(count, seed: seed * 10 + UInt64(j)).map { scale * $0 } }
}
