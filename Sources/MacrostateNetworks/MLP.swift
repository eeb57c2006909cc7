import MacrostateAutodiff
import MacrostateCompute

/// A multilayer perceptron: linear maps with an activation after each but the last.
public struct MLP: Sendable {
  /// The linear maps in order.
  public let layers: [Linear]

  /// A perceptron of these maps.
  public init(layers: [Linear]) { self.layers = layers }

  /// A perceptron `sizes[0]` → … → `sizes.last`, its maps named `name.0`, `name.1`, …
  ///
  /// - Parameter finalActivation: what follows the last map.
  public init(
    _ name: String, sizes: [Int], activation: Activation, finalActivation: Activation = .identity,
    layout: inout ParameterLayout
  ) {
    layers = (0..<max(sizes.count - 1, 0)).map { i in
      Linear(
        "\(name).\(i)", inputs: sizes[i], outputs: sizes[i + 1],
        activation: i == sizes.count - 2 ? finalActivation : activation, layout: &layout)
    }
  }

  /// Applies the maps to x `[rows, inputs]`.
  public func callAsFunction(_ tape: Tape, _ x: Tensor) -> Tensor { layers.reduce(x) { $1(tape, $0) } }

  /// The result of each map on x `[rows, inputs]`, that of the whole the last.
  public func outputs(_ tape: Tape, _ x: Tensor) -> [Tensor] {
    layers.reduce(into: []) { $0.append($1(tape, $0.last ?? x)) }
  }

  /// Random parameters; the last map's are multiplied by `finalGain`.
  public func initialize(_ parameters: Parameters, _ random: inout RandomStream, finalGain: Float = 1) {
    for (i, layer) in layers.enumerated() {
      layer.initialize(parameters, &random, gain: i == layers.count - 1 ? finalGain : 1)
    }
  }

  /// ∇ₓ of Σ_rows of outputGradient · MLP(x), written forwards with ordinary operations so that it can itself be
  /// differentiated: Wᵀ, then act′, from the last map to the first.
  ///
  /// - Parameters:
  ///   - outputGradient: dL/d(output) `[rows, outputs]`.
  ///   - x: the input `[rows, inputs]`.
  /// - Throws: `AutodiffError.noSecondOrder` for ReLU, whose second derivative is zero, and SiLU, which is not needed.
  public func inputGradient(_ tape: Tape, at x: Tensor, outputGradient: Tensor) throws -> Tensor {
    for layer in layers where !layer.activation.hasSecondOrder {
      throw AutodiffError.noSecondOrder(layer.activation.rawValue)
    }
    return inputGradient(tape, at: x, outputs: outputs(tape, x), outputGradient: outputGradient)
  }

  /// As `inputGradient(_:at:outputGradient:)`, where the `outputs` of all maps are there already; only for activations
  /// with a second order (`Activation.hasSecondOrder`).
  public func inputGradient(_ tape: Tape, at x: Tensor, outputs: [Tensor], outputGradient: Tensor) -> Tensor {
    var g = outputGradient
    for (i, layer) in layers.enumerated().reversed() {
      switch layer.activation {
      case .identity: break
      case .tanh: g = tape.multiply(g, tape.affine(tape.multiply(outputs[i], outputs[i]), scale: -1, shift: 1))
      case .softplus:
        let sum = tape.linear(i > 0 ? outputs[i - 1] : x, layer.weight, .parameter(layer.bias), .identity)
        g = tape.multiply(g, tape.activation(sum, .sigmoid))
      case .relu, .sigmoid, .silu: preconditionFailure("no second order for \(layer.activation.rawValue)")
      }
      g = tape.transposedLinear(g, layer.weight)
    }
    return g
  }
}
