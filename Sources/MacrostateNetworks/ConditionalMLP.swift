import MacrostateAutodiff
import MacrostateCompute

/// A perceptron of samples and of a context that many samples share.
///
/// The context's part of the first linear map is computed once per set. Without sample inputs the whole network is, and
/// its result has a row per set.
public struct ConditionalMLP: Sendable {
  private let samples: Weight?
  private let first: Linear
  private let rest: [Linear]
  private let activation: Activation

  /// A perceptron (`sampleInputs` + `contextInputs`) → widths… → `outputs`; parameters `name.samples.weight`,
  /// `name.0`, `name.1`, …
  public init(
    _ name: String, sampleInputs: Int, contextInputs: Int, widths: [Int], outputs: Int, activation: Activation,
    layout: inout ParameterLayout
  ) {
    let sizes = [contextInputs] + widths + [outputs]
    samples =
      sampleInputs > 0 ? layout.addWeight(name + ".samples.weight", outputs: sizes[1], inputs: sampleInputs) : nil
    let layers = (0..<sizes.count - 1).map { i in
      Linear(
        "\(name).\(i)", inputs: sizes[i], outputs: sizes[i + 1],
        activation: i == sizes.count - 2 ? .identity : activation, layout: &layout)
    }
    first = layers[0]
    rest = Array(layers.dropFirst())
    self.activation = first.activation
  }

  /// The output for samples x `[sets · K, sampleInputs]` and context `[sets, contextInputs]`: `[sets · K, outputs]`,
  /// or `[sets, outputs]` without sample inputs (x is not looked at then).
  public func callAsFunction(_ tape: Tape, samples x: Tensor?, context: Tensor) -> Tensor {
    guard let samples, let x else { return rest.reduce(first(tape, context)) { $1(tape, $0) } }
    let shared = tape.linear(context, first.weight, .parameter(first.bias), .identity)
    let bias = BiasSource.rows(shared, rowsPerBias: x.rows / context.rows)
    let hidden = tape.linear(x, samples, bias, activation)
    return rest.reduce(hidden) { $1(tape, $0) }
  }

  /// Random parameters; the last map's weights are multiplied by `finalGain` and its biases set to `finalBias`.
  public func initialize(
    _ parameters: Parameters, _ random: inout RandomStream, finalGain: Float, finalBias: [Float]
  ) {
    let last = rest.last ?? first
    first.initialize(parameters, &random, gain: rest.isEmpty ? finalGain : 1)
    if let samples {
      // The samples join a map that was drawn for the context alone: variance 1/inputs, by their own number of inputs.
      let width = (3 / Float(samples.inputs)).squareRoot() * (rest.isEmpty ? finalGain : 1)
      parameters[samples] = (0..<samples.outputs * samples.inputs).map { _ in
        width * (2 * random.nextUniform() - 1)
      }
    }
    for layer in rest { layer.initialize(parameters, &random, gain: layer.weight == last.weight ? finalGain : 1) }
    parameters[last.bias] = finalBias
  }
}
