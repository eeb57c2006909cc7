import ClosureModels
import Foundation
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import PointDensities
import TestSupport
import Testing

/// What is read, changed and written is the same configuration.
@Suite struct ConfigurationTests {
  @Test func everyStoredValueHasItsKeyInTheSchema() throws {
    #expect(Set(values(RunConfiguration()).keys) == Set(RunConfiguration.settings.map(\.path)))
    // Two that need another setting beside them, and one that has no other value.
    let notAlone = ["density.kind", "dynamics.kind", "dynamics_training.joint_dynamics"]
    #expect(Set(otherValues.map(\.path) + notAlone) == Set(RunConfiguration.settings.map(\.path)))
  }

  @Test(arguments: otherValues) func settingChangesItsValueAlone(_ path: String, _ value: String) throws {
    let setting = try #require(RunConfiguration.settings.first { $0.path == path })
    var defaults = RunConfiguration()
    // A setting of a kind that is not the default says something only with it.
    for condition in setting.conditions { try defaults.set("\(condition.path)=\(condition.values[0])") }
    var configuration = defaults
    try configuration.set("\(path)=\(value)")
    let (before, after) = (values(defaults), values(configuration))
    #expect(after.keys.filter { before[$0] != after[$0] } == [path])

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
    configuration.density.splineFlow.bins = 16
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
    #expect(
      published.density.samples == 600 && published.density.splineFlow.bins == 16
        && published.density.splineFlow.layers == 8)
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

  @Test func eulersSchemeHadAnotherNameForAnSDE() throws {
    let old = "dynamics: {kind: sde, integrator: euler-maruyama}\ndynamics_training: {gradient_clip: 10.0}"
    let read = try RunConfiguration(yaml: old, source: "text")
    let now = try RunConfiguration(yaml: "dynamics: {kind: sde}", source: "text")
    #expect(read.dynamics == now.dynamics && now.dynamics.equation.integrator == .euler)
    // Results are named as they were then.
    #expect(read.resultHash == now.resultHash && read.resultDifferences(from: now).isEmpty)
    #expect(now.resultDifferences(from: RunConfiguration()) == ["dynamics.kind is sde, not ode"])
    #expect(now.resultHash == "fa70be9cae282a2b")
  }

  @Test func theLimitOfTheGradientIsWhatTheKindWantsUnlessItIsSet() throws {
    var configuration = RunConfiguration()
    #expect(configuration.dynamicsGradientClip == 0)
    try configuration.set("dynamics.kind=sde")
    #expect(configuration.dynamicsGradientClip == 10 && configuration.dynamicsTraining.gradientClip == nil)
    #expect(configuration.yamlText.contains("gradient_clip: auto"))
    #expect(try RunConfiguration(yaml: configuration.yamlText, source: "text") == configuration)
    try configuration.set("dynamics_training.gradient_clip=0")
    #expect(configuration.dynamicsGradientClip == 0)
    try configuration.set(contentsOf: ["dynamics.kind=ode", "dynamics_training.gradient_clip=10"])
    #expect(configuration.dynamicsGradientClip == 10)
    try configuration.set("dynamics_training.gradient_clip=auto")
    #expect(configuration.dynamicsGradientClip == 0)
  }

  @Test func whatNobodyCanChooseIsRefusedInSwiftToo() {
    var configuration = RunConfiguration()
    configuration.encoder.perceptron.activation = .identity
    #expect(throws: MacrostateError.self) { try configuration.validate() }
    configuration = RunConfiguration()
    configuration.dynamics.kind = .sde
    configuration.dynamics.equation.diffusion = .none
    #expect(throws: MacrostateError.self) { try configuration.validate() }
  }

  // MARK: Kinds

  @Test func aFileHoldsTheKeysOfTheChosenKindsOnly() throws {
    let text = RunConfiguration().yamlText
    #expect(text.contains("point_widths") && !text.contains("heads") && !text.contains("decoder"))
    #expect(!text.contains("diffusion"))
    var other = RunConfiguration()
    try other.set(contentsOf: [
      "encoder.kind=set-transformer", "closure_training.objective=chamfer", "dynamics.kind=sde",
    ])
    #expect(!other.yamlText.contains("point_widths") && other.yamlText.contains("heads"))
    #expect(other.yamlText.contains("decoder:") && !other.yamlText.contains("density:\n"))
    #expect(try RunConfiguration(yaml: other.yamlText, source: "text") == other)
    // What says nothing makes no difference, and leaves a result its name.
    var unsaid = RunConfiguration()
    unsaid.encoder.setTransformer.heads = 8
    #expect(unsaid.resultDifferences(from: RunConfiguration()).isEmpty)
  }

  @Test func aKeyOfAnotherKindIsNamedUnlessItIsItsDefault() throws {
    _ = try RunConfiguration(yaml: "encoder: {kind: deep-set, heads: 4}", source: "text")
    let error = #expect(throws: MacrostateError.self) {
      try RunConfiguration(yaml: "encoder:\n  kind: deep-set\n  heads: 8", source: "c.yaml")
    }
    let message = try #require(error?.message)
    #expect(
      message.hasPrefix(
        "c.yaml:3: encoder.heads is for encoder.kind set-transformer, and encoder.kind is deep-set: leave it out"))
    #expect(throws: MacrostateError.self) {
      var configuration = RunConfiguration()
      try configuration.set("decoder.widths=[8]")
    }
  }

  @Test func anotherKindLeavesOutWhatWasSetForTheFormer() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file(
      "kinds.yaml", "encoder: {kind: set-transformer, heads: 8}\ndynamics: {diffusion: diagonal}")
    #expect(throws: MacrostateError.self) { try RunConfiguration(contentsOf: file, assignments: []) }
    let both = ["dynamics.kind=sde", "encoder.kind=deep-set"]
    let configuration = try RunConfiguration(contentsOf: file, assignments: both)
    #expect(configuration.encoder == EncoderSettings() && configuration.dynamics.equation.diffusion == .diagonal)
    #expect(configuration.chosen.notes.count == 1)
    #expect(configuration.chosen.notes[0].contains("encoder.heads") && configuration.chosen.notes[0].contains("8"))
    // But not what is set together with the kind.
    #expect(throws: MacrostateError.self) {
      try RunConfiguration(contentsOf: file, assignments: both + ["encoder.width=32"])
    }
  }

  @Test func filesOfRunsOfEarlierVersionsKeepWhatTheySaid() throws {
    let old = RunConfiguration().explainedText.replacingOccurrences(of: "heads: 4", with: "heads: 8")
    // All keys are there: what is for other kinds is left out, with a word.
    let whole = try RunConfiguration(yaml: old, source: "text")
    #expect(
      whole.encoder.setTransformer.heads == 4 && whole.chosen.notes.count == 1
        && whole.chosen.notes[0].contains("encoder.heads"))
    let few = "encoder: {kind: deep-set, heads: 8}"
    #expect(throws: MacrostateError.self) { try RunConfiguration(yaml: few, source: "text") }
    #expect(try RunConfiguration(yaml: few, source: "text", ofRun: true).encoder.setTransformer.heads == 8)
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
