import MacrostateAutodiff
import MacrostateCompute
import MacrostateTraining

/// A dynamics of the macrostate z `[D]`: what makes the next state of one, and the loss that it is trained by.
///
/// It works on z in units of its spread (`scaling`). A state on a tape is `[rows, D + H]`: z, and H hidden components that
/// the model carries along a path. `DynamicsModelTests` has what every dynamics must satisfy.
public protocol DynamicsModel: Sendable {
  /// The scaling of z; its dimension is D.
  var scaling: MacrostateScaling { get }
  /// D, that of the scaling.
  var dimension: Int { get }
  /// The number of components at the end of z that stay as they are, C.
  var constantCount: Int { get }
  /// All parameters.
  var layout: ParameterLayout { get }
  /// H, the hidden components of a state.
  var hiddenCount: Int { get }
  /// The time steps of a training window.
  var windowLength: Int { get }
  /// Whether paths of one start differ; then the loss is −log N of the steps.
  var isStochastic: Bool { get }
  /// Sets its own of `parameters` to random numbers that depend on `seed` and `member` (of an ensemble) alone.
  func initialize(_ parameters: Parameters, seed: UInt64, member: Int)
  /// Adds weight · Σ over the windows of the loss to the tape's loss.
  func addLoss(_ tape: Tape, _ windows: StateWindows, weight: Double)
  /// The state that a path begins with, from scaled z `[rows, D]`.
  func start(_ tape: Tape, _ z: Tensor) -> Tensor
  /// The deterministic part of a step.
  ///
  /// - Parameter step: for each row and moving component, Δt in the drift's unit: Δt · `scaling.driftRate`, `[rows, M]`.
  func advance(_ tape: Tape, _ state: Tensor, step: Tensor) -> Tensor
  /// The noise of a step from `state`; nil without any.
  func noise(_ tape: Tape, _ state: Tensor) -> StepNoise?
  /// The number of equal steps that are taken over `timeStep`; nil where the model cannot make such a step.
  func substeps(of timeStep: Double) -> Int?
}

/// Gaussian noise √Δt Σ η of a step, Σ in units of the training increments.
public struct StepNoise {
  /// The raw entries of Σ, `[rows, entries]` or `[1, entries]` for all rows.
  public var rawFactor: Tensor
  /// The form of Σ.
  public var form: GaussianFactor

  /// Noise by Σ's entries.
  public init(rawFactor: Tensor, form: GaussianFactor) {
    self.rawFactor = rawFactor
    self.form = form
  }
}

extension DynamicsModel {
  /// None.
  public var hiddenCount: Int { 0 }
  /// Pairs of successive states.
  public var windowLength: Int { 1 }
  /// None.
  public var isStochastic: Bool { false }
  /// z itself.
  public func start(_ tape: Tape, _ z: Tensor) -> Tensor { z }
  /// None.
  public func noise(_ tape: Tape, _ state: Tensor) -> StepNoise? { nil }
  /// As many as make none longer than the longest in training.
  public func substeps(of timeStep: Double) -> Int? { scaling.substeps(of: timeStep) }

  /// D.
  public var dimension: Int { scaling.dimension }
  /// M = D − C, the components that move.
  public var movingCount: Int { dimension - constantCount }

  /// Random parameters that depend on `seed` and `member` (of an ensemble) alone.
  public func initialParameters(seed: UInt64, member: Int) -> Parameters {
    let parameters = Parameters(layout)
    initialize(parameters, seed: seed, member: member)
    parameters.valuesChanged()
    return parameters
  }

  /// States z in their own units, `[count, D]`, scaled on a tape.
  public func scaledStates(_ tape: Tape, _ states: [Float]) -> Tensor {
    let d = dimension
    precondition(states.count % d == 0)
    let scaled = states.indices.map { scaling.scaled(states[$0], $0 % d) }
    return scaled.withUnsafeBufferPointer { tape.copyPadded($0, rows: states.count / d, columns: d) }
  }
}
