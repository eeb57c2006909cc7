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
    #expect(ours.dynamics.kind == .sde && ours.dynamics.equation.integrator == .euler)
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
  /// What the paper says of its tables in words holds for the numbers copied from them.
  @Test func publishedNumbersSayWhatThePaperSays() {
    let regimes: [Regime] = [.inDistribution, .differentInitial, .differentNumber]
    let methods: [Method] = [.aeAug, .aeInvE, .aeInvECD, .invEOnsager, .oursDeepSet]
    for table in [PublishedResults.table1, PublishedResults.table2] {
      for method in methods {
        let values = regimes.compactMap { table(method, $0) }
        // An autoencoder of ordered particles has no error for another number of them.
        #expect(
          values.count == (method == .aeAug ? 2 : 3) && (table(method, .differentNumber) == nil) == (method == .aeAug))
        #expect(values.allSatisfy { 0 < $0.spread && $0.spread < $0.mean })
      }
      let errors = methods.compactMap { table($0, .inDistribution)?.mean }
      #expect(table(.oursDeepSet, .inDistribution)?.mean == errors.min())
    }
    #expect(PublishedResults.table4.map(\.closureDimension) == Array(1...8))
    // From the fifth dimension on the error no longer falls, at any ε it is the same within a third.
    let errors = PublishedResults.table4.map(\.value.mean)
    #expect(errors[..<4].allSatisfy { $0 > 10 * errors[4] } && errors[4...].allSatisfy { $0 < 1.2 * errors[4] })
    #expect(PublishedResults.table5.map(\.smoothing) == (1...8).map { Double("1e-\($0)") })
    #expect(PublishedResults.table5.allSatisfy { abs($0.value.mean / 5.9e-5 - 1) < 1.0 / 3 })
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
