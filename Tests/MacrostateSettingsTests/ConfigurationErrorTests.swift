import Foundation
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import PointDensities
import TestSupport
import Testing

/// Each mistake ends in one message that names the place and the remedy.
@Suite struct ConfigurationErrorTests {
  @Test(arguments: [
    ("seed: 1\nencoder:\n  hiden: 3", "c.yaml:3: unknown key 'hiden' (the keys of 'encoder' are kind, "),
    ("density:\n  bin: 3", "c.yaml:2: unknown key 'bin' (did you mean 'bins'?)"),
    ("closure_training:\n  learningRate: 3", "c.yaml:2: unknown key 'learningRate' (did you mean 'learning_rate'?)"),
    ("\n\ndensty:\n  bins: 3", "c.yaml:3: unknown key 'densty' (did you mean 'density'?)"),
    ("bins: 3", "c.yaml:1: unknown key 'bins' (did you mean 'density.bins'?)"),
    ("encoder: {bins: 3}", "c.yaml:1: unknown key 'bins' (did you mean 'density.bins'?)"),
    ("density: 5", "c.yaml:1: 'density' must be keys with values below it, not '5'"),
    ("- density", "c.yaml:1: a configuration must be keys with values, not a list"),
    ("density:\n  bins: eight", "c.yaml:2: density.bins must be an integer, not 'eight'"),
    ("density:\n  bins: '8'", "c.yaml:2: density.bins must be an integer, not '8'"),
    ("density:\n  bins: 8.5", "c.yaml:2: density.bins must be an integer, not '8.5'"),
    ("density:\n  bins:", "c.yaml:2: density.bins must be an integer, not empty"),
    ("density:\n  bins: 99999999999999999999", "c.yaml:2: density.bins must be an integer, not '99999999999999999999'"),
    ("seed: -1", "c.yaml:1: seed must be an integer from 0 to 18446744073709551615, not '-1'"),
    ("density:\n\n  bound: .nan", "c.yaml:3: density.bound must be a number, not '.nan'"),
    ("density:\n  bound: inf", "c.yaml:2: density.bound must be a number, not 'inf'"),
    ("density:\n  bound: 1e999", "c.yaml:2: density.bound must be a number, not '1e999'"),
    ("density:\n  bound: [8]", "c.yaml:2: density.bound must be a number, not a list"),
    ("density:\n  widths: 64", "c.yaml:2: density.widths must be a list of integers such as [64, 64], not '64'"),
    ("density:\n  widths:\n  - 64\n  - x", "c.yaml:4: density.widths must be a list of integers, not 'x'"),
    ("data:\n  tests: a", "c.yaml:2: data.tests must be a mapping of names to paths such as {in-dst: test.dataset}"),
    ("data:\n  training: [a]", "c.yaml:2: data.training must be a text, not a list"),
    (
      "encoder:\n  activation: rellu", "c.yaml:2: encoder.activation must be one of relu, tanh, softplus, silu, not 're"
    ),
    ("density:\n  bins: 1", "c.yaml:2: density.bins must be at least 2, not 1"),
    ("density:\n  bins: 65", "c.yaml:2: density.bins must be at most 64, not 65"),
    ("density:\n  smoothing: 0", "c.yaml:2: density.smoothing must be at least 1e-12, not 0.0"),
    ("density:\n  widths: []", "c.yaml:2: density.widths must be a list of at least 1, not []"),
    ("density:\n  widths: [0]", "c.yaml:2: density.widths must be a list of integers from 1 to 8192, not [0]"),
    ("encoder:\n  point_widths: [64]", "c.yaml:2: encoder.point_widths must be a list of at least 2, not [64]"),
    ("encoder:\n  closure_dimension: 0", "c.yaml:2: encoder.closure_dimension must be at least 1, not 0"),
    ("closure_training:\n  learning_rate: 0", "c.yaml:2: closure_training.learning_rate must be greater than 0.0"),
    ("data:\n  validation_fraction: 1", "c.yaml:2: data.validation_fraction must be less than 1.0, not 1.0"),
    ("data:\n  tests: {a/b: x}", "c.yaml:2: data.tests must be regimes named by letters, digits, "),
    ("data:\n  tests:\n    a:", "c.yaml:2: data.tests must be regimes with a data set each ('a' has none)"),
    ("dynamics_training:\n  unroll_length: 1", "c.yaml:2: dynamics_training.unroll_length must be 0 or from 2 to"),
    (
      "encoder:\n  kind: set-transformer\n  heads: 5",
      "c.yaml:3: encoder.width 64 is no multiple of encoder.heads 5"
    ),
    (
      "dynamics:\n  kind: sde\n  integrator: rk4",
      "c.yaml:3: dynamics.integrator 'rk4' does not fit dynamics.kind 'sde'"
    ),
    (
      "dynamics: {kind: sde}\ndynamics_training:\n  unroll_length: 9",
      "c.yaml:3: dynamics_training.unroll_length must be"
    ),
    ("data:\n  validation_fraction: 0.95", "c.yaml:2: data.validation_fraction and data.test_fraction leave nothing"),
    ("closure_training:\n  steps: 5\n  warmup_steps: 6", "c.yaml:3: closure_training.warmup_steps must be at most"),
    ("closure_training:\n  final_learning_rate: 1", "c.yaml:2: closure_training.final_learning_rate must be at most"),
    ("seed: 1\n density: [", "c.yaml:2: not valid YAML: "),
    ("seed: [1\n", "c.yaml:2: not valid YAML: "),
    ("seed: 1\n---\nseed: 2", "c.yaml:2: not valid YAML: but found another document"),
    ("seed: 1\nrun: \u{1}", "c.yaml:2: not valid YAML: control characters are not allowed; save it as"),
    ("density:\n  widths:\n  - 0", "c.yaml:2: density.widths must be a list of integers from 1 to 8192, not [0]"),
    ("seed: 1\nthreads: *x", "c.yaml:2: '*' begins a feature of YAML that settings do not need"),
    ("seed: &x 1", "c.yaml:1: '&' begins a feature of YAML"),
    ("seed: !!int 1", "c.yaml:1: '!' begins a feature of YAML"),
    ("run: {<<: {log_interval: 1}}", "c.yaml:1: settings are not merged"),
    ("? seed\n: 1", "c.yaml:1: '?' begins a feature of YAML"),
    ("seed:\n  " + String(repeating: "[", count: 50), "c.yaml:2: nested more than 8 deep"),
    ("seed: 1\r\n" + String(repeating: "- ", count: 50), "c.yaml:2: nested more than 8 deep"),
    ("run:\n  log_interval: 1\nseed: 1\nseed: 2", "c.yaml:3: the key 'seed' is there twice; remove one"),
  ])
  func fileMistake(_ yaml: String, _ expected: String) throws {
    let text = try #require(message { _ = try RunConfiguration(yaml: yaml, source: "c.yaml") })
    #expect(text.hasPrefix(expected), "\(text)")
  }

