import MacrostateRecipes
import MacrostateRuns
import MacrostateSettings

/// The amount of data and the length of a training: for a look within minutes, or as in the paper.
public enum ReproductionScale: String, CaseIterable, Sendable {
  /// All of it in under 15 minutes on two cores: 300 trajectories, short trainings. Shows that everything works, and
  /// the order of things; the numbers are not the paper's.
  case small
  /// The paper's data, 10 000 trajectories and tests of 1000, with a budget of minutes a run.
  case paper

  /// Trajectories of a system to learn from, those that validate included.
  func trajectories(_ system: ReproducedSystem) -> Int {
    switch (self, system) {
    case (.small, .particles): 300
    case (.small, .mixing): 130
    case (.paper, .particles): ParticleStudy.Scale.paper.trajectories
    case (.paper, .mixing): 10_000
    }
  }

  /// Trajectories of each test of a system.
  func testTrajectories(_ system: ReproducedSystem) -> Int {
    switch (self, system) {
    case (.small, .particles): 100
    case (.small, .mixing): 20
    case (.paper, .particles): ParticleStudy.Scale.paper.testTrajectories
    case (.paper, .mixing): 200
    }
  }

  /// The settings of ours on a system, from which those of every other run follow; data and seed are not set.
  ///
  /// - Throws: `MacrostateError` for settings that make no sense.
  func configuration(_ system: ReproducedSystem) throws -> RunConfiguration {
    var configuration = try configurationBeforeStudy(system)
    if self == .paper && system == .particles { SearchChange.adopted.apply(&configuration) }
    return configuration
  }

  private func configurationBeforeStudy(_ system: ReproducedSystem) throws -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.data.validationFraction = 0.2
    // The published numbers are of single models, and InvE has one by its nature.
    configuration.dynamics.ensemble = 1
    applyLengths(&configuration)
    if system == .mixing { try applyMixing(&configuration) }
    return configuration
  }

  private func applyLengths(_ configuration: inout RunConfiguration) {
    switch self {
    case .small:
      configuration.closureTraining.steps = 600
      configuration.closureTraining.validationInterval = 200
      configuration.closureTraining.validationSets = 256
      configuration.dynamicsTraining.steps = 5000
      configuration.dynamicsTraining.validationInterval = 1000
    case .paper:
      let lengths = ParticleStudy.Scale.paper.configuration
      configuration.closureTraining.steps = lengths.closureTraining.steps
      configuration.dynamicsTraining.steps = lengths.dynamicsTraining.steps
      configuration.dynamicsTraining.validationInterval = lengths.dynamicsTraining.validationInterval
    }
  }

  /// As in the paper: one closure variable of each species, positions scaled by their range, 16 bins; noise. Beyond it,
  /// the species' fractions in the macrostate.
  private func applyMixing(_ configuration: inout RunConfiguration) throws {
    configuration.data.scaling = .range
    configuration.encoder.closureDimension = 1
    configuration.density.splineFlow.bins = 16
    configuration.density.splineFlow.bound = 5
    try configuration.set("dynamics.kind=sde")
  }

  /// The start of a search: the settings of ours before anything of the study was adopted, with half the steps and
  /// at most 2000 training trajectories, a quarter of them; validation has as many as ever.
  func searchConfiguration() throws -> RunConfiguration {
    var configuration = try configurationBeforeStudy(.particles)
    configuration.data.trainingTrajectories = self == .paper ? 2000 : 200
    configuration.closureTraining.steps /= 2
    configuration.dynamicsTraining.steps /= 2
    return configuration
  }

  /// The settings of the cells of Fig. 4, without ε, dim ẑ and seed; the paper's are 50 bins and 512 samples.
  var densityConfiguration: RunConfiguration {
    var configuration = RunConfiguration()
    configuration.data.scaling = .none
    configuration.density.splineFlow.bound = 4
    configuration.density.splineFlow.bins = self == .small ? 16 : 50
    configuration.density.samples = self == .small ? 128 : 512
    configuration.closureTraining.steps = self == .small ? 400 : 6000
    configuration.closureTraining.validationInterval = self == .small ? 100 : 500
    configuration.closureTraining.validationSets = DensityStudy.validationSets
    return configuration
  }
}
