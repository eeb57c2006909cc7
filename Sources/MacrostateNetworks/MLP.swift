import MacrostateAutodiff
import RandomStreams

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
    var inputs: [Tensor] = []
    var output = x
    for layer in layers {
      inputs.append(output)
      output = layer(tape, output)
    }
    var g = outputGradient
    for (layer, input) in zip(layers, inputs).reversed() {
      let sum = tape.linear(input, layer.weight, .parameter(layer.bias), .identity)
      switch layer.activation {
      case .identity: break
      case .tanh:
        let t = tape.activation(sum, .tanh)
        g = tape.multiply(g, tape.affine(tape.multiply(t, t), scale: -1, shift: 1))
      case .softplus: g = tape.multiply(g, tape.activation(sum, .sigmoid))
      case .relu, .silu: throw AutodiffError.noSecondOrder(layer.activation.rawValue)
      }
      g = tape.transposedLinear(g, layer.weight)
    }
    return g
  }
}
