import MacrostateAutodiff
import MacrostateNetworks
import RandomStreams

/// A stochastic (or ordinary) differential equation for the macrostate, dz = g(z) dt + Σ(z) dW (Eq. 4), with networks for
/// g and Σ. It works on z in units of its spread; g and Σ come out in units of the training increments.
public struct DynamicsModel: Sendable {
  /// What Σ is.
  public enum Diffusion: String, Codable, Sendable, CaseIterable {
    /// Σ ≡ 0: an ODE.
    case none
    /// One standard deviation for each component.
    case constant
    /// Standard deviations that depend on z.
    case diagonal
    /// A lower-triangular factor that depends on z.
    case lowerTriangular = "lower-triangular"
  }

  /// How a step is taken.
  public enum Integrator: String, Codable, Sendable, CaseIterable {
    /// z + gΔt; with noise, Euler–Maruyama.
    case euler
    /// The classical fourth-order Runge–Kutta scheme; for ODEs.
    case rungeKutta4 = "rk4"
  }

  /// The sizes and choices of a model.
  public struct Shape: Sendable, Equatable, Codable {
    /// D.
    public var dimension: Int
    /// Hidden widths of g.
    public var widths: [Int]
    /// The activation of g and Σ.
    public var activation: Activation
    /// How a step is taken, in training and in rollouts.
    public var integrator: Integrator
    /// What Σ is.
    public var diffusion: Diffusion
    /// Hidden widths of Σ's network.
    public var diffusionWidths: [Int]

    /// Sizes and choices.
    public init(
      dimension: Int, widths: [Int], activation: Activation, integrator: Integrator, diffusion: Diffusion = .none,
      diffusionWidths: [Int] = []
    ) {
      self.dimension = dimension
      self.widths = widths
      self.activation = activation
      self.integrator = integrator
      self.diffusion = diffusion
      self.diffusionWidths = diffusionWidths
    }
  }

  /// The least diagonal entry of Σ, in units of the root mean square of the training increments.
  public static let diffusionFloor = 0.01

  /// The sizes and choices.
  public let shape: Shape
  /// How z is scaled.
  public let scaling: MacrostateScaling
  /// All parameters.
  public let layout: ParameterLayout
  private let drift: MLP
  private let diffusion: MLP?
  private let constantDiffusion: Bias?

  /// A model for macrostates with this scaling.
  public init(_ shape: Shape, scaling: MacrostateScaling) {
    precondition(scaling.dimension == shape.dimension)
    self.shape = shape
    self.scaling = scaling
    var layout = ParameterLayout()
    drift = MLP(
      "drift", sizes: [shape.dimension] + shape.widths + [shape.dimension], activation: shape.activation,
      layout: &layout)
    let entries = shape.factorForm.entryCount(shape.dimension)
    switch shape.diffusion {
    case .none: (diffusion, constantDiffusion) = (nil, nil)
    case .constant: (diffusion, constantDiffusion) = (nil, layout.addBias("diffusion.constant", count: entries))
    case .diagonal, .lowerTriangular:
      diffusion = MLP(
        "diffusion", sizes: [shape.dimension] + shape.diffusionWidths + [entries], activation: shape.activation,
        layout: &layout)
      constantDiffusion = nil
    }
    self.layout = layout
  }

  /// Whether Σ ≢ 0.
  public var isStochastic: Bool { shape.diffusion != .none }

  /// Random parameters that depend on `seed` and `member` (of an ensemble) alone.
  public func initialParameters(seed: UInt64, member: Int) -> Parameters {
    let parameters = Parameters(layout)
    var random = RandomStream(seed: seed, purpose: .initialParameters, step: 1, set: member)
    drift.initialize(parameters, &random)
    diffusion?.initialize(parameters, &random, finalGain: 0.1)
    parameters.valuesChanged()
    return parameters
  }

  /// g(z) in units of the increments, for scaled z `[rows, D]`.
  public func drift(_ tape: Tape, _ z: Tensor) -> Tensor { drift(tape, z) }

  /// The raw entries of Σ, `[rows, entries]` (or `[1, entries]`); nil for an ODE.
  public func rawDiffusion(_ tape: Tape, _ z: Tensor) -> Tensor? {
    if let constantDiffusion { return tape.parameter(constantDiffusion) }
    return diffusion.map { $0(tape, z) }
  }

  /// The deterministic part of a step for scaled z; `step` holds, for each row and component, Δt in the drift's unit:
  /// Δt·driftUnit, `[rows, D]`.
  public func advance(_ tape: Tape, _ z: Tensor, step: Tensor) -> Tensor {
    let k1 = tape.multiply(drift(tape, z), step)
    guard shape.integrator == .rungeKutta4 else { return tape.add(z, k1) }
    let k2 = tape.multiply(drift(tape, tape.add(z, tape.affine(k1, scale: 0.5, shift: 0))), step)
    let k3 = tape.multiply(drift(tape, tape.add(z, tape.affine(k2, scale: 0.5, shift: 0))), step)
    let k4 = tape.multiply(drift(tape, tape.add(z, k3)), step)
    let middle = tape.affine(tape.add(k2, k3), scale: 2, shift: 0)
    let sum = tape.add(tape.add(k1, middle), k4)
    return tape.add(z, tape.affine(sum, scale: 1 / 6, shift: 0))
  }
}

extension DynamicsModel.Shape {
  /// The form of Σ's factor.
  public var factorForm: GaussianFactor { diffusion == .lowerTriangular ? .lowerTriangular : .diagonal }
}
