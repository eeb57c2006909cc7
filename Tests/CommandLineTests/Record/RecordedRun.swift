import Foundation
import MacrostateKit
import PaperReproduction
import Testing

/// A small run whose bits are on record: which data it learns from, and how it differs from the base settings.
struct RecordedRun: Sendable, CustomTestStringConvertible {
  /// The data.
  enum Data: String {
    /// Interacting particles of one species.
    case particles
    /// Two species of changing numbers on random walks, with a mixing ratio.
    case mixture
  }

  let name: String
  let data: Data
  private let settings: [String]
  private var method: Method?
  private var base = RecordedRun.small

  var testDescription: String { name }

  private init(_ name: String, _ data: Data, _ settings: String...) {
    self.name = name
    self.data = data
    self.settings = settings
  }

  private init(_ method: Method, _ data: Data) {
    name = "\(data.rawValue), \(method.rawValue)"
    self.data = data
    self.method = method
    settings = data == .mixture ? ["dynamics.kind=sde"] : []
  }

  /// Every encoder, objective, dynamics and way of training.
  static let all =
    Method.allCases.map { RecordedRun($0, .particles) }
    + [Method.oursDeepSet, .oursSetTransformer, .invEOnsager].map { RecordedRun($0, .mixture) }
    + [
      demo,
      RecordedRun("separate SDEs", .mixture, "dynamics.kind=sde", "dynamics.observables=separate"),
      RecordedRun(
        "diagonal noise that depends on z", .mixture, "dynamics.kind=sde", "dynamics.diffusion=diagonal",
        "dynamics.composition=none"),
      RecordedRun("constant noise", .mixture, "dynamics.kind=sde", "dynamics.diffusion=constant"),
      RecordedRun("an ODE of a mixture", .mixture, "dynamics.ensemble=1"),
      RecordedRun(
        "steps unrolled, Runge-Kutta", .particles, "dynamics_training.unroll_length=3",
        "dynamics_training.unroll_steps=4", "dynamics.integrator=rk4"),
      RecordedRun(
        "averaged weights", .particles, "closure_training.averaging=0.9", "dynamics_training.averaging=0.9"),
      RecordedRun(
        "early frames more often", .particles, "closure_training.frame_power=2", "dynamics_training.frame_power=2"),
      RecordedRun("one-step error beside the density", .particles, "closure_training.dynamics_weight=0.5"),
      RecordedRun("OnsagerNet in stage II", .particles, "dynamics.drift=onsager"),
      RecordedRun(
        "a network of the closure variables in the flow", .particles, "density.context_widths=[8]",
        "data.scaling=range", "closure_training.gradient_clip=1", "closure_training.weight_decay=0.01"),
      RecordedRun("points read by groups of shards", .particles, "data.shuffle_buffer=0.000001"),
    ]

  /// The demo's networks, for a few steps.
  private static var demo: RecordedRun {
    var run = RecordedRun("the demo's settings", .particles)
    run.base = [
      "data.validation_fraction=0.2", "closure_training.steps=3", "closure_training.validation_interval=2",
      "closure_training.validation_sets=8", "dynamics_training.steps=6", "dynamics_training.validation_interval=4",
    ]
    return run
  }

  private static let small = [
    "data.validation_fraction=0.2", "data.periodic=none", "encoder.point_widths=[8, 8]", "encoder.set_widths=[8]",
    "encoder.closure_dimension=2", "encoder.width=8", "encoder.heads=2", "encoder.inducing_points=4",
    "density.samples=8", "density.layers=2", "density.widths=[8]", "density.bins=4", "decoder.widths=[8]",
    "closure_training.steps=12", "closure_training.batch=4", "closure_training.validation_interval=5",
    "closure_training.validation_sets=8", "dynamics.widths=[8]", "dynamics.diffusion_widths=[8]",
    "dynamics.ensemble=2", "dynamics_training.steps=12", "dynamics_training.batch=16",
    "dynamics_training.validation_interval=5", "run.log_interval=3",
  ]

  /// The settings on the data set `dataset` with tests in `test`.
  func configuration(dataset: URL, test: URL, threads: Int) throws -> RunConfiguration {
    var configuration = ParticleStudy.Scale.demo.configuration
    configuration.threads = threads
    configuration.data.training = dataset.path
    configuration.data.tests = ["in-dst": test.path]
    try configuration.set(contentsOf: base, forAnyKind: true)
    if let method { configuration = method.configuration(configuration) }
    try configuration.set(contentsOf: settings, forAnyKind: true)
    return configuration
  }
}
