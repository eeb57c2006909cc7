import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import MacrostateSettings

/// The encoder ρ(Σᵢ wᵢ φ(xⁱ)), of any number of points (`DeepSet`).
public struct DeepSetEncoder: ClosureEncoder {
  public typealias Settings = PerceptronEncoderSettings
  public static let name = "deep-set"
  public static let needs: EncoderNeeds = {
    var needs = EncoderNeeds()
    needs.takesWeights = true
    return needs
  }()

  private let network: DeepSet

  public init(_ settings: PerceptronEncoderSettings, _ sizes: EncoderSizes, layout: inout ParameterLayout) {
    network = DeepSet(
      "encoder", inputs: sizes.inputs, pointWidths: settings.pointWidths, setWidths: settings.setWidths,
      outputs: sizes.outputs, activation: settings.activation, layout: &layout)
  }

  public func initialize(_ parameters: Parameters, _ random: inout RandomStream) {
    network.initialize(parameters, &random)
  }

  public func closureVariables(_ tape: Tape, _ sets: SetBatch) -> Tensor {
    network.closureVariables(tape, pooled: network.pooled(tape, sets))
  }

  public var pooling: (any PoolingEncoder)? { network }
}

extension DeepSet: PoolingEncoder {}

/// The widths of an encoder of perceptrons.
public struct PerceptronEncoderSettings: SettingsGroup {
  /// Widths of φ, which sees every point.
  public var pointWidths = [64, 64, 64]
  /// Hidden widths of ρ, which sees the mean.
  public var setWidths = [64]
  /// The activation of φ and ρ.
  public var activation = Activation.silu

  /// The defaults.
  public init() {}

  /// Widths and an activation.
  public init(pointWidths: [Int], setWidths: [Int], activation: Activation) {
    self.pointWidths = pointWidths
    self.setWidths = setWidths
    self.activation = activation
  }

  /// The subject of the group.
  public static let summary = "An encoder of perceptrons"

  /// The keys of the group.
  public static let settings: [Setting<PerceptronEncoderSettings>] = [
    Setting(
      "point_widths", \.pointWidths, .widths(atLeast: 2),
      "layer widths of the network that sees every point; the last is that of its output, which is averaged"),
    Setting(
      "set_widths", \.setWidths, .widths(),
      "hidden widths of the network that sees the mean; flattened has all widths one after the other"),
    Setting("activation", \.activation, "activation of the encoder's networks"),
  ]
}
