import MacrostateAutodiff
import MacrostateCompute
import MacrostateNetworks
import MacrostateSettings
import MacrostateTraining

extension ConditionalSplineFlow: ConditionalDensity, ConditionalLikelihood {
  public typealias Settings = SplineFlowSettings
  public static let name = "spline-flow"
  public static let takesPeriodicAxes = true

  public static let score = Score(
    "KL", unit: "nats", explanation: "KL divergence in nats; the training curve uses the validation frames' constant.")

  public init(_ settings: SplineFlowSettings, _ sizes: DensitySizes, layout: inout ParameterLayout) {
    self.init(
      "density",
      shape: Shape(
        dimension: sizes.dimension, contextDimension: sizes.contextDimension, layers: settings.layers,
        widths: settings.widths, contextWidths: settings.contextWidths, activation: settings.activation,
        spline: SplineShape(bins: settings.bins, bound: Float(settings.bound)), periodic: sizes.periodic),
      layout: &layout)
  }

  public func addLoss(_ tape: Tape, _ target: DensityTarget, context: Tensor, weight: Double) {
    addNegativeLogLikelihood(tape, target.samples, context: context, weight: weight)
  }

  public func samples(_ tape: Tape, context: Tensor, count: Int, random: inout RandomStream) -> [Tensor] {
    let rows = context.rows * count
    let noise = (0..<shape.dimension).map { j in
      let column = shape.isPeriodic(j) ? (0..<rows).map { _ in random.nextUniform() } : random.normals(rows)
      return column.withUnsafeBufferPointer { tape.copy($0, rows: rows, columns: 1) }
    }
    return invert(tape, noise: noise, context: context)
  }

  public var likelihood: (any ConditionalLikelihood)? { self }
}

/// The sizes of a spline flow.
public struct SplineFlowSettings: SettingsGroup {
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

  /// The subject of the group.
  public static let summary = "A flow of rational-quadratic splines"

  /// The keys of the group.
  public static let settings: [Setting<SplineFlowSettings>] = [
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
