import MacrostateNetworks
import MacrostateSettings

/// The encoder ẑ = φ̂(X).
public struct EncoderSettings: SettingsGroup {
  /// The kinds of encoder.
  public enum Kind: String, Codable, SettingChoice {
    /// ρ(mean φ(xⁱ)).
    case deepSet = "deep-set"
    /// A perceptron of all points side by side, with φ's widths and then ρ's as hidden widths.
    case flattened
    /// Attention through inducing points, pooled by one seed.
    case setTransformer = "set-transformer"
  }

  /// The kind of encoder.
  public var kind = Kind.deepSet
  /// Widths of φ, which sees every point.
  public var pointWidths = [64, 64, 64]
  /// Hidden widths of ρ, which sees the mean.
  public var setWidths = [64]
  /// dim ẑ.
  public var closureDimension = 8
  /// The activation of φ and ρ, or of the set transformer's feed-forward networks.
  public var activation = Activation.silu
  /// Columns of a set transformer's features.
  public var width = 64
  /// Heads of a set transformer's attention.
  public var heads = 4
  /// Induced set attention blocks of a set transformer.
  public var blocks = 2
  /// Inducing points of each.
  public var inducingPoints = 16

  /// The defaults.
  public init() {}

  /// What the group is about.
  public static let summary = "The encoder of a set into closure variables"

  /// The keys of the group.
  public static let settings: [Setting<EncoderSettings>] = [
    Setting(
      "kind", \.kind,
      "a mean over a network of each point (deep-set) or attention (set-transformer), invariant under permutations; or "
        + "a network of all points side by side (flattened), for one n"),
    Setting(
      "point_widths", \.pointWidths, .widths(atLeast: 2),
      "layer widths of the network that sees every point; the last is that of its output, which is averaged"
    )
    .onlyFor("kind", \.kind, .deepSet, .flattened),
    Setting(
      "set_widths", \.setWidths, .widths(),
      "hidden widths of the network that sees the mean; flattened has all widths one after the other"
    )
    .onlyFor("kind", \.kind, .deepSet, .flattened),
    Setting(
      "closure_dimension", \.closureDimension, .between(1, 1024), "number of closure variables"),
    Setting("activation", \.activation, "activation of the encoder's networks"),
    Setting(
      "width", \.width, .between(1, 8192), "features of a point, a multiple of heads"
    )
    .onlyFor("kind", \.kind, .setTransformer),
    Setting("heads", \.heads, .between(1, 64), "heads of every attention")
      .onlyFor("kind", \.kind, .setTransformer),
    Setting("blocks", \.blocks, .between(0, 64), "induced set attention blocks")
      .onlyFor("kind", \.kind, .setTransformer),
    Setting(
      "inducing_points", \.inducingPoints, .between(1, 1024),
      "inducing points of a block; cost and memory grow with their number"
    )
    .onlyFor("kind", \.kind, .setTransformer),
  ]
}

extension ClosureEncoder.Shape {
  /// The encoder that settings ask for.
  ///
  /// - Parameter pointCount: n of every set, for an encoder that takes one n.
  public init(_ settings: EncoderSettings, pointCount: () throws -> Int) rethrows {
    switch settings.kind {
    case .deepSet:
      self = .deepSet(
        pointWidths: settings.pointWidths, setWidths: settings.setWidths, activation: settings.activation)
    case .setTransformer:
      self = .setTransformer(
        .init(
          width: settings.width, heads: settings.heads, blocks: settings.blocks,
          inducingPoints: settings.inducingPoints), activation: settings.activation)
    case .flattened:
      self = .flattened(
        pointCount: try pointCount(), widths: settings.pointWidths + settings.setWidths,
        activation: settings.activation)
    }
  }
}
