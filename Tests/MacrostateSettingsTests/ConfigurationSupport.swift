import ClosureModels
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage

/// The message of the `MacrostateError` that `body` throws; nil if it throws none.
func message(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch let error as MacrostateError {
    return error.message
  } catch {
    return "not a MacrostateError: \(error)"
  }
}

/// The values of a configuration by key, made from its stored properties and not from the schema; those of parts that have a
/// key in common one behind the other.
func values(_ configuration: RunConfiguration) -> [String: String] {
  let (encoder, density, dynamics) = (configuration.encoder, configuration.density, configuration.dynamics)
  let groups: [(section: String, value: Any)] = [
    ("", (seed: configuration.seed, threads: configuration.threads)), ("data.", configuration.data),
    ("encoder.", (kind: encoder.kind.rawValue, inputs: encoder.inputs, closureDimension: encoder.closureDimension)),
    ("encoder.", encoder.perceptron), ("encoder.", encoder.setTransformer),
    (
      "density.",
      (kind: density.kind.rawValue, inputs: density.inputs, smoothing: density.smoothing, samples: density.samples)
    ),
    ("density.", density.splineFlow), ("decoder.", configuration.decoder),
    ("closure_training.", configuration.closureTraining),
    ("closure_training.", configuration.closureTraining.optimizer),
    (
      "dynamics.",
      (
        kind: dynamics.kind.rawValue, observables: dynamics.observables, composition: dynamics.composition,
        ensemble: dynamics.ensemble
      )
    ), ("dynamics.", dynamics.equation), ("dynamics_training.", configuration.dynamicsTraining),
    ("dynamics_training.", configuration.dynamicsTraining.optimizer),
    ("run.", configuration.run),
  ]
  var values: [String: String] = [:]
  for group in groups {
    for child in Mirror(reflecting: group.value).children where child.label != "optimizer" {
      values["\(group.section)\(snakeCase(child.label ?? ""))", default: ""] += "\(child.value) "
    }
  }
  return values
}

private func snakeCase(_ name: String) -> String {
  name.reduce("") { $1.isUppercase ? "\($0)_\($1.lowercased())" : "\($0)\($1)" }
}

/// A value for each setting that is not its default.
let otherValues: [(path: String, value: String)] = [
  ("seed", "18446744073709551615"), ("threads", "2"),
  ("data.training", "my data/a.dataset"), ("data.tests", "{in-dst: a.dataset}"),
  ("data.validation_fraction", "0.25"), ("data.test_fraction", "0"), ("data.training_trajectories", "12"),
  ("data.scaling", "range"), ("data.periodic", "none"),
  ("data.twins", "{in-dst: twin.dataset}"), ("data.independents", "{in-dst: other.dataset}"),
  ("data.shuffle_buffer", "0.5"), ("dynamics.observables", "separate"), ("dynamics.composition", "none"),
  ("dynamics_training.gradient_clip", "2"),
  ("encoder.kind", "set-transformer"),
  ("encoder.point_widths", "[8, 4]"), ("encoder.set_widths", "[]"), ("encoder.closure_dimension", "1"),
  ("encoder.activation", "softplus"), ("encoder.width", "32"), ("encoder.heads", "8"), ("encoder.blocks", "0"),
  ("encoder.inducing_points", "5"),
  ("encoder.inputs", "features"), ("density.inputs", "all"), ("density.smoothing", "1e-5"), ("density.samples", "1"),
  ("density.layers", "2"), ("density.widths", "[8, 16]"),
  ("density.context_widths", "[4]"), ("density.activation", "silu"), ("density.bins", "2"), ("density.bound", "5"),
  ("decoder.widths", "[8]"), ("decoder.activation", "tanh"),
  ("closure_training.objective", "chamfer"), ("closure_training.dynamics_weight", "0.5"),
  ("closure_training.steps", "1e4"), ("closure_training.batch", "16"), ("closure_training.learning_rate", "5e-4"),
  ("closure_training.final_learning_rate", "1e-6"), ("closure_training.schedule", "constant"),
  ("closure_training.warmup_steps", "8_000"), ("closure_training.weight_decay", "0.01"),
  ("closure_training.gradient_clip", "1"), ("closure_training.frame_power", "2"),
  ("closure_training.averaging", "0.99"), ("closure_training.validation_interval", "7"),
  ("closure_training.validation_sets", "9"),
  ("dynamics.integrator", "rk4"), ("dynamics.drift", "onsager"), ("dynamics.widths", "[]"),
  ("dynamics.activation", "relu"),
  ("dynamics.diffusion", "diagonal"), ("dynamics.diffusion_widths", "[3]"), ("dynamics.ensemble", "1"),
  ("dynamics_training.steps", "10"), ("dynamics_training.batch", "11"), ("dynamics_training.learning_rate", "1e-4"),
  ("dynamics_training.final_learning_rate", "1e-5"), ("dynamics_training.schedule", "constant"),
  ("dynamics_training.weight_decay", "1"), ("dynamics_training.frame_power", "0.5"),
  ("dynamics_training.averaging", "0.9"), ("dynamics_training.validation_interval", "12"),
  ("dynamics_training.unroll_length", "2"), ("dynamics_training.unroll_steps", "13"),
  ("dynamics_training.unroll_learning_rate", "1e-3"),
  ("run.log_interval", "1"), ("run.checkpoint_interval", "0.5"),
]
