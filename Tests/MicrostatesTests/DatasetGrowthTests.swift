import Foundation
import MacrostateStorage
import Microstates
import TestSupport
import Testing

/// Whatever fails while a data set is begun or grows, what was there stays, and nothing blocks the next command.
@Suite struct DatasetGrowthTests {
  let folder: TemporaryFolder
  let five: [String: Data]
  let seven: [String: Data]

  private struct Interruption: Error {}

  init() throws {
    folder = try TemporaryFolder()
    try Example.write(folder.file("seven"))
    seven = try folder.bytes(of: "seven")
    try DatasetWriter(
      folder.file("x"), description: Example.description,
      plan: DatasetPlan(trajectoryCount: 5, trajectoriesPerShard: 2)
    ).writeMissingShards(trajectory: Example.trajectory)
    five = try folder.bytes(of: "x")
  }

  /// Shards of two: with five trajectories the last one is not full.
  private func writer(_ count: Int, _ name: String = "x", bytesPerTrajectory: Int? = nil) throws -> DatasetWriter {
    try DatasetWriter(
      folder.file(name), description: Example.description,
      plan: DatasetPlan(trajectoryCount: count, trajectoriesPerShard: 2), canGrow: true,
      bytesPerTrajectory: bytesPerTrajectory)
  }

  @Test(arguments: [4, 5, 6])
  func aGrowthThatFailsLeavesWhatWasThere(failing: Int) throws {
    #expect(throws: Interruption.self) {
      try writer(7).writeMissingShards { m in
        if m == failing { throw Interruption() }
        return Example.trajectory(m)
      }
    }
    #expect(try folder.bytes(of: "x") == five)
    #expect(try Dataset.open(folder.file("x")).trajectoryCount == 5)
    try writer(7).writeMissingShards(trajectory: Example.trajectory)
    #expect(try folder.bytes(of: "x") == seven)
  }

  @Test func wholeShardsOfAFailedGrowthAreUsedByTheNext() throws {
    #expect(throws: Interruption.self) {
      try writer(10).writeMissingShards { m in
        if m == 8 { throw Interruption() }
        return Example.trajectory(m)
      }
    }
    #expect(try Dataset.open(folder.file("x")).trajectoryCount == 5)
    var made: [Int] = []
    try writer(8).writeMissingShards { m in
      made.append(m)
      return Example.trajectory(m)
    }
    #expect(made == [4, 5])
    #expect(try Dataset.open(folder.file("x")).times(ofTrajectory: 7) == Example.trajectory(7).frames.map(\.time))
  }

  /// A kill leaves the growth begun: the same call carries on, and the one for as many as before goes back.
  @Test(arguments: [0, 1])
  func aKilledGrowthCarriesOnOrGoesBack(shardsMade: Int) throws {
    let begun = try writer(7)
    for shard in begun.missingShards().prefix(shardsMade) {
      try begun.writeShard(shard, trajectory: Example.trajectory)
    }
    expectError(.badData, containing: "the one for 5 trajectories to go back") {
      _ = try Dataset.open(folder.file("x"))
    }
    try writer(5).writeMissingShards(trajectory: Example.trajectory)
    #expect(try folder.bytes(of: "x").filter { !$0.key.hasPrefix("/shard-00003") } == five)
    try writer(7).writeMissingShards(trajectory: Example.trajectory)
    #expect(try folder.bytes(of: "x") == seven)
  }

  @Test func aKillBeforeTheNewPlanIsWrittenLosesNothing() throws {
    try FileManager.default.moveItem(
      at: folder.file("x/shard-00002"), to: folder.file("x/shard-00002.before"))
    #expect(try writer(5).missingShards().isEmpty)
    #expect(try folder.bytes(of: "x") == five)
  }

  @Test func roomIsLookedAtBeforeAnythingChanges() throws {
    expectError(.failure, containing: "are needed") { _ = try writer(7, bytesPerTrajectory: 1 << 60) }
    #expect(try folder.bytes(of: "x") == five)
    expectError(.failure, containing: "are needed") { _ = try writer(7, "new", bytesPerTrajectory: 1 << 60) }
    #expect(!Folder.exists(folder.file("new")))
  }

  @Test func aBeginningThatFailsLeavesNoFolder() throws {
    #expect(throws: Interruption.self) {
      try writer(7, "y").writeMissingShards { _ -> Trajectory in throw Interruption() }
    }
    #expect(!Folder.exists(folder.file("y")))
  }

  /// After a kill or a stop before the first shard there is nothing that other settings could spoil.
  @Test func aDataSetWithoutShardsIsTakenOver() throws {
    let begun = try writer(7, "y")
    try Folder.create(folder.file("y/shard-00000.partial"))
    expectError(.badData, containing: "it holds no data that could be lost") { _ = try Dataset.open(folder.file("y")) }
    var other = Example.description
    other.generator.seed = 8
    try DatasetWriter(folder.file("y"), description: other, plan: Example.plan)
      .writeMissingShards(trajectory: Example.trajectory)
    #expect(try Dataset.open(folder.file("y")).description == other)
    expectError(.failure, containing: "another command has begun another data set here") {
      try Folder.remove(folder.file("y/shard-00000"))
      try begun.writeShard(0, trajectory: Example.trajectory)
    }
  }

  @Test func aDataSetThatIsBeingMadeIsNotTakenOver() throws {
    try writer(7, "y").writeShard(0) { m in
      var other = Example.description
      other.generator.seed = 8
      expectError(.badData, containing: "+ \"seed\" : 8") {
        _ = try DatasetWriter(folder.file("y"), description: other, plan: Example.plan)
      }
      return Example.trajectory(m)
    }
  }
}
