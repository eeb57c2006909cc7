import MacrostateNetworks
import MacrostateSettings

/// The decoder of the objectives `pointwise` and `chamfer`, which gives the points themselves.
public struct DecoderSettings: SettingsGroup {
  /// Hidden widths.
  public var widths = [128, 128]
  /// The activation.
  public var activation = Activation.relu

  /// The defaults.
  public init() {}

  /// The subject of the group.
  public static let summary = "The decoder that gives the points themselves (objectives pointwise and chamfer)"

  /// The keys of the group.
  public static let settings: [Setting<DecoderSettings>] = [
    Setting("widths", \.widths, .widths(), "hidden widths of its network"),
    Setting("activation", \.activation, "activation of its network"),
  ]
}
