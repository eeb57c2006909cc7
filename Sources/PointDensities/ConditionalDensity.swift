import MacrostateAutodiff
import MacrostateCompute
import MacrostateSettings
import MacrostateTraining

/// A conditional density p(x | ẑ) of points, fitted to samples of the density q_X that a set induces.
///
/// A new one is a type of its own, in a file of its own, and a line in `Densities.all` (or in the `Parts` of a program of
/// yours). `ConditionalDensityTests` has what every density must satisfy. x is in scaled coordinates, a column each; along
/// a periodic axis it is the share of the period, from 0 to 1.
public protocol ConditionalDensity: Part {
  /// A density, its parameters added to `layout` under names that begin with `density`.
  init(_ settings: Settings, _ sizes: DensitySizes, layout: inout ParameterLayout)
  /// Sets random parameters.
  func initialize(_ parameters: Parameters, _ random: inout RandomStream)
  /// Adds weight · Σ of the loss over all samples of the target to the tape's loss; with a likelihood −log p(x | ẑ).
  ///
  /// - Parameter context: ẑ `[sets, context]`.
  func addLoss(_ tape: Tape, _ target: DensityTarget, context: Tensor, weight: Double)
  /// `count` samples of p(· | ẑ) for each set, d columns `[sets · count, 1]`, set after set.
  func samples(_ tape: Tape, context: Tensor, count: Int, random: inout RandomStream) -> [Tensor]
  /// log p, where the density has it in closed form; nil where there are only samples.
  var likelihood: (any ConditionalLikelihood)? { get }
  /// The score that the loss is, where there is no likelihood.
  static var score: Score { get }
  /// Whether coordinates may be periodic (`DensitySizes.periodic`); others are refused where they are.
  static var takesPeriodicAxes: Bool { get }
}

extension ConditionalDensity {
  public static var takesPeriodicAxes: Bool { false }
  public var likelihood: (any ConditionalLikelihood)? { nil }
}

/// A density whose logarithm can be computed.
public protocol ConditionalLikelihood: Sendable {
  /// log p(x | ẑ) of every sample in nats, `[sets · K]`, of columns of x `[sets · K, 1]` and ẑ `[sets, context]`.
  func logDensities(_ tape: Tape, _ x: [Tensor], context: Tensor) -> [Float]
}

/// The sizes that a density is made for.
public struct DensitySizes: Sendable, Equatable {
  /// d, the dimension of points.
  public var dimension: Int
  /// The number of context variables (dim ẑ of what is encoded at once).
  public var contextDimension: Int
  /// Whether each coordinate is periodic; empty for none.
  public var periodic: [Bool]

  /// Sizes.
  public init(dimension: Int, contextDimension: Int, periodic: [Bool] = []) {
    self.dimension = dimension
    self.contextDimension = contextDimension
    self.periodic = periodic
  }
}

/// Samples of q_X of the sets of a tile, that a density is fitted to.
public struct DensityTarget {
  /// A column for each coordinate, `[sets · K, 1]`, set after set.
  public var samples: [Tensor]
  /// K.
  public var samplesPerSet: Int
  /// Random numbers of the tile, for a loss that draws some.
  public var random: RandomStream

  /// Samples of q_X.
  public init(samples: [Tensor], samplesPerSet: Int, random: RandomStream) {
    self.samples = samples
    self.samplesPerSet = samplesPerSet
    self.random = random
  }
}
