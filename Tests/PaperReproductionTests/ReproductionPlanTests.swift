import Foundation
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import PaperReproduction
import ParticleSimulators
import Testing

/// Which runs a reproduction consists of.
@Suite struct ReproductionPlanTests {
  private func settings(seeds: Int = 3) throws -> ReproductionSettings {
    try ReproductionSettings(scale: .small, seeds: seeds, folder: URL(fileURLWithPath: "runs/reproduce-small"))
  }

  @Test func runsThatTablesShareAreThereOnce() throws {
    let one = try ReproductionPlan([.table1], settings())
    let two = try ReproductionPlan([.table4], settings())
    let both = try ReproductionPlan([.table4, .table1], settings())
    #expect(two.runs.count == 24, "eight dimensions, three seeds")
    #expect(one.runs.count == 3 * 6, "five baselines and ours")
    #expect(both.runs.count == one.runs.count + 21, "dim 8 is the plain run")
    #expect(both.experiments == [.table1, .table4], "in the paper's order, however they are asked for")
    let hashes = both.runs.map(\.hash)
    #expect(Set(hashes).count == hashes.count)
    #expect(Set(one.runs.map(\.hash)).isSubset(of: hashes))
    let plain = try #require(both.runs.first { $0.name == "ours-deepset-seed-1" })
    #expect(both.users(of: plain) == [.table1, .table4])
    #expect(two.runs.contains { $0.folderName == plain.folderName }, "a run has one name, whoever asks for it")
  }

  @Test func tableFiveSharesTheDefaultSmoothing() throws {
    let plan = try ReproductionPlan([.table4, .table5], settings(seeds: 1))
    #expect(plan.runs.count == 8 + 7)
    #expect(Set(plan.runs.map(\.configuration.density.smoothing)).count == 8)
    #expect(plan.runs.contains { $0.name == "ours-deepset-eps-1e-8-seed-0" })
  }

  @Test func resultsAreNamedByWhatDecidesThem() throws {
    let here = try ReproductionPlan([.table1], settings())
    var moved = try settings()
    moved.folder = URL(fileURLWithPath: "elsewhere")
    moved.threads = 1
    #expect(try ReproductionPlan([.table1], moved).runs.map(\.hash) == here.runs.map(\.hash))
    var other = try settings()
    other.trajectories = 200
    #expect(try Set(ReproductionPlan([.table1], other).runs.map(\.hash)).isDisjoint(with: here.runs.map(\.hash)))
    other = try settings()
    other.assignments = ["closure_training.steps=7"]
    #expect(try Set(ReproductionPlan([.table1], other).runs.map(\.hash)).isDisjoint(with: here.runs.map(\.hash)))
  }

  @Test func aSearchChangesOneThingAtATime() throws {
    let plan = try ReproductionPlan([.study], settings(seeds: 1))
    let plain = try #require(plan.runs.first { $0.name == "search-ours-deepset-seed-0" }).configuration
    let others = plan.runs.filter { $0.name != "search-ours-deepset-seed-0" }
    #expect(others.count == 20)
    for run in others where !run.name.contains("published") && !run.name.contains("fewer-steps") {
      let changed = run.configuration.resultDifferences(from: plain)
      #expect(changed.count == (run.name.contains("encoder") ? 2 : 1), "\(run.name): \(changed)")
    }
    let paper = try ReproductionSettings(scale: .paper, seeds: 1, folder: URL(fileURLWithPath: "out"))
    let search = try #require(try ReproductionPlan([.study], paper).runs.first).configuration
    #expect(search.data.trainingTrajectories == 2000 && search.closureTraining.steps == 8000)
  }

