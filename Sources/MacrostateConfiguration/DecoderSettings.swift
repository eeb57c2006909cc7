/// The decoder of the objectives `pointwise` and `chamfer`, which gives the points themselves.
public struct DecoderSettings: Codable, Equatable, Sendable {
  /// Hidden widths.
  public var widths = [128, 128]
  /// The activation.
  public var activation = ActivationName.relu

  /// The defaults.
  public init() {}
}
