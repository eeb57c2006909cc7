/// Every key of the configuration with its meaning and limits: the one table that reading, writing, comparing and
/// documenting go by.
public enum ConfigurationSchema {
  /// All sections, in the order in which they are written.
  public static let sections: [SettingSection] = [
    top, data, encoder, density, decoder, closureTraining, dynamics, dynamicsTraining, run,
  ]

  /// All settings, in the order in which they are written.
  public static var settings: [Setting] { sections.flatMap(\.settings) }

  private static let stepLimit = SettingLimit.between(1, 1_000_000_000)
  private static let rateLimit = SettingLimit.above(0.0, atMost: 1)

  private static let top = SettingSection(
    name: "", summary: "The run as a whole",
    settings: [
      Setting("seed", \.seed, "names the random numbers; the same seed gives the same bits"),
      Setting(
        "threads", \.threads, .between(0, 1024), affectsResult: false, "worker threads; 0 takes one for each core"),
    ])

  private static let data = SettingSection(
    name: "data", summary: "What is learned from; paths are relative to the working folder",
    settings: [
      Setting("data.training", \.data.training, "the training data set; the command line's argument goes before it"),
      Setting(
        "data.tests", \.data.tests, .regimes,
        "test data sets by regime; without any, some trajectories are held out as the regime 'test'"),
      Setting(
        "data.twins", \.data.twins, .regimes,
        "by regime, another data set of true runs from the same starts (sde): its distance from the test is the floor of "
          + "the MMD"),
      Setting(
        "data.independents", \.data.independents, .regimes,
        "by regime, a data set of true runs from starts of their own, for another floor"),
      Setting(
        "data.validation_fraction", \.data.validationFraction, .inside(0, 1),
        "share of the trajectories that validates"),
      Setting(
        "data.test_fraction", \.data.testFraction, .between(0, below: 1),
        "share of the trajectories that is held out where data.tests is empty"),
      Setting(
        "data.training_trajectories", \.data.trainingTrajectories, .atLeast(0),
        "trajectories that train, at most; 0 for all that neither validate nor test"),
      Setting(
        "data.scaling", \.data.scaling,
        "coordinates by mean and standard deviation, by their range to [-1, 1], or as they are"),
      Setting(
        "data.shuffle_buffer", \.data.shuffleBuffer, .between(1e-6, 1e6),
        "gigabytes of points up to which training frames are shuffled as a whole; larger data are read in groups of "
          + "shards of half this size and shuffled within them"),
    ])

  private static let encoder = SettingSection(
    name: "encoder", summary: "The encoder of a set into closure variables",
    settings: [
      Setting(
        "encoder.kind", \.encoder.kind,
        "a mean over a network of each point (deep-set) or attention (set-transformer), invariant under permutations; or "
          + "a network of all points side by side (flattened), for one n"),
      Setting(
        "encoder.point_widths", \.encoder.pointWidths, .widths(atLeast: 2),
        "deep-set: layer widths of the network that sees every point; the last is that of its output, which is averaged"
      ),
      Setting(
        "encoder.set_widths", \.encoder.setWidths, .widths(),
        "deep-set: hidden widths of the network that sees the mean; flattened has all widths one after the other"),
      Setting(
        "encoder.closure_dimension", \.encoder.closureDimension, .between(1, 1024), "number of closure variables"),
      Setting("encoder.activation", \.encoder.activation, "activation of the encoder's networks"),
      Setting(
        "encoder.width", \.encoder.width, .between(1, 8192), "set-transformer: features of a point, a multiple of heads"
      ),
      Setting("encoder.heads", \.encoder.heads, .between(1, 64), "set-transformer: heads of every attention"),
      Setting("encoder.blocks", \.encoder.blocks, .between(0, 64), "set-transformer: induced set attention blocks"),
      Setting(
        "encoder.inducing_points", \.encoder.inducingPoints, .between(1, 1024),
        "set-transformer: inducing points of a block; cost and memory grow with their number"),
    ])

  private static let decoder = SettingSection(
    name: "decoder", summary: "The decoder that gives the points themselves (objectives pointwise and chamfer)",
    settings: [
      Setting("decoder.widths", \.decoder.widths, .widths(), "hidden widths of its network"),
      Setting("decoder.activation", \.decoder.activation, "activation of its network"),
    ])

