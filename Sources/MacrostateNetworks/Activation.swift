import MacrostateAutodiff
import MacrostateSettings

/// The nonlinearities of networks.
public enum Activation: String, Codable, SettingChoice {
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

  /// What can be chosen: a network of several linear maps without any nonlinearity is none.
  public static let choices: [Activation] = [.relu, .tanh, .softplus, .silu]

  /// Whether the gradient of a network with it can be written forwards, and then differentiated.
  public var hasSecondOrder: Bool {
    switch self {
    case .identity, .tanh, .softplus: true
    case .relu, .silu: false
    }
  }

  /// The tape's function.
  var function: ElementwiseFunction {
    switch self {
    case .identity: .identity
    case .relu: .relu
    case .tanh: .tanh
    case .softplus: .softplus
    case .silu: .silu
    }
  }
}
