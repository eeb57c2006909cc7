import Foundation
import MacrostateCompute
import MacrostateRecipes
import MacrostateRuns
import MacrostateSettings
import MacrostateStorage
import Microstates
import TestSupport
import Testing

/// Which runs are seeds of one setting.
@Suite final class SeedComparisonTests {
  private let folder: TemporaryFolder
  private let pool = WorkerPool(threads: 1)

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A data set of `count` trajectories that start at `start`.
  private func data(
    _ name: String, generator: DatasetDescription.Generator, start: Float = 0, count: Int = 10, version: String = "1"
  ) throws -> String {
    let url = folder.file(name)
    let description = DatasetDescription(dimension: 1, generator: generator, programVersion: version)
    let plan = DatasetPlan(trajectoryCount: count, trajectoriesPerShard: 4)
    try DatasetWriter(url, description: description, plan: plan).writeMissingShards { m in
      Trajectory(
        frames: (0..<3).map { f in
          .init(time: Double(f), positions: [[start, Float(m), Float(f)]], observables: [])
        })
    }
    return url.path
  }

  /// Data of a simulation.
  private func simulated(
    _ name: String, seed: UInt64, steps: Double = 5, machine: String = "avx2", count: Int = 10, version: String = "1"
  ) throws -> String {
    let generator = DatasetDescription.Generator(
      name: "simulation", seed: seed, parameters: ["steps": .number(steps), "instruction-set": .text(machine)])
    return try data(name, generator: generator, start: Float(seed), count: count, version: version)
  }

  /// A run that has begun on these data.
  private func run(
    _ name: String, seed: UInt64, training: String, tests: [String: String] = [:], steps: Int = 50,
    isRecorded: Bool = true
  ) throws -> RunFolder {
    var configuration = RunConfiguration()
    configuration.seed = seed
    configuration.closureTraining.steps = steps
    configuration.data.training = training
    configuration.data.tests = tests
    let folder = RunFolder(self.folder.file(name))
    let data = try RunDataset(configuration, of: folder, for: .training, pool: pool)
    try folder.prepare(configuration, restart: false)
    if isRecorded { try data.write(folder, hasBegun: false) { _ in } }
    return folder
  }

  private func expectSeeds(_ runs: RunFolder..., sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(throws: Never.self, sourceLocation: sourceLocation) {
      try SeedComparison(pool: pool).requireSeeds(runs)
    }
  }

  private func expectNoSeeds(
    _ runs: RunFolder..., containing text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: MacrostateError.self, sourceLocation: sourceLocation) {
      try SeedComparison(pool: pool).requireSeeds(runs)
    }
    #expect(error?.kind == .badData, sourceLocation: sourceLocation)
    let message = error?.message ?? ""
    #expect(message.contains(text) && message.contains("one at a time"), "\(message)", sourceLocation: sourceLocation)
  }

  private static let imported = DatasetDescription.Generator(name: "import")

  @Test func theSameRunOneSeedAndOtherSettingsAreNamed() throws {
    let set = try data("x.dataset", generator: Self.imported)
    let first = try run("a", seed: 0, training: set)
    expectSeeds(first, try run("b", seed: 1, training: set), try run("c", seed: 2, training: set))
    expectNoSeeds(first, RunFolder(self.folder.file("./b/../a")), containing: "the same run twice")
    expectNoSeeds(first, try run("d", seed: 0, training: set), containing: "two runs of the seed 0")
    expectNoSeeds(
      first, try run("e", seed: 1, training: set, steps: 60), containing: "closure_training.steps is 50, not 60")
  }

  @Test func dataOfTwoSeedsOfASimulationAreOfOneSetting() throws {
    let sets = try (0...1).map { try simulated("\($0).dataset", seed: $0) }
    let tests = try (2...3).map { ["in-dst": try simulated("\($0).dataset", seed: $0, count: 3)] }
    let first = try run("a", seed: 0, training: sets[0], tests: tests[0])
    expectSeeds(first, try run("b", seed: 1, training: sets[1], tests: tests[1]))
    let moved = try simulated("moved.dataset", seed: 7, machine: "neon", version: "2")
    expectSeeds(first, try run("c", seed: 2, training: moved, tests: tests[1]))

    let longer = try simulated("longer.dataset", seed: 1, steps: 6)
    expectNoSeeds(
      first, try run("d", seed: 1, training: longer, tests: tests[1]), containing: "nor drawn by one simulation")
    let more = try simulated("more.dataset", seed: 1, count: 20)
    expectNoSeeds(first, try run("e", seed: 1, training: more, tests: tests[1]), containing: "has 20")
    let others = ["in-dst": try simulated("others.dataset", seed: 3, steps: 6, count: 3)]
    expectNoSeeds(
      first, try run("f", seed: 1, training: sets[1], tests: others), containing: "nor drawn by one simulation")
    expectNoSeeds(first, try run("g", seed: 1, training: sets[1]), containing: "data.tests")
  }

  @Test(arguments: [true, false]) func importsMustHaveTheSameContents(isRecorded: Bool) throws {
    let set = try data("x.dataset", generator: Self.imported)
    let first = try run("a", seed: 0, training: set, isRecorded: isRecorded)
    let copy = try data("y.dataset", generator: .init(name: "import", parameters: ["files": "y.npy"]))
    expectSeeds(first, try run("b", seed: 1, training: copy, isRecorded: isRecorded))
    let other = try data("z.dataset", generator: Self.imported, start: 1)
    expectNoSeeds(
      first, try run("c", seed: 1, training: other, isRecorded: isRecorded), containing: "runs of different data")
    // A simulation is no import of what another one made.
    let drawn = try simulated("s.dataset", seed: 1)
    expectNoSeeds(
      first, try run("d", seed: 1, training: drawn, isRecorded: isRecorded), containing: "runs of different data")
  }

  /// Both runs name one place, where the data have changed between their beginnings.
  @Test func theContentsAtTheBeginningCount() throws {
    let set = try data("x.dataset", generator: Self.imported)
    let first = try run("a", seed: 0, training: set)
    try Folder.remove(URL(fileURLWithPath: set))
    _ = try data("x.dataset", generator: Self.imported, start: 1)
    expectNoSeeds(first, try run("b", seed: 1, training: set), containing: "runs of different data")
  }
}