  private static let density = SettingSection(
    name: "density", summary: "The smoothed point density and the spline flow that reconstructs it",
    settings: [
      Setting(
        "density.smoothing", \.density.smoothing, .between(1e-12, 10),
        "smoothing scale of the points' density, in scaled coordinates"),
      Setting("density.samples", \.density.samples, .between(1, 1_000_000), "samples of it per set and step"),
      Setting("density.layers", \.density.layers, .between(1, 64), "spline layers of the flow"),
      Setting("density.widths", \.density.widths, .widths(atLeast: 1), "hidden widths of each layer's network"),
      Setting(
        "density.context_widths", \.density.contextWidths, .widths(),
        "widths of a network of the closure variables, computed once a set, that conditions the layers; none for the "
          + "variables themselves"),
      Setting("density.activation", \.density.activation, "activation of the layers' networks"),
      Setting("density.bins", \.density.bins, .between(2, 64), "bins of a spline"),
      Setting(
        "density.bound", \.density.bound, .between(0.1, 1000),
        "splines act on [-bound, bound] in scaled coordinates and are the identity outside"),
    ])

  private static let closureTraining = SettingSection(
    name: "closure_training", summary: "Stage I: training of the encoder",
    settings: [
      Setting(
        "closure_training.objective", \.closureTraining.objective,
        "what the encoder learns by: the points' density, the points in their order, the nearest points, or, without a "
          + "reconstruction, a dynamics that is trained with it and takes the place of stage II"),
      Setting(
        "closure_training.dynamics_weight", \.closureTraining.dynamicsWeight, .between(0, 1e6),
        "weight of the one-step error of a dynamics that is added to the loss of a reconstruction; 0 for none"),
      Setting("closure_training.steps", \.closureTraining.steps, stepLimit, "optimiser steps"),
      Setting(
        "closure_training.batch", \.closureTraining.batch, .between(1, 1_000_000),
        "frames a step; where a dynamics is trained, too, they are the two of each window"),
      Setting(
        "closure_training.learning_rate", \.closureTraining.learningRate, rateLimit, "highest learning rate"),
      Setting(
        "closure_training.final_learning_rate", \.closureTraining.finalLearningRate, .between(0, 1),
        "learning rate at the end of a cosine schedule"),
      Setting("closure_training.schedule", \.closureTraining.schedule, "decay of the learning rate"),
      Setting(
        "closure_training.warmup_steps", \.closureTraining.warmupSteps, .between(0, 1_000_000_000),
        "steps over which the learning rate rises from 0"),
      Setting(
        "closure_training.weight_decay", \.closureTraining.weightDecay, .between(0, 1),
        "AdamW's decay of the weights; 0 is Adam"),
      Setting(
        "closure_training.gradient_clip", \.closureTraining.gradientClip, .between(0, 1e6),
        "largest norm of the gradient; 0 for no limit"),
      Setting(
        "closure_training.frame_power", \.closureTraining.framePower, .between(0.1, 10),
        "frames are drawn at the share u^power of a trajectory: above 1, early frames more often"),
      Setting(
        "closure_training.averaging", \.closureTraining.averaging, .between(0, below: 1),
        "decay of a mean of the parameters over the steps, which is judged and kept; 0 for none"),
      Setting(
        "closure_training.validation_interval", \.closureTraining.validationInterval, stepLimit,
        "steps between validations"),
      Setting(
        "closure_training.validation_sets", \.closureTraining.validationSets, .between(1, 10_000_000),
        "sets of a validation"),
    ])

