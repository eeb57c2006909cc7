import MacrostateAutodiff
import MacrostateSettings

/// The nonlinearity of a network.
public typealias Activation = ElementwiseFunction

extension Activation: SettingChoice {
  /// The activations that can be chosen: a network of several linear maps without any nonlinearity is none.
  public static let choices: [Activation] = [.relu, .tanh, .softplus, .silu]

  /// Whether the gradient of a network with it can be written forwards, and then differentiated.
  public var hasSecondOrder: Bool {
    switch self {
    case .identity, .tanh, .softplus: true
    case .relu, .sigmoid, .silu: false
    }
  }
}