  @Test func theMixingHasDataAndSettingsOfItsOwn() throws {
    let plan = try ReproductionPlan([.table2, .questionsMixing], settings(seeds: 1))
    #expect(plan.runs.count == 7, "the questions are asked of the table's runs")
    let ours = try #require(plan.runs.first { $0.name == "mixing-ours-deepset-seed-0" }).configuration
    #expect(ours.dynamics.kind == .sde && ours.dynamics.integrator == .euler)
    #expect(ours.encoder.closureDimension == 1 && ours.data.scaling == .range)
    #expect(Set(ours.data.tests.keys) == ["in-dst", "diff-init", "diff-N", "cases"])
    #expect(Set(ours.data.twins.keys) == ["in-dst", "diff-init", "diff-N"])
    #expect(ours.data.independents.keys.sorted() == ["in-dst"])
    let particles = try ReproductionPlan(Experiment.ofParticles, settings(seeds: 1))
    #expect(particles.runs.allSatisfy { !$0.name.hasPrefix("mixing") })
    #expect(Set(Experiment.ofParticles).isDisjoint(with: Experiment.ofMixing))
  }

  /// Results are named by what differs from the defaults: where a default changes, earlier results mean something else.
  @Test func aChangedDefaultRaisesTheLayoutOfResults() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let url = folder.appending(path: "Fixtures/defaults-of-results-\(RunResult.layout).yaml")
    let text = try String(contentsOf: url, encoding: .utf8)
    let then = try RunConfiguration(yaml: text, source: url.path)
    #expect(
      RunConfiguration().resultDifferences(from: then).isEmpty,
      "raise RunResult.layout, and write the defaults that it goes by in place of the earlier ones")
    // A key that is not there would be read as today's default, whatever that means for earlier results.
    let all = then.explainedText.split(separator: "\n").filter { !$0.contains("#") }.joined(separator: "\n") + "\n"
    #expect(all == text, "add a new key there where its default leaves results as they were")
  }

  /// Finished results and trainings are found by these names, in folders of any age: a setting that is spelled in another
  /// way from now on has the old spelling in them.
  @Test func resultsKeepTheirNames() throws {
    var names: [String: [String]] = [:]
    for scale in ReproductionScale.allCases {
      var settings = try ReproductionSettings(scale: scale, seeds: 2, folder: URL(fileURLWithPath: "out"))
      names[scale.rawValue] = try ReproductionPlan(Experiment.allCases, settings).runs.map(\.folderName)
      // Settings of every kind of value.
      settings.trajectories = 30
      settings.assignments = [
        "encoder.point_widths=[8, 8]", "encoder.kind=set-transformer", "density.activation=silu",
        "dynamics_training.averaging=0.9",
      ]
      let changed = try ReproductionPlan([.table1, .table2], settings).runs.map(\.folderName)
      names["\(scale.rawValue), other settings"] = changed
    }
    let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/names-of-results.json")
    if ProcessInfo.processInfo.environment["MACROSTATE_WRITE_RECORD"] != nil { try JSONFile.write(names, to: url) }
    #expect(try JSONFile.read([String: [String]].self, from: url) == names)
  }

  @Test func noSeedsAreNoReproduction() {
    let error = #expect(throws: MacrostateError.self) { try settings(seeds: 0) }
    #expect(error?.kind == .usage)
  }

  @Test func methodsDifferInWhatMakesThemAndInNothingElse() throws {
    let plan = try ReproductionPlan([.table1, .table3, .questions], settings(seeds: 1))
    #expect(plan.runs.count == Method.allCases.count)
    let ours = try #require(plan.runs.first { $0.name == "ours-deepset-seed-0" }).configuration
    for run in plan.runs {
      // Lengths that follow from costs, and learning rates that were tuned.
      let hasOwnLength = ["ours-set-transformer", "inve-"].contains { run.name.hasPrefix($0) }
      let allowed =
        ["encoder.kind", "closure_training.objective", "dynamics.drift"]
        + (hasOwnLength ? ["closure_training.steps"] : [])
        + (run.name.hasPrefix("inve-retrained") ? ["dynamics_training.joint_dynamics"] : [])
        + (run.name.hasPrefix("ae-inve-seed") ? ["closure_training.learning_rate"] : [])
      let differences = run.configuration.resultDifferences(from: ours)
      #expect(differences.allSatisfy { line in allowed.contains { line.hasPrefix($0 + " ") } }, "\(differences)")
      #expect(run.configuration.encoder.closureDimension == ours.encoder.closureDimension)
    }
  }

  /// The tables as the paper prints them (method.md), row by row: mean and spread of in-dst, diff-init, diff-N.
  @Test func publishedNumbersAreThoseOfThePaper() throws {
    func expect(
      _ method: Method, _ published: (Method, Regime) -> PublishedValue?, _ means: [Double?], _ spreads: [Double?],
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      let regimes: [Regime] = [.inDistribution, .differentInitial, .differentNumber]
      #expect(regimes.map { published(method, $0)?.mean } == means, sourceLocation: sourceLocation)
      #expect(regimes.map { published(method, $0)?.spread } == spreads, sourceLocation: sourceLocation)
    }
    let table1 = PublishedResults.table1
    expect(.aeAug, table1, [1.25e-3, 8.04e-4, nil], [0.016e-3, 0.10e-4, nil])
    expect(.aeInvE, table1, [2.41e-4, 5.87e-4, 2.49e-4], [0.34e-4, 0.49e-4, 0.43e-4])
    expect(.aeInvECD, table1, [6.14e-5, 3.90e-4, 6.43e-5], [0.73e-5, 0.12e-4, 1.1e-5])
    expect(.invEOnsager, table1, [6.01e-5, 4.85e-4, 6.13e-5], [0.49e-5, 0.11e-4, 0.30e-5])
    expect(.oursDeepSet, table1, [5.19e-5, 4.38e-4, 5.22e-5], [0.25e-5, 0.19e-4, 0.46e-5])
    expect(.oursSetTransformer, table1, [3.20e-5, 1.70e-3, 2.60e-5], [0.48e-5, 0.24e-3, 0.23e-5])
    let table2 = PublishedResults.table2
    expect(.aeAug, table2, [1.91e-2, 1.07e-1, nil], [0.22e-2, 0.045e-1, nil])
    expect(.aeInvE, table2, [2.60e-2, 9.17e-2, 5.26e-2], [0.46e-2, 0.47e-2, 0.75e-2])
    expect(.aeInvECD, table2, [2.24e-2, 1.04e-1, 2.16e-2], [0.92e-2, 0.050e-1, 0.99e-2])
    expect(.invEOnsager, table2, [1.43e-1, 1.22e-1, 1.41e-1], [0.049e-1, 0.048e-1, 0.053e-1])
    expect(.oursDeepSet, table2, [1.09e-2, 5.70e-2, 9.64e-3], [0.11e-2, 0.14e-2, 0.084e-3])
    let table4 = PublishedResults.table4
    #expect(table4.map(\.closureDimension) == Array(1...8))
    #expect(table4.map(\.value.mean) == [1.6e-3, 1.1e-3, 7.0e-4, 7.2e-4, 4.5e-5, 4.6e-5, 5.0e-5, 5.2e-5])
    #expect(table4.map(\.value.spread) == [8.6e-6, 4.5e-4, 3.0e-5, 4.1e-5, 1.5e-6, 2.3e-6, 1.9e-6, 2.5e-6])
    let table5 = PublishedResults.table5
    #expect(table5.map(\.smoothing) == (1...8).map { Double("1e-\($0)") })
    #expect(table5.map(\.value.mean) == [6.9e-5, 5.2e-5, 5.0e-5, 5.5e-5, 5.5e-5, 6.4e-5, 5.3e-5, 6.1e-5])
    #expect(table5.map(\.value.spread) == [4.3e-6, 2.5e-6, 12e-6, 2.7e-6, 9.7e-6, 9.0e-6, 3.8e-6, 4.0e-6])
  }

  @Test func figureFourIsTheSameWhateverItHasNoUseFor() throws {
    let plain = try ReproductionPlan([.figure4], settings(seeds: 1)).runs
    var other = try settings(seeds: 1)
    other.assignments = ["encoder.kind=set-transformer", "closure_training.frame_power=2"]
    #expect(try ReproductionPlan([.figure4], other).runs.map(\.hash) == plain.map(\.hash))
    other.assignments = ["density.context_widths=[8]"]
    #expect(try Set(ReproductionPlan([.figure4], other).runs.map(\.hash)).isDisjoint(with: plain.map(\.hash)))
  }
}
