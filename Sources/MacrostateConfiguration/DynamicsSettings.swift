/// The dynamics dz = g(z) dt + Σ(z) dW of the macrostate.
public struct DynamicsSettings: Codable, Equatable, Sendable {
  /// Whether there is noise.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// Σ ≡ 0, fitted by squared error.
    case ode
    /// With Σ, fitted by likelihood.
    case sde
  }

  /// How a step is taken, in training and in rollouts.
  public enum Integrator: String, Codable, CaseIterable, Sendable {
    /// z + gΔt, for an ODE.
    case euler
    /// The classical Runge–Kutta scheme of fourth order, for an ODE.
    case rk4
    /// z + gΔt + Σ√Δt η, for an SDE.
    case eulerMaruyama = "euler-maruyama"
  }

  /// What g is.
  public enum Drift: String, Codable, CaseIterable, Sendable {
    /// A perceptron.
    case mlp
    /// An OnsagerNet, whose energy never rises without noise.
    case onsager
  }

  /// What Σ is, for an SDE.
  public enum Diffusion: String, Codable, CaseIterable, Sendable {
    /// One standard deviation a component.
    case constant
    /// A standard deviation a component that depends on z.
    case diagonal
    /// A lower-triangular factor that depends on z: the components' noise is correlated.
    case lowerTriangular = "lower-triangular"
  }

  /// Which components of the macrostate a model describes.
  public enum Observables: String, Codable, CaseIterable, Sendable {
    /// One model of all observables and ẑ.
    case joint
    /// For each observable a model of it and ẑ.
    case separate
  }

  /// Whether the macrostate contains the composition, where there are several species.
  public enum Composition: String, Codable, CaseIterable, Sendable {
    /// z = [z̄, ẑ], as in the paper.
    case none
    /// z = [z̄, ẑ, x] with the species' fractions x as constants.
    case fractions
  }

  /// ODE or SDE.
  public var kind = Kind.ode
  /// How a step is taken; it must fit the kind.
  public var integrator = Integrator.euler
  /// What g is.
  public var drift = Drift.mlp
  /// One model of all observables, or one for each.
  public var observables = Observables.joint
  /// Whether the species' fractions belong to the macrostate, where trajectories differ in them and each keeps its own.
  public var composition = Composition.fractions
  /// Hidden widths of g.
  public var widths = [128, 128]
  /// The activation of g and Σ.
  public var activation = ActivationName.tanh
  /// What Σ is, for an SDE.
  public var diffusion = Diffusion.lowerTriangular
  /// Hidden widths of Σ's network.
  public var diffusionWidths = [32, 32]
  /// Models trained from different seeds, whose spread is the error bar.
  public var ensemble = 3

  /// The defaults.
  public init() {}
}
