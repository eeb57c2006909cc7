import MacrostateConfiguration
import MacrostateExperiments

/// How much data and how long a training: for a look within minutes, or as in the paper.
public enum ReproductionScale: String, CaseIterable, Sendable {
  /// All of it in under 15 minutes on two cores: 300 trajectories, short trainings. Shows that everything works, and
  /// the order of things; the numbers are not the paper's.
  case small
  /// The paper's data, 10 000 trajectories and tests of 1000, with a budget of minutes a run.
  case paper

  /// Trajectories to learn from, those that validate included.
  public var trajectories: Int { self == .small ? 300 : ParticleStudy.Scale.paper.trajectories }

  /// Trajectories of each test.
  public var testTrajectories: Int { self == .small ? 100 : ParticleStudy.Scale.paper.testTrajectories }

  /// The settings of ours, from which those of every other run follow; data and seed are not set.
  public var configuration: RunConfiguration {
    guard self == .small else {
      var configuration = ParticleStudy.Scale.paper.configuration
      // The published numbers are of single models, and InvE has one by its nature.
      configuration.dynamics.ensemble = 1
      return configuration
    }
    var configuration = RunConfiguration()
    configuration.data.validationFraction = 0.2
    configuration.closureTraining.steps = 600
    configuration.closureTraining.validationInterval = 200
    configuration.closureTraining.validationSets = 256
    configuration.dynamics.ensemble = 1
    configuration.dynamicsTraining.steps = 5000
    configuration.dynamicsTraining.validationInterval = 1000
    return configuration
  }

  /// What a search starts from: the settings of ours with half the steps and at most 2000 training trajectories, a
  /// quarter of them; validation has as many as ever.
  var searchConfiguration: RunConfiguration {
    var configuration = configuration
    configuration.data.trainingTrajectories = self == .paper ? 2000 : 200
    configuration.closureTraining.steps /= 2
    configuration.dynamicsTraining.steps /= 2
    return configuration
  }

  /// The settings of the cells of Fig. 4, without ε, dim ẑ and seed; the paper's are 50 bins and 512 samples.
  var densityConfiguration: RunConfiguration {
    var configuration = RunConfiguration()
    configuration.data.scaling = .none
    configuration.density.bound = 4
    configuration.density.bins = self == .small ? 16 : 50
    configuration.density.samples = self == .small ? 128 : 512
    configuration.closureTraining.steps = self == .small ? 400 : 6000
    configuration.closureTraining.validationInterval = self == .small ? 100 : 500
    configuration.closureTraining.validationSets = DensityStudy.validationSets
    return configuration
  }
}
