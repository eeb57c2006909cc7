/// The encoder ẑ = φ̂(X).
public struct EncoderSettings: Codable, Equatable, Sendable {
  /// The kinds of encoder.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// ρ(mean φ(xⁱ)).
    case deepSet = "deep-set"
    /// A perceptron of all points side by side, with φ's widths and then ρ's as hidden widths.
    case flattened
  }

  /// The kind of encoder.
  public var kind = Kind.deepSet
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
