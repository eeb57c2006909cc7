import Foundation
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import Testing

/// What is read, changed and written is the same configuration.
@Suite struct ConfigurationTests {
  @Test func everyStoredValueHasItsKeyInTheSchema() throws {
    #expect(try Set(values(RunConfiguration()).keys) == Set(RunConfiguration.settings.map(\.path)))
    // Two that need another setting beside them.
    let notAlone = ["dynamics.kind", "dynamics_training.joint_dynamics"]
    #expect(Set(otherValues.map(\.path) + notAlone) == Set(RunConfiguration.settings.map(\.path)))
  }

  @Test(arguments: otherValues) func settingChangesItsValueAlone(_ path: String, _ value: String) throws {
    let defaults = RunConfiguration()
    var configuration = defaults
    try configuration.set("\(path)=\(value)")
    let (before, after) = (try values(defaults), try values(configuration))
    #expect(after.keys.filter { before[$0] != after[$0] } == [path])

    let setting = try #require(RunConfiguration.settings.first { $0.path == path })
    let differences = configuration.resultDifferences(from: defaults)
    #expect(differences.count == (setting.affectsResult ? 1 : 0))
    #expect(differences.allSatisfy { $0.hasPrefix("\(path) is ") })
    #expect((configuration.resultHash == defaults.resultHash) == !setting.affectsResult)
    #expect(try RunConfiguration(yaml: configuration.yamlText, source: "text") == configuration)
  }

  @Test func aJointDynamicsIsKeptUnlessItIsTrainedAnew() throws {
    var configuration = RunConfiguration()
    #expect(!configuration.keepsEncodersDynamics)
    try configuration.set("closure_training.objective=dynamics")
    #expect(configuration.keepsEncodersDynamics)
    let kept = configuration
    try configuration.set("dynamics_training.joint_dynamics=retrain")
    #expect(!configuration.keepsEncodersDynamics)
    #expect(configuration.resultHash != kept.resultHash)
    #expect(try RunConfiguration(yaml: configuration.yamlText, source: "text") == configuration)
  }

