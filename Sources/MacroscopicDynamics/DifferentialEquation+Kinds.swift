import MacrostateNetworks
import MacrostateSettings

/// dz = g(z) dt, fitted by squared error.
public enum OrdinaryEquation: EquationKind {
  public static let name = "ode"
  public static let title = "an ODE"

  /// All but those of Σ.
  public static var settings: [Setting<DifferentialEquationSettings>] {
    DifferentialEquationSettings.settings.filter { !["diffusion", "diffusion_widths"].contains($0.key) }
  }

  public static func diffusion(_ settings: DifferentialEquationSettings) -> DifferentialEquation.Diffusion { .none }
}

/// dz = g(z) dt + Σ(z) dW, fitted by likelihood.
public enum StochasticEquation: EquationKind {
  public static let name = "sde"
  public static let title = "an SDE"

  /// Runge–Kutta steps are for ODEs.
  public static let rules: [SettingRule<DifferentialEquationSettings>] = [
    SettingRule(keys: ["integrator", "kind"]) { settings, path in
      guard settings.integrator != .euler else { return nil }
      return "\(path("integrator")) '\(settings.integrator.rawValue)' does not fit \(path("kind")) 'sde'; use euler"
    }
  ]

  public static func diffusion(_ settings: DifferentialEquationSettings) -> DifferentialEquation.Diffusion {
    settings.diffusion
  }
}

/// A kind of differential equation.
public protocol EquationKind: DynamicsKind where Settings == DifferentialEquationSettings {
  /// The kind of Σ.
  static func diffusion(_ settings: DifferentialEquationSettings) -> DifferentialEquation.Diffusion
}

extension EquationKind {
  /// The shape of the equation.
  public static func shape(
    _ settings: DifferentialEquationSettings, _ sizes: DynamicsSizes
  ) -> DifferentialEquation.Shape {
    .init(
      dimension: sizes.dimension, constantCount: sizes.constantCount, drift: settings.drift, widths: settings.widths,
      activation: settings.activation, integrator: settings.integrator, diffusion: diffusion(settings),
      diffusionWidths: settings.diffusionWidths)
  }

  public static func model(
    _ settings: DifferentialEquationSettings, _ sizes: DynamicsSizes, scaling: MacrostateScaling
  ) -> any DynamicsModel {
    DifferentialEquation(shape(settings, sizes), scaling: scaling)
  }
}

extension PartSettings<DynamicsKinds> {
  /// The differential equation that is chosen; nil for a dynamics that is none.
  public func equation(_ sizes: DynamicsSizes) -> DifferentialEquation.Shape? {
    (dynamics as? any EquationKind.Type)?.shape(self[DifferentialEquationSettings.self], sizes)
  }
}

extension PartName<DynamicsKinds> {
  /// Σ ≡ 0, fitted by squared error.
  public static let ode = PartName(OrdinaryEquation.self)
  /// With Σ, fitted by likelihood.
  public static let sde = PartName(StochasticEquation.self)
}

/// The choices and sizes of a differential equation.
public struct DifferentialEquationSettings: SettingsGroup {
  /// The integrator of a step.
  public var integrator = DifferentialEquation.Integrator.euler
  /// The kind of g.
  public var drift = DifferentialEquation.Drift.mlp
  /// Hidden widths of g.
  public var widths = [128, 128]
  /// The activation of g and Σ.
  public var activation = Activation.tanh
  /// The kind of Σ, for an SDE.
  public var diffusion = DifferentialEquation.Diffusion.lowerTriangular
  /// Hidden widths of Σ's network.
  public var diffusionWidths = [32, 32]

  /// The defaults.
  public init() {}

  /// The subject of the group.
  public static let summary = "A differential equation"

  /// The keys of the group.
  public static let settings: [Setting<DifferentialEquationSettings>] = [
    Setting(
      "integrator", \.integrator,
      "how a step is taken: euler (Euler–Maruyama for an sde) or, for an ode, rk4"),
    Setting(
      "drift", \.drift,
      "the drift: a network, or an OnsagerNet, which without noise dissipates a learned energy"),
    Setting("widths", \.widths, .widths(), "hidden widths of the drift's network"),
    Setting("activation", \.activation, "activation of the drift and the diffusion"),
    Setting(
      "diffusion", \.diffusion,
      "noise of an sde: the same everywhere, dependent on the macrostate, or also correlated"),
    Setting("diffusion_widths", \.diffusionWidths, .widths(), "hidden widths of the diffusion's network"),
  ]
}

extension DifferentialEquation.Diffusion {
  /// An SDE's; an ODE has none.
  public static let choices: [DifferentialEquation.Diffusion] = [.constant, .diagonal, .lowerTriangular]
}

extension DifferentialEquation.Integrator {
  /// Euler's scheme had another name for an SDE.
  public static let earlierNames: [String: DifferentialEquation.Integrator] = ["euler-maruyama": .euler]
}
