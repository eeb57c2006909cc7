import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import MacrostateSettings

/// The encoder by attention through inducing points (`SetTransformer`), of any number of points; it is trained on whole
/// sets.
public struct SetTransformerEncoder: ClosureEncoder {
  public typealias Settings = SetTransformerSettings
  public static let name = "set-transformer"

  private let network: SetTransformer

  public init(_ settings: SetTransformerSettings, _ sizes: EncoderSizes, layout: inout ParameterLayout) {
    network = SetTransformer(
      "encoder", inputs: sizes.inputs,
      shape: .init(
        width: settings.width, heads: settings.heads, blocks: settings.blocks, inducingPoints: settings.inducingPoints),
      outputs: sizes.outputs, activation: settings.activation, layout: &layout)
  }

  public func initialize(_ parameters: Parameters, _ random: inout RandomStream) {
    network.initialize(parameters, &random)
  }

  public func closureVariables(_ tape: Tape, _ sets: SetBatch) -> Tensor {
    network(tape, points: sets.points, counts: sets.counts)
  }

  /// It holds some ten times as many activations a point as a DeepSet.
  public var tilePoints: Int { PointTiles.tilePoints / 4 }

  public func encodingPass() -> (any EncodingPass)? { SetTransformerPass(network) }
}

extension SetTransformerPass: EncodingPass {}

/// The sizes of a set transformer.
public struct SetTransformerSettings: SettingsGroup {
  /// Columns of a point's features.
  public var width = 64
  /// Heads of every attention.
  public var heads = 4
  /// Induced set attention blocks.
  public var blocks = 2
  /// Inducing points of each.
  public var inducingPoints = 16
  /// The activation of the feed-forward networks.
  public var activation = Activation.silu

  /// The defaults.
  public init() {}

  /// Sizes and an activation.
  public init(width: Int, heads: Int, blocks: Int, inducingPoints: Int, activation: Activation) {
    self.width = width
    self.heads = heads
    self.blocks = blocks
    self.inducingPoints = inducingPoints
    self.activation = activation
  }

  /// The subject of the group.
  public static let summary = "A set transformer"

  /// The keys of the group.
  public static let settings: [Setting<SetTransformerSettings>] = [
    Setting("activation", \.activation, "activation of the encoder's networks"),
    Setting("width", \.width, .between(1, 8192), "features of a point, a multiple of heads"),
    Setting("heads", \.heads, .between(1, 64), "heads of every attention"),
    Setting("blocks", \.blocks, .between(0, 64), "induced set attention blocks"),
    Setting(
      "inducing_points", \.inducingPoints, .between(1, 1024),
      "inducing points of a block; cost and memory grow with their number"),
  ]

  /// Heads share the width.
  public static let rules: [SettingRule<SetTransformerSettings>] = [
    SettingRule(keys: ["width", "heads"]) { settings, path in
      guard settings.width % settings.heads != 0 else { return nil }
      return
        "\(path("width")) \(settings.width) is no multiple of \(path("heads")) \(settings.heads): each head has an "
        + "equal share of the width"
    }
  ]
}
