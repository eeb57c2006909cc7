import MacrostateNetworks
import MacrostateSettings

/// The kernel mixture q_X and the conditional spline flow that is fitted to it.
public struct DensitySettings: SettingsGroup {
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
  public var activation = Activation.relu
  /// b, the bins of a spline.
  public var bins = 8
  /// B: the splines act on [−B, B] and are the identity outside.
  public var bound = 8.0

  /// The defaults.
  public init() {}

  /// What the group is about.
  public static let summary = "The smoothed point density and the spline flow that reconstructs it"

  /// The keys of the group.
  public static let settings: [Setting<DensitySettings>] = [
    Setting(
      "smoothing", \.smoothing, .between(1e-12, 10),
      "smoothing scale of the points' density, in scaled coordinates"),
    Setting("samples", \.samples, .between(1, 1_000_000), "samples of it per set and step"),
    Setting("layers", \.layers, .between(1, 64), "spline layers of the flow"),
    Setting("widths", \.widths, .widths(atLeast: 1), "hidden widths of each layer's network"),
    Setting(
      "context_widths", \.contextWidths, .widths(),
      "widths of a network of the closure variables, computed once a set, that conditions the layers; none for the "
        + "variables themselves"),
    Setting("activation", \.activation, "activation of the layers' networks"),
    Setting("bins", \.bins, .between(2, 64), "bins of a spline"),
    Setting(
      "bound", \.bound, .between(0.1, 1000),
      "splines act on [-bound, bound] in scaled coordinates and are the identity outside"),
  ]
}
