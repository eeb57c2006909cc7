import Foundation
import MacrostateKit
import Testing

/// The paper's baselines from the command line.
@Suite struct BaselineJobTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Trains on the example, and makes `more.dataset`, with more particles.
  private func train(_ settings: String...) throws -> Outcome {
    try scratch.importExample()
    let particles = Example.particles + 3
    try scratch.write(
      "more.npy", Example.positions(particles: particles), [Example.trajectories, Example.frames, particles, 2])
    try scratch.succeed([
      "import", "more.npy", "--observables", "radius.npy", "--observable-names", "radius", "--time-step", "0.5",
      "--output", "more.dataset", "--quiet",
    ])
    return try scratch.succeed(
      ["train", "x.dataset", "--run", "run", "--quiet"] + Example.settings(with: settings))
  }

  private let tests = ["--data", "in-dst=x.dataset", "--data", "diff-N=more.dataset"]

  @Test func aFlattenedEncoderHasNoResultForAnotherNumberOfParticles() throws {
    let outcome = try train("encoder.kind=flattened", "closure_training.objective=pointwise")
    #expect(outcome.output.contains("MSE"))
    let evaluation = try scratch.succeed(["evaluate", "run"] + tests)
    let last = try #require(evaluation.output.split(separator: "\n").last)
    #expect(last.hasPrefix("diff-N") && last.hasSuffix("N/A"))
    #expect(evaluation.errors.contains("sets of 10 particles"))
    let text = try scratch.succeed(["evaluate", "run", "--json", "--quiet"] + tests).output
    let object = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let regimes = try #require(object["regimes"] as? [String: Any])
    #expect(regimes["diff-N"] is NSNull && regimes["in-dst"] is [String: Any])
    try scratch.succeed(["report", "run"])
    let page = try scratch.text("run/report.html")
    #expect(page.contains("N/A") && page.contains("MSE") && !page.contains("Learned density"))
    try scratch.fail(
      ["predict", "run", "--frame", "more.dataset:0:0", "--output", "y.csv"], code: 65,
      containing: ["13 particles", "sets of 10"])
  }

  @Test func anInvariantEncoderHasOneWhateverItLearnedBy() throws {
    _ = try train("closure_training.objective=chamfer")
    let text = try scratch.succeed(["evaluate", "run", "--json", "--quiet"] + tests).output
    let object = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let regimes = try #require(object["regimes"] as? [String: [String: Any]])
    #expect(Set(regimes.keys) == ["in-dst", "diff-N"])
    #expect(try scratch.succeed(["report", "run"]).output.contains("report.html"))
  }

  @Test func theOneStepObjectiveKeepsItsDynamics() throws {
    let outcome = try train("closure_training.objective=dynamics")
    #expect(outcome.output.contains("one-step error"))
    let text = try scratch.succeed(["evaluate", "run", "--json", "--quiet"] + tests).output
    #expect(text.contains("diff-N") && !text.contains("null"))
    try scratch.succeed(["report", "run"])
    #expect(try scratch.text("run/report.html").contains("one-step error"))
  }

  @Test func whatDoesNotGoTogetherIsRefused() throws {
    try scratch.importExample()
    let base = ["train", "x.dataset", "--set", "closure_training.objective=dynamics", "--set"]
    try scratch.fail(
      base + ["dynamics.observables=separate"], code: 65,
      containing: ["closure_training.objective", "dynamics.observables", "joint"])
    try scratch.fail(
      base + ["closure_training.dynamics_weight=1"], code: 65,
      containing: ["closure_training.dynamics_weight", "set 0"])
    try scratch.fail(
      ["train", "x.dataset", "--set", "dynamics_training.joint_dynamics=retrain"], code: 65,
      containing: ["dynamics_training.joint_dynamics", "closure_training.objective 'dynamics'", "set keep"])
  }

  @Test func misspeltChoicesAreNamed() throws {
    try scratch.importExample()
    try scratch.fail(
      ["train", "x.dataset", "--set", "closure_training.objective=chamfers"], code: 65,
      containing: ["closure_training.objective", "density, pointwise, chamfer, dynamics"])
  }
}
