import MacrostateNetworks
import MacrostateSettings

/// The dynamics dz = g(z) dt + Σ(z) dW of the macrostate.
public struct DynamicsSettings: SettingsGroup {
  /// Whether there is noise.
  public enum Kind: String, Codable, SettingChoice {
    /// Σ ≡ 0, fitted by squared error.
    case ode
    /// With Σ, fitted by likelihood.
    case sde
  }

  /// Which components of the macrostate a model describes.
  public enum Observables: String, Codable, SettingChoice {
    /// One model of all observables and ẑ.
    case joint
    /// For each observable a model of it and ẑ.
    case separate
  }

  /// Whether the macrostate contains the composition, where there are several species.
  public enum Composition: String, Codable, SettingChoice {
    /// z = [z̄, ẑ], as in the paper.
    case none
    /// z = [z̄, ẑ, x] with the species' fractions x as constants.
    case fractions
  }

  /// ODE or SDE.
  public var kind = Kind.ode
  /// How a step is taken; it must fit the kind.
  public var integrator = DynamicsModel.Integrator.euler
  /// What g is.
  public var drift = DynamicsModel.Drift.mlp
  /// One model of all observables, or one for each.
  public var observables = Observables.joint
  /// Whether the species' fractions belong to the macrostate, where trajectories differ in them and each keeps its own.
  public var composition = Composition.fractions
  /// Hidden widths of g.
  public var widths = [128, 128]
  /// The activation of g and Σ.
  public var activation = Activation.tanh
  /// What Σ is, for an SDE.
  public var diffusion = DynamicsModel.Diffusion.lowerTriangular
  /// Hidden widths of Σ's network.
  public var diffusionWidths = [32, 32]
  /// Models trained from different seeds, whose range predictions show.
  public var ensemble = 3

  /// The defaults.
  public init() {}

  /// What the group is about.
  public static let summary = "The dynamics of observables and closure variables"

  /// The keys of the group.
  public static let settings: [Setting<DynamicsSettings>] = [
    Setting("kind", \.kind, "without or with noise"),
    Setting(
      "integrator", \.integrator,
      "how a step is taken: euler (Euler–Maruyama for an sde) or, for an ode, rk4"),
    Setting(
      "drift", \.drift,
      "the drift: a network, or an OnsagerNet, which without noise dissipates a learned energy"),
    Setting(
      "observables", \.observables,
      "one model of the whole macrostate (joint), or for each observable a model of it and the closure variables "
        + "(separate)"),
    Setting(
      "composition", \.composition,
      "where there are several species: the macrostate contains their fractions as constants (fractions) or does not, "
        + "as in the paper (none); they are left out where all training trajectories have the same, or one changes them"
    ),
    Setting("widths", \.widths, .widths(), "hidden widths of the drift's network"),
    Setting("activation", \.activation, "activation of the drift and the diffusion"),
    Setting(
      "diffusion", \.diffusion,
      "noise of an sde: the same everywhere, dependent on the macrostate, or also correlated"
    )
    .onlyFor("kind", \.kind, .sde),
    Setting(
      "diffusion_widths", \.diffusionWidths, .widths(), "hidden widths of the diffusion's network"
    )
    .onlyFor("kind", \.kind, .sde),
    Setting(
      "ensemble", \.ensemble, .between(1, 64),
      "models trained from different seeds, whose range predictions show"),
  ]
}

extension DynamicsModel.Diffusion {
  /// An SDE's; an ODE has none.
  public static let choices: [DynamicsModel.Diffusion] = [.constant, .diagonal, .lowerTriangular]
}

extension DynamicsModel.Shape {
  /// The sizes that settings ask for, for a dynamics of `dimension` components, the last of them constants.
  public init(_ settings: DynamicsSettings, dimension: Int, constantCount: Int) {
    self.init(
      dimension: dimension, constantCount: constantCount, drift: settings.drift, widths: settings.widths,
      activation: settings.activation, integrator: settings.integrator,
      diffusion: settings.kind == .ode ? .none : settings.diffusion, diffusionWidths: settings.diffusionWidths)
  }
}

extension DynamicsModel.Integrator {
  /// Euler's scheme had another name for an SDE.
  public static let earlierNames: [String: DynamicsModel.Integrator] = ["euler-maruyama": .euler]
}
