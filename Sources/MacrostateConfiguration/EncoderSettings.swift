/// The DeepSet encoder ẑ = ρ(mean φ(xⁱ)).
public struct EncoderSettings: Codable, Equatable, Sendable {
  /// Widths of φ, which sees every point.
  public var pointWidths = [64, 64, 64]
  /// Hidden widths of ρ, which sees the mean.
  public var setWidths = [64]
  /// dim ẑ.
  public var closureDimension = 8
  /// The activation of φ and ρ.
  public var activation = ActivationName.silu

  /// The defaults.
  public init() {}
}

/// The activations that a configuration can name.
public enum ActivationName: String, Codable, CaseIterable, Sendable {
  /// max(x, 0).
  case relu
  /// tanh x.
  case tanh
  /// log(1 + eˣ).
  case softplus
  /// x/(1 + e⁻ˣ).
  case silu
}