  @Test func onlySettingsThatLeaveTheResultAloneMayChange() {
    #expect(
      RunConfiguration.settings.filter { !$0.affectsResult }.map(\.path)
        == ["threads", "run.log_interval", "run.checkpoint_interval"])
  }

  @Test func differencesNameBothValues() {
    var configuration = RunConfiguration()
    configuration.density.bins = 16
    #expect(configuration.resultDifferences(from: RunConfiguration()) == ["density.bins is 16, not 8"])
    #expect(RunConfiguration().resultDifferences(from: RunConfiguration()).isEmpty)
  }

  @Test func anEmptyFileHasTheDefaults() throws {
    for text in ["", "\n", "# nothing\n", "---\n", "density:\n", "density: null\nrun: ~\n", "{}"] {
      #expect(try RunConfiguration(yaml: text, source: "text") == RunConfiguration())
    }
  }

  @Test func defaultsAreValidAndReadBack() throws {
    let defaults = RunConfiguration()
    try defaults.validate()
    #expect(try RunConfiguration(yaml: defaults.yamlText, source: "text") == defaults)
    #expect(try RunConfiguration(yaml: defaults.explainedText, source: "text") == defaults)
  }

  @Test func aFileGoesBeforeAPreset() throws {
    for preset in Preset.allCases { try preset.configuration.validate() }
    #expect(Preset.standard.configuration == RunConfiguration())
    let published = Preset.published.configuration
    // Sec. 4.2 as method.md has it.
    #expect(published.density.samples == 600 && published.density.bins == 16 && published.density.layers == 8)
    #expect(published.closureTraining.batch == 512 && published.closureTraining.learningRate == 5e-4)
    let changed = try RunConfiguration(yaml: "density: {bins: 4}", source: "text", over: published)
    #expect(changed.resultDifferences(from: published) == ["density.bins is 4, not 16"])
  }

  @Test func oddTextAndNumbersReadBack() throws {
    var configuration = RunConfiguration()
    configuration.data.training = "a \"b\" \\ c\td\ne: #f é 粒子 \u{2028}\u{85}\u{1}"
    configuration.data.tests = ["in-dst": "null", "diff-N": "5", "no": "- x"]
    configuration.seed = .max
    configuration.density.smoothing = 1e-8
    configuration.closureTraining.learningRate = 0.1 + 0.2
    #expect(try RunConfiguration(yaml: configuration.yamlText, source: "text") == configuration)
    #expect(configuration.yamlText.contains("smoothing: 1.0e-08"))
  }

  @Test func testsOnTheCommandLineAddUp() throws {
    var configuration = try RunConfiguration(yaml: "data:\n  tests:\n    a: one\n    b: two", source: "text")
    try configuration.set(contentsOf: ["data.tests.b=other", "data.tests.diff-N=three"])
    #expect(configuration.data.tests == ["a": "one", "b": "other", "diff-N": "three"])
    try configuration.set("data.tests={}")
    #expect(configuration.data.tests.isEmpty)
  }

  @Test func anSDEGetsItsIntegrator() throws {
    #expect(try RunConfiguration(yaml: "dynamics: {kind: sde}", source: "text").dynamics.integrator == .eulerMaruyama)
    var configuration = RunConfiguration()
    try configuration.set("dynamics.kind=sde")
    try configuration.set("dynamics.kind=ode")
    #expect(configuration == RunConfiguration())
    // What was chosen stays, and is named where it does not fit.
    try configuration.set(contentsOf: ["dynamics.kind=sde", "dynamics.integrator=euler-maruyama"])
    #expect(throws: MacrostateError.self) { try configuration.set("dynamics.kind=ode") }
  }

  @Test func anSDEGetsALimitOfItsGradientUnlessOneIsSet() throws {
    var configuration = RunConfiguration()
    #expect(configuration.dynamicsTraining.gradientClip == 0)
    try configuration.set("dynamics.kind=sde")
    #expect(configuration.dynamicsTraining.gradientClip == 10)
    #expect(try RunConfiguration(yaml: configuration.yamlText, source: "text") == configuration)
    try configuration.set(contentsOf: ["dynamics.kind=sde", "dynamics_training.gradient_clip=0"])
    #expect(configuration.dynamicsTraining.gradientClip == 0)
  }

  @Test func noSettingChangesOneThatWasSet() throws {
    let file = "dynamics_training: {gradient_clip: 10}"
    var configuration = try RunConfiguration(yaml: file, source: "text")
    try configuration.set("dynamics.kind=ode")
    #expect(configuration.dynamicsTraining.gradientClip == 10)
    var other = try RunConfiguration(yaml: "dynamics_training: {gradient_clip: 0}", source: "text")
    try other.set("dynamics.kind=sde")
    #expect(other.dynamicsTraining.gradientClip == 0)
    for order in [
      ["dynamics.kind=ode", "dynamics_training.gradient_clip=10"],
      ["dynamics_training.gradient_clip=10", "dynamics.kind=ode"],
    ] {
      var assigned = RunConfiguration()
      for assignment in order { try assigned.set(assignment) }
      #expect(assigned.dynamicsTraining.gradientClip == 10)
    }
  }

  @Test func textsMayContainWhatIsAFeatureElsewhere() throws {
    let text = "seed: 1 # it's [ & *\ndata:\n  training: a&b*[!.dataset\n  tests: {a: \"b*&[ \\\" {\", \"c\":'d''[['}\n"
    let data = try RunConfiguration(yaml: text, source: "text").data
    #expect(data.training == "a&b*[!.dataset" && data.tests == ["a": "b*&[ \" {", "c": "d'[["])
  }

  @Test func aFailedChangeChangesNothing() {
    var configuration = RunConfiguration()
    #expect(message { try configuration.set(contentsOf: ["seed=3", "density.bins=1"]) } != nil)
    #expect(configuration == RunConfiguration())
  }
}
