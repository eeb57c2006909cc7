/// The kernel mixture q_X and the conditional spline flow that is fitted to it.
public struct DensitySettings: Codable, Equatable, Sendable {
  /// ε, the smoothing scale of q_X in scaled coordinates.
  public var smoothing = 0.01
  /// K, the samples of q_X per set and step.
  public var samples = 64
  /// Autoregressive spline layers of the flow.
  public var layers = 4
  /// Hidden widths of each layer's network.
  public var widths = [64, 64]
  /// Widths of a network of ẑ, computed once a set, whose output the layers are conditioned on; none for ẑ itself.
  public var contextWidths: [Int] = []
  /// The activation of the layers' networks.
  public var activation = ActivationName.relu
  /// b, the bins of a spline.
  public var bins = 8
  /// B: the splines act on [−B, B] and are the identity outside.
  public var bound = 8.0

  /// The defaults.
  public init() {}
}
