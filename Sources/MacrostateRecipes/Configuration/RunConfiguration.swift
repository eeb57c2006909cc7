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
public struct RunConfiguration: SettingsRoot {
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

  /// The defaults.
  public init() {}

  /// All sections, in the order in which they are written.
  public static var sections: [SettingSection<RunConfiguration>] {
    [
      SettingSection(
        top: [
          Setting("seed", \.seed, "names the random numbers; the same seed gives the same bits"),
          Setting(
            "threads", \.threads, .between(0, 1024), affectsResult: false, "worker threads; 0 takes one for each core"),
        ], "The run as a whole"),
      SettingSection("data", \.data), SettingSection("encoder", \.encoder),
      SettingSection("density", \.density)
        .onlyFor("closure_training.objective", \.closureTraining.objective, .density),
      SettingSection("decoder", \.decoder)
        .onlyFor("closure_training.objective", \.closureTraining.objective, .pointwise, .chamfer),
      SettingSection("closure_training", \.closureTraining),
      SettingSection("dynamics", \.dynamics), SettingSection("dynamics_training", \.dynamicsTraining),
      SettingSection("run", \.run),
    ]
  }

  /// The norm at which the gradient of a likelihood is clipped, well above that of ordinary steps: that of an outlier
  /// grows with the inverse of a small Σ.
  private static let likelihoodClip = 10.0

  /// The largest norm of the gradient in stage II; 0 for no limit.
  public var dynamicsGradientClip: Double {
    dynamicsTraining.gradientClip ?? (dynamics.kind == .sde ? Self.likelihoodClip : 0)
  }

  public func earlierSpelling(of path: String) -> String? {
    switch path {
    case "dynamics.integrator": dynamics.kind == .sde && dynamics.equation.integrator == .euler ? "euler-maruyama" : nil
    case "dynamics_training.gradient_clip": "\(dynamicsGradientClip)"
    default: nil
    }
  }

  /// The order that keys had before parts brought theirs: results are named by it.
  public static let earlierOrder = [
    "encoder.kind", "encoder.point_widths", "encoder.set_widths", "encoder.closure_dimension", "encoder.activation",
    "closure_training.objective", "closure_training.dynamics_weight", "closure_training.steps",
    "closure_training.batch", "closure_training.learning_rate", "closure_training.final_learning_rate",
    "closure_training.schedule", "closure_training.warmup_steps", "closure_training.weight_decay",
    "closure_training.gradient_clip", "closure_training.frame_power", "closure_training.averaging",
    "closure_training.validation_interval", "closure_training.validation_sets",
    "dynamics.kind", "dynamics.integrator", "dynamics.drift", "dynamics.observables", "dynamics.composition",
    "dynamics.widths", "dynamics.activation", "dynamics.diffusion", "dynamics.diffusion_widths", "dynamics.ensemble",
    "dynamics_training.steps", "dynamics_training.batch", "dynamics_training.learning_rate",
    "dynamics_training.final_learning_rate", "dynamics_training.schedule", "dynamics_training.weight_decay",
    "dynamics_training.frame_power", "dynamics_training.averaging", "dynamics_training.gradient_clip",
    "dynamics_training.validation_interval", "dynamics_training.unroll_length", "dynamics_training.unroll_steps",
    "dynamics_training.unroll_learning_rate", "dynamics_training.joint_dynamics",
  ]

  /// Whether a dynamics is trained together with the encoder.
  public var trainsJointDynamics: Bool {
    closureTraining.objective == .dynamics || closureTraining.dynamicsWeight > 0
  }

  /// Whether the dynamics that the encoder is trained with is the one that predicts, so that there is no second stage.
  public var keepsEncodersDynamics: Bool {
    closureTraining.objective == .dynamics && dynamicsTraining.jointDynamics == .keep
  }
}
