import MacrostateRecipes
import MacrostateSettings

/// A way of learning closure variables: the paper's and those that it is compared with. All see the same data, have the
/// same dim ẑ and the same dynamics, and the same number of sets in stage I, but for the Set Transformer (fewer) and
/// InvE (more). Learning rates were chosen on validation data (`reproduce tuning`).
public enum Method: String, CaseIterable, Codable, Sendable {
  /// An autoencoder of the points side by side, which sees every set in a new order; pointwise error.
  case aeAug = "ae-aug"
  /// DeepSet encoder, pointwise error against the stored order.
  case aeInvE = "ae-inve"
  /// DeepSet encoder, Chamfer distance.
  case aeInvECD = "ae-inve-cd"
  /// DeepSet encoder trained together with an OnsagerNet, which is kept; no reconstruction.
  case invEOnsager = "inve-onsager"
  /// The same with a perceptron for the drift.
  case invEMLP = "inve-mlp"
  /// The encoder of `invEMLP` with the second stage of ours: is it ẑ or the dynamics that tells InvE from ours?
  case invERetrained = "inve-retrained"
  /// The paper's: DeepSet encoder, density decoder.
  case oursDeepSet = "ours-deepset"
  /// The paper's with a Set Transformer for its encoder, trained on a quarter of the sets: each costs much more.
  case oursSetTransformer = "ours-set-transformer"

  /// Its name in tables.
  public var label: String {
    switch self {
    case .aeAug: "AE-Aug"
    case .aeInvE: "AE-InvE"
    case .aeInvECD: "AE-InvE-CD"
    case .invEOnsager: "InvE, OnsagerNet"
    case .invEMLP: "InvE, MLP"
    case .invERetrained: "InvE, MLP trained anew"
    case .oursDeepSet: "ours, DeepSet"
    case .oursSetTransformer: "ours, Set Transformer"
    }
  }

  /// The methods of Table 1, in its order.
  static let table1: [Method] = [.aeAug, .aeInvE, .aeInvECD, .invEOnsager, .invEMLP, .oursDeepSet]

  /// The methods of Table 3: ours with either encoder.
  static let table3: [Method] = [.oursDeepSet, .oursSetTransformer]

  /// The steps of stage I are divided by this for the Set Transformer.
  private static let setTransformerDivisor = 4

  /// InvE has no second stage and no decoder: with this many times the steps its training takes about as long as both
  /// stages of ours.
  private static let jointLength = 2.5

  /// Whether ẑ does not depend on the order of the points.
  public var isInvariant: Bool { self != .aeAug }

  /// Whether its ẑ is that of another method, too.
  var sharesEncoder: Bool { self == .invERetrained }

  /// The objective that the DeepSet encoder of ours is trained by here; nil where the encoder or the dynamics is
  /// another one.
  var objectiveLabel: String? {
    switch self {
    case .oursDeepSet: "density decoder"
    case .aeInvE: "pointwise decoder"
    case .aeInvECD: "Chamfer decoder"
    case .invEMLP: "no reconstruction"
    case .invERetrained: "no reconstruction, then stage II"
    case .aeAug, .invEOnsager, .oursSetTransformer: nil
    }
  }

  /// `base`, which are the settings of ours, changed into those of this method.
  public func configuration(_ base: RunConfiguration) -> RunConfiguration {
    var configuration = base
    switch self {
    case .oursDeepSet: break
    case .oursSetTransformer:
      configuration.encoder.kind = .setTransformer
      configuration.closureTraining.steps = max(1, base.closureTraining.steps / Self.setTransformerDivisor)
    case .aeAug:
      configuration.encoder.kind = .flattened
      configuration.closureTraining.objective = .pointwise
    case .aeInvE:
      configuration.closureTraining.objective = .pointwise
      configuration.closureTraining.learningRate = 9 * base.closureTraining.learningRate
    case .aeInvECD: configuration.closureTraining.objective = .chamfer
    case .invEMLP, .invEOnsager, .invERetrained:
      configuration.closureTraining.objective = .dynamics
      configuration.dynamicsTraining.jointDynamics = self == .invERetrained ? .retrain : .keep
      configuration.closureTraining.steps = Int(Self.jointLength * Double(base.closureTraining.steps))
      configuration.dynamics.equation.drift = self == .invEOnsager ? .onsager : .mlp
      // A likelihood's gradient is clipped wherever it is trained.
      if base.dynamics.kind == .sde {
        configuration.closureTraining.gradientClip = base.dynamicsGradientClip
      }
    }
    return configuration
  }
}