  @Test(arguments: [
    ("density.bins", "--set density.bins: must be a.b=value, such as density.bins=16"),
    ("density.bin=3", "--set density.bin=3: unknown key 'bin' (did you mean 'bins'?)"),
    ("densiti.bins=3", "--set densiti.bins=3: unknown key 'densiti.bins' (did you mean 'density.bins'?)"),
    ("bins=3", "--set bins=3: unknown key 'bins' (did you mean 'density.bins'?)"),
    ("density=3", "--set density=3: 'density' is a group of settings; set one of density.kind, "),
    ("density.=3", "--set density.=3: unknown key ''"),
    ("=3", "--set =3: unknown key ''"),
    ("density.bins=", "--set density.bins=: no value; density.bins must be an integer from 2 to 64"),
    ("density.bins=x", "--set density.bins=x: density.bins must be an integer, not 'x'"),
    ("density.bins=1", "--set density.bins=1: density.bins must be at least 2, not 1"),
    ("density.bins.x=1", "--set density.bins.x=1: density.bins must be an integer, not a mapping"),
    ("density.widths=[1", "--set density.widths=[1: not valid YAML: "),
    ("encoder.heads=8", "--set encoder.heads=8: encoder.heads is for encoder.kind set-transformer, and "),
    ("dynamics.diffusion=diagonal", "--set dynamics.diffusion=diagonal: dynamics.diffusion is for dynamics.kind sde"),
  ])
  func commandLineMistake(_ assignment: String, _ expected: String) throws {
    var configuration = RunConfiguration()
    let text = try #require(message { try configuration.set(assignment) })
    #expect(text.hasPrefix(expected), "\(text)")
  }

  @Test func valuesSetInSwiftAreChecked() {
    var configuration = RunConfiguration()
    configuration.density.splineFlow.bins = 1
    #expect(message { try configuration.validate() } == "density.bins must be at least 2, not 1")
    configuration.density = DensitySettings()
    configuration.density.smoothing = Smoothing(.nan)
    #expect(message { try configuration.validate() } == "density.smoothing must be at least 1e-12, not nan")
  }

  @Test func filesThatAreMissingOrNoText() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("config.yaml")
    for missing in [file, folder.url] {
      let error = #expect(throws: MacrostateError.self) { try RunConfiguration(contentsOf: missing) }
      #expect(error?.kind == .missingInput)
      #expect(error?.message.contains(missing.path) == true)
    }
    try Data([0x73, 0xFF, 0xFE]).write(to: file)
    #expect(throws: MacrostateError(.badData, "\(file.path): not text in UTF-8; save it as plain UTF-8 text")) {
      try RunConfiguration(contentsOf: file)
    }
    try Data("seed: 3\ndensity: {bins: 1}".utf8).write(to: file)
    let error = #expect(throws: MacrostateError.self) { try RunConfiguration(contentsOf: file) }
    #expect(error == MacrostateError(.badData, "\(file.path):2: density.bins must be at least 2, not 1"))
  }

  @Test func editorsMarksAreNoPartOfTheText() throws {
    for text in [
      "\u{FEFF}seed: 7\nthreads: 2\n", "\u{FEFF}# mine\r\nseed: 7\r\nthreads: 2", "\u{FEFF}---\nseed: 7\nthreads: 2",
    ] {
      let configuration = try RunConfiguration(yaml: text, source: "c.yaml")
      #expect(configuration.seed == 7 && configuration.threads == 2)
    }
    #expect(
      message { _ = try RunConfiguration(yaml: "\u{FEFF}sed: 7", source: "c.yaml") }?.hasPrefix("c.yaml:1: ") == true)
  }

  @Test func damagedTextIsReadOrRefused() {
    let text = Array(RunConfiguration().yamlText.unicodeScalars)
    let damage: [Unicode.Scalar] = ["\t", "\n", "-", ":", "[", "}", "&", "*", "!", "%", "\"", "'", "|", "\u{0}", "é"]
    for position in stride(from: 0, to: text.count, by: 3) {
      var damaged = text
      damaged[position] = damage[position / 3 % damage.count]
      let yaml = String(String.UnicodeScalarView(damaged))
      let text = message { _ = try RunConfiguration(yaml: yaml, source: "c.yaml") }
      #expect(text?.hasPrefix("c.yaml:") ?? true, "\(text ?? "")")
    }
  }
}
