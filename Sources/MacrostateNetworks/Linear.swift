import MacrostateAutodiff
import MacrostateCompute

/// A linear map with bias and activation: activation(x·Wᵀ + b), `[rows, inputs]` → `[rows, outputs]`.
///
/// The value says where the parameters are; their values are in the tape's `Parameters`.
public struct Linear: Sendable {
  /// W `[outputs, inputs]`.
  public let weight: Weight
  /// b `[outputs]`.
  public let bias: Bias
  /// The function that is applied to the sum.
  public let activation: Activation

  /// A map over parameters that exist already.
  public init(weight: Weight, bias: Bias, activation: Activation) {
    self.weight = weight
    self.bias = bias
    self.activation = activation
  }

  /// A map whose parameters `name.weight` and `name.bias` are added to `layout`.
  public init(
    _ name: String, inputs: Int, outputs: Int, activation: Activation, layout: inout ParameterLayout
  ) {
    weight = layout.addWeight(name + ".weight", outputs: outputs, inputs: inputs)
    bias = layout.addBias(name + ".bias", count: outputs)
    self.activation = activation
  }

  /// Applies the map to x `[rows, inputs]`.
  public func callAsFunction(_ tape: Tape, _ x: Tensor) -> Tensor {
    tape.linear(x, weight, .parameter(bias), activation)
  }

  /// Random weights of variance 2/inputs before a ReLU, 1/inputs otherwise (He et al. 2015; LeCun et al. 1998), times
  /// `gain`; biases uniform within ±1/√inputs, times `gain`, so that the kinks of a first layer are spread out.
  public func initialize(_ parameters: Parameters, _ random: inout RandomStream, gain: Float = 1) {
    let inputs = Float(weight.inputs)
    let width = ((activation == .relu ? 6 : 3) / inputs).squareRoot() * gain
    parameters[weight] = (0..<weight.outputs * weight.inputs).map { _ in width * (2 * random.nextUniform() - 1) }
    let biasWidth = gain / inputs.squareRoot()
    parameters[bias] = (0..<bias.count).map { _ in biasWidth * (2 * random.nextUniform() - 1) }
  }
}
