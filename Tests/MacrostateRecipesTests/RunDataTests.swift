import Foundation
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import Microstates
import Synchronization
import TestSupport
import Testing

/// A run is bound to what its data contain, wherever they are.
@Suite struct RunDataTests {
  let tiny: TinyRun
  let configuration: RunConfiguration

  init() throws {
    tiny = try TinyRun()
    var configuration = tiny.configuration
    configuration.closureTraining.steps = 4
    configuration.dynamicsTraining.steps = 4
    configuration.data.testFraction = 0.2
    self.configuration = configuration
  }

  /// Keeps the warnings.
  private final class Warnings: ProgressObserver {
    let lines = Mutex<[String]>([])
    func update(_ name: String, done: Int, of total: Int, note: String) {}
    func log(_ line: String) {}
    func warn(_ line: String) { lines.withLock { $0.append(line) } }
  }

  private func train(_ name: String, restart: Bool = false) throws -> [String] {
    let warnings = Warnings()
    try tiny.train(name, configuration, restart: restart, progress: warnings)
    return warnings.lines.withLock(\.self).filter { $0.contains("earlier version") }
  }

  private func record(_ name: String) throws -> DataRecord { try #require(try DataRecord.read(tiny.folder(name))) }

  /// The data set again with `count` trajectories; trajectory `changed` has another observable in its last frame.
  private func rewrite(_ count: Int, changed: Int? = nil, perShard: Int = 4) throws {
    let old = try Dataset.open(tiny.dataset)
    let trajectories = (0..<count).map { m in
      let from = m % old.trajectoryCount
      return Trajectory(
        frames: old.frames(ofTrajectory: from).map { f in
          var frame = Trajectory.Frame(
            time: old.time(ofFrame: f),
            positions: (0..<2).map { old.withPositions(frame: f, species: $0, Array.init) },
            observables: old.observables(ofFrame: f))
          if m >= old.trajectoryCount { frame.observables[0] += 0.01 * Double(m) }
          if m == changed, f == old.frames(ofTrajectory: from).last { frame.observables[0] += 0.001 }
          return frame
        })
    }
    let new = tiny.url.appendingPathComponent("new.dataset")
    try DatasetWriter(
      new, description: old.description, plan: .init(trajectoryCount: count, trajectoriesPerShard: perShard)
    ).writeMissingShards { trajectories[$0] }
    try Folder.remove(tiny.dataset)
    try Folder.move(new, to: tiny.dataset)
  }

  @Test func contentsAndSplitAreRecorded() throws {
    #expect(try train("a").isEmpty)
    let record = try record("a")
    #expect(record.trajectories == (try Dataset.open(tiny.dataset).trajectoryChecksums()))
    let split = try TrajectorySplit(
      trajectoryCount: 10, validationFraction: configuration.data.validationFraction, testFraction: 0.2, seed: 0)
    #expect(record.split == split)
    #expect(!record.keepsTests)
  }

  /// Another value anywhere, in a finished run or in a stopped one.
  @Test(arguments: [false, true])
  func changedDataAreRefused(isFinished: Bool) throws {
    if isFinished {
      _ = try train("a")
    } else {
      let stop = StopFlag()
      expectError(.stopped) {
        try tiny.train("a", configuration, stop: stop, progress: StopAt(stop, moment: 2))
      }
    }
    try rewrite(10, changed: 7)
    expectError(.badData, containing: "trajectory 7", "--restart", "--run") { _ = try train("a") }
    #expect(try train("a", restart: true).isEmpty)
    #expect(try record("a").trajectories == Dataset.open(tiny.dataset).trajectoryChecksums())
    #expect(try record("a").split == TrainingData.open(configuration).split)
    try rewrite(9)
    expectError(.badData, containing: "9 trajectories where it had 10") { _ = try train("a") }
  }

  @Test func equalDataElsewhereAndCutOtherwiseCarryOn() throws {
    _ = try train("a")
    let result = try tiny.result("a")
    try rewrite(10, perShard: 3)
    #expect(try train("a").isEmpty)
    let moved = tiny.url.appendingPathComponent("moved.dataset")
    try Folder.move(tiny.dataset, to: moved)
    var elsewhere = configuration
    elsewhere.data.training = moved.path
    try tiny.train("a", elsewhere)
    #expect(try tiny.result("a") == result)
    #expect(try tiny.folder("a").settings().data.training == moved.path)
    // Other settings are refused all the same.
    elsewhere.seed = 4
    expectError(.badData, containing: "seed") { try tiny.train("a", elsewhere) }
  }

  @Test func grownDataAreRefusedAndARestartKeepsTheTests() throws {
    _ = try train("a")
    let tests = try record("a").test
    try rewrite(20)
    expectError(.badData, containing: "10 more trajectories", "another --run", "--restart") { _ = try train("a") }
    _ = try train("a", restart: true)
    let grown = try record("a")
    // A fifth of 20: the old ones, and others that did not train before.
    #expect(grown.test.count == 4 && Set(grown.test).isSuperset(of: tests))
    #expect(grown.test.filter { $0 >= 10 }.count == 4 - tests.count)
    #expect(Set(grown.training + grown.validation + grown.test) == Set(0..<20))
    // The same run again, and a restart of it: the tests stay.
    #expect(try train("a").isEmpty)
    _ = try train("a", restart: true)
    #expect(try record("a") == grown)
  }

  @Test func aRunOfAnEarlierVersionIsRecordedAtItsNextUse() throws {
    _ = try train("a")
    let old = try record("a")
    let result = try tiny.result("a")
    try Folder.remove(tiny.folder("a").data)
    #expect(try train("a").count == 1)
    #expect(try record("a") == old)
    #expect(try train("a").isEmpty)
    #expect(try tiny.result("a") == result)
  }

  @Test(arguments: [
    ("\"validation\" : [", "\"validation\" : [ 9223372036854775807,"), ("\"version\" : 1", "\"version\" : 2"),
    ("\"version\" : 1", "\"version\" :  1"),
  ])
  func aDamagedRecordIsNoticed(old: String, new: String) throws {
    _ = try train("a")
    let url = tiny.folder("a").data
    var text = try String(contentsOf: url, encoding: .utf8).replacingOccurrences(of: old, with: new)
    if !new.contains("  1") { text = text.replacing(#/  "checksum" : \d+,\n/#, with: "") }
    try Data(text.utf8).write(to: url)
    expectError(.badData, containing: "data.json") { _ = try train("a") }
  }

  @Test func tooFewTrajectoriesNameWhatWorks() throws {
    try rewrite(2)
    expectError(
      .badData, containing: "2 trajectories are too few", "import --segments"
    ) { _ = try train("a") }
    #expect(!Folder.exists(tiny.folder("a").url))
  }
}
