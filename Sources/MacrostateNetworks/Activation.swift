import MacrostateAutodiff

/// The nonlinearities of networks.
public enum Activation: String, Codable, Sendable, CaseIterable {
  /// x: none.
  case identity
  /// max(x, 0).
  case relu
  /// tanh x.
  case tanh
  /// log(1 + eˣ).
  case softplus
  /// x/(1 + e⁻ˣ).
  case silu

  /// The part of the activation that a linear map applies in the same pass.
  var fused: ElementwiseFunction {
    switch self {
    case .identity, .silu: .identity
    case .relu: .relu
    case .tanh: .tanh
    case .softplus: .softplus
    }
  }
}
