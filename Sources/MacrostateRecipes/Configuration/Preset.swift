/// Settings by name, to begin with: what is set beside a preset goes before it.
public enum Preset: String, CaseIterable, Sendable {
  /// The defaults.
  case standard
  /// The settings of the paper for the interacting particles (Sec. 4.2), with its budget: days on a few cores.
  ///
  /// What is not the same: the flow's networks have five hidden maps in a row where the paper's have two residual blocks,
  /// frames are drawn evenly and not mainly early ones, the macrostate is standardised and not scaled by its range, and
  /// the dynamics is trained with the integrator that it is rolled out with. The lengths of its trainings in steps follow
  /// from 200 epochs over a quarter of 145 frames of 8000 trajectories; that of stage II is ours.
  case published

  /// The settings.
  public var configuration: RunConfiguration {
    var configuration = RunConfiguration()
    guard self == .published else { return configuration }
    configuration.data.validationFraction = 0.2
    configuration.usePublishedArchitecture()
    configuration.dynamics.composition = .none
    configuration.density.samples = 600
    configuration.closureTraining.steps = 113_000
    configuration.closureTraining.batch = 512
    configuration.closureTraining.learningRate = 5e-4
    configuration.closureTraining.schedule = .constant
    configuration.closureTraining.validationInterval = 1000
    configuration.dynamicsTraining.schedule = .constant
    configuration.dynamicsTraining.weightDecay = 0.01
    return configuration
  }
}

extension RunConfiguration {
  /// The paper's networks for the interacting particles: encoder φ 2-128-128 and ρ 128-128-dim ẑ with Softplus, flow of 8
  /// layers of 16 bins, drift 64-64 with ReLU and Runge–Kutta steps, one model. Budgets are left alone.
  public mutating func usePublishedArchitecture() {
    // The linear map at φ's end follows the mean; with ρ's first it makes one linear map, as the paper's ρ has it.
    encoder.perceptron.pointWidths = [128, 128, 128]
    encoder.perceptron.setWidths = [128]
    encoder.perceptron.activation = .softplus
    density.splineFlow.layers = 8
    density.splineFlow.widths = [128, 128, 128, 128, 128]
    density.splineFlow.bins = 16
    dynamics.equation.widths = [64, 64]
    dynamics.equation.activation = .relu
    dynamics.equation.integrator = .rungeKutta4
    dynamics.ensemble = 1
  }
}