  private static let dynamics = SettingSection(
    name: "dynamics", summary: "The dynamics of observables and closure variables",
    settings: [
      Setting("dynamics.kind", \.dynamics.kind, "without or with noise"),
      Setting(
        "dynamics.integrator", \.dynamics.integrator,
        "how a step is taken: euler or rk4 for an ode, euler-maruyama for an sde (and its default there)"),
      Setting(
        "dynamics.drift", \.dynamics.drift,
        "the drift: a network, or an OnsagerNet, which without noise dissipates a learned energy"),
      Setting(
        "dynamics.observables", \.dynamics.observables,
        "one model of the whole macrostate (joint), or for each observable a model of it and the closure variables "
          + "(separate)"),
      Setting(
        "dynamics.composition", \.dynamics.composition,
        "where there are several species: the macrostate contains their fractions as constants (fractions) or does not, "
          + "as in the paper (none); they are left out where all training trajectories have the same, or one changes them"
      ),
      Setting("dynamics.widths", \.dynamics.widths, .widths(), "hidden widths of the drift's network"),
      Setting("dynamics.activation", \.dynamics.activation, "activation of the drift and the diffusion"),
      Setting(
        "dynamics.diffusion", \.dynamics.diffusion,
        "noise of an sde: the same everywhere, dependent on the macrostate, or also correlated"),
      Setting(
        "dynamics.diffusion_widths", \.dynamics.diffusionWidths, .widths(), "hidden widths of the diffusion's network"),
      Setting(
        "dynamics.ensemble", \.dynamics.ensemble, .between(1, 64),
        "models trained from different seeds; their spread is the error bar"),
    ])

  private static let dynamicsTraining = SettingSection(
    name: "dynamics_training", summary: "Stage II: training of the dynamics",
    settings: [
      Setting("dynamics_training.steps", \.dynamicsTraining.steps, stepLimit, "optimiser steps"),
      Setting(
        "dynamics_training.batch", \.dynamicsTraining.batch, .between(1, 10_000_000),
        "pairs of successive macrostates a step"),
      Setting(
        "dynamics_training.learning_rate", \.dynamicsTraining.learningRate, rateLimit, "highest learning rate"),
      Setting(
        "dynamics_training.final_learning_rate", \.dynamicsTraining.finalLearningRate, .between(0, 1),
        "learning rate at the end of a cosine schedule"),
      Setting("dynamics_training.schedule", \.dynamicsTraining.schedule, "decay of the learning rate"),
      Setting(
        "dynamics_training.weight_decay", \.dynamicsTraining.weightDecay, .between(0, 1),
        "AdamW's decay of the weights; 0 is Adam"),
      Setting(
        "dynamics_training.frame_power", \.dynamicsTraining.framePower, .between(0.1, 10),
        "pairs are drawn at the share u^power of a trajectory: above 1, early pairs more often"),
      Setting(
        "dynamics_training.averaging", \.dynamicsTraining.averaging, .between(0, below: 1),
        "decay of a mean of the parameters over the steps, which is judged and kept; 0 for none"),
      Setting(
        "dynamics_training.gradient_clip", \.dynamicsTraining.gradientClip, .between(0, 1e6),
        "largest norm of the gradient; 0 for no limit (where dynamics.kind is chosen as sde, 10 unless it is set)"),
      Setting(
        "dynamics_training.validation_interval", \.dynamicsTraining.validationInterval, stepLimit,
        "steps between validations"),
      Setting(
        "dynamics_training.unroll_length", \.dynamicsTraining.unrollLength, .zeroOrBetween(2, 10_000),
        "time steps of unrolled fine-tuning, kept where validation improves (ode only); 0 for none"),
      Setting(
        "dynamics_training.unroll_steps", \.dynamicsTraining.unrollSteps, stepLimit,
        "optimiser steps of the fine-tuning"),
      Setting(
        "dynamics_training.unroll_learning_rate", \.dynamicsTraining.unrollLearningRate, rateLimit,
        "highest learning rate of the fine-tuning"),
      Setting(
        "dynamics_training.joint_dynamics", \.dynamicsTraining.jointDynamics,
        "after closure_training.objective dynamics: keep the dynamics that the encoder was trained with, or train one "
          + "anew on the finished closure variables"),
    ])

  private static let run = SettingSection(
    name: "run", summary: "Logging and checkpoints",
    settings: [
      Setting(
        "run.log_interval", \.run.logInterval, stepLimit, affectsResult: false,
        "steps between two lines of metrics.jsonl"),
      Setting(
        "run.checkpoint_interval", \.run.checkpointInterval, .between(0, 1e6), affectsResult: false,
        "seconds between checkpoints"),
    ])
}
