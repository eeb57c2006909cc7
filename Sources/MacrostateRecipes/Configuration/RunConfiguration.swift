import ClosureModels
import MacroscopicDynamics
import MacrostateSettings
import PointDensities

/// All settings of a run, each with a default: `RunConfiguration()` trains.
///
/// In YAML the keys are in snake case, `closure_training.learning_rate` for `closureTraining.learningRate`;
/// `sections` lists them with their meaning and limits. Example:
///
///     var configuration = try RunConfiguration(contentsOf: URL(fileURLWithPath: "config.yaml"))
///     try configuration.set(contentsOf: ["density.bins=16", "seed=1"])
public struct RunConfiguration: SettingsRoot, Codable {
  /// The seed of every random number of the run.
  public var seed: UInt64 = 0
  /// Worker threads; 0 takes one for each core.
  public var threads = 0
  /// The data.
  public var data = DataSettings()
  /// The encoder.
  public var encoder = EncoderSettings()
  /// The density decoder.
  public var density = DensitySettings()
  /// The decoder of points.
  public var decoder = DecoderSettings()
  /// Stage I: training of encoder and density.
  public var closureTraining = ClosureTrainingSettings()
  /// The macroscopic dynamics.
  public var dynamics = DynamicsSettings()
  /// Stage II: training of the dynamics.
  public var dynamicsTraining = DynamicsTrainingSettings()
  /// Logging and checkpoints.
  public var run = RunSettings()

  /// The settings that a file or an assignment has set.
  public var chosen = ChosenSettings()

  private enum CodingKeys: CodingKey {
    case seed, threads, data, encoder, density, decoder, closureTraining, dynamics, dynamicsTraining, run
  }

  /// The defaults.
  public init() {}

  /// All sections, in the order in which they are written.
  public static let sections: [SettingSection<RunConfiguration>] = [
    SettingSection(
      top: [
        Setting("seed", \.seed, "names the random numbers; the same seed gives the same bits"),
        Setting(
          "threads", \.threads, .between(0, 1024), affectsResult: false, "worker threads; 0 takes one for each core"),
      ], "The run as a whole"),
    SettingSection("data", \.data), SettingSection("encoder", \.encoder), SettingSection("density", \.density),
    SettingSection("decoder", \.decoder), SettingSection("closure_training", \.closureTraining),
    SettingSection("dynamics", \.dynamics), SettingSection("dynamics_training", \.dynamicsTraining),
    SettingSection("run", \.run),
  ]

  /// The norm at which the gradient of a likelihood is clipped, well above that of ordinary steps: that of an outlier
  /// grows with the inverse of a small Σ.
  private static let likelihoodClip = 10.0

  /// What was set, in a file or one by one and in any order, stays as it is. Who chooses a kind and no integrator gets
  /// Euler's scheme for that kind; with noise, and no limit of the gradient, there is one.
  public mutating func followChoices(_ justSet: Set<String>) {
    guard justSet.contains("dynamics.kind") else { return }
    if !chosen.paths.contains("dynamics_training.gradient_clip") {
      switch (dynamics.kind, dynamicsTraining.gradientClip) {
      case (.sde, 0): dynamicsTraining.gradientClip = Self.likelihoodClip
      case (.ode, Self.likelihoodClip): dynamicsTraining.gradientClip = 0
      default: break
      }
    }
    guard !chosen.paths.contains("dynamics.integrator") else { return }
    switch (dynamics.kind, dynamics.integrator) {
    case (.sde, .euler): dynamics.integrator = .eulerMaruyama
    case (.ode, .eulerMaruyama): dynamics.integrator = .euler
    default: break
    }
  }

  /// Whether the dynamics that the encoder is trained with is the one that predicts, so that there is no second stage.
  public var keepsEncodersDynamics: Bool {
    closureTraining.objective == .dynamics && dynamicsTraining.jointDynamics == .keep
  }
}
