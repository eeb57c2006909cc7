import Foundation
import MacrostateStorage
import Microstates
import TestSupport
import Testing

@Suite struct DatasetWriterTests {
  let folder: TemporaryFolder
  let whole: [String: Data]

  private struct Interruption: Error {}

  init() throws {
    folder = try TemporaryFolder()
    try Example.write(folder.file("whole"))
    whole = try folder.bytes(of: "whole")
  }

  private func writer(_ name: String = "x") throws -> DatasetWriter {
    try DatasetWriter(folder.file(name), description: Example.description, plan: Example.plan)
  }

  @Test func partsInAnyOrderGiveTheSameBytes() throws {
    for part in ["2/3", "0/3", "1/3"] {
      try writer().writeMissingShards(part: DatasetPart(part), trajectory: Example.trajectory)
    }
    #expect(try folder.bytes(of: "x") == whole)
  }

  @Test func shardsFromManyThreadsGiveTheSameBytes() async throws {
    let writer = try writer()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for shard in writer.missingShards().reversed() {
        group.addTask { try writer.writeShard(shard, trajectory: Example.trajectory) }
      }
      try await group.waitForAll()
    }
    #expect(try folder.bytes(of: "x") == whole)
  }

  @Test func writersThatStartTogetherShareTheFolder() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for part in 0..<4 {
        group.addTask { [self] in
          try writer().writeMissingShards(part: DatasetPart("\(part)/4"), trajectory: Example.trajectory)
        }
      }
      try await group.waitForAll()
    }
    #expect(try folder.bytes(of: "x") == whole)
  }

  @Test(arguments: 0..<7)
  func resumingAfterAFailureGivesTheSameBytes(failing: Int) throws {
    #expect(throws: Interruption.self) {
      try writer().writeMissingShards { m in
        if m == failing { throw Interruption() }
        return Example.trajectory(m)
      }
    }
    var made: [Int] = []
    try writer().writeMissingShards { m in
      made.append(m)
      return Example.trajectory(m)
    }
    #expect(made == Array((failing / 2 * 2)..<7))
    #expect(try folder.bytes(of: "x") == whole)
  }

  @Test func leftoversOfAKillAreReplaced() throws {
    // Killed while dataset.json was written for the first time.
    try Folder.create(folder.file("x"))
    try Data("{".utf8).write(to: folder.file("x/dataset.json.partial"))
    // Killed within shards 1 and 3, before and after shard.json.
    _ = try writer()
    try Folder.create(folder.file("x/shard-00001.partial"))
    try Data("x".utf8).write(to: folder.file("x/shard-00001.partial/positions.npy"))
    try Folder.create(folder.file("x/shard-00003.partial"))
    for name in ["shard.json", "shard.json.partial", "stranger.npy"] {
      try Data("x".utf8).write(to: folder.file("x/shard-00003.partial/" + name))
    }
    try writer().writeMissingShards(trajectory: Example.trajectory)
    #expect(try folder.bytes(of: "x") == whole)
  }

  @Test func aStopKeepsWholeShards() throws {
    let stop = StopFlag()
    expectError(.stopped, containing: "1 of 4 shards are written; run the same command again") {
      try writer().writeMissingShards(stop: stop) { m in
        if m == 2 { stop.request() }
        return Example.trajectory(m)
      }
    }
    #expect(try writer().missingShards() == [1, 2, 3])
    #expect(
      try Folder.contents(folder.file("x")).map(\.lastPathComponent) == ["dataset.json", "shard-00000"])
  }

  @Test func progressCountsWhatIsThere() throws {
    try writer().writeShard(0, trajectory: Example.trajectory)
    var seen: [[Int]] = []
    try writer().writeMissingShards(progress: { seen.append([$0, $1]) }, trajectory: Example.trajectory)
    #expect(seen == [[3, 7], [4, 7], [5, 7], [6, 7], [7, 7]])
  }

  @Test func otherSettingsAreRefusedWithTheirDifference() throws {
    try writer().writeShard(0, trajectory: Example.trajectory)
    var other = Example.description
    other.generator.seed = 8
    let error = #expect(throws: MacrostateError.self) {
      _ = try DatasetWriter(folder.file("x"), description: other, plan: Example.plan)
    }
    let message = error?.message ?? ""
    #expect(error?.kind == .badData)
    #expect(message.contains("- \"seed\" : 7"), "\(message)")
    #expect(message.contains("+ \"seed\" : 8"), "\(message)")
    #expect(!message.contains("dimension"), "\(message)")
    let plan = DatasetPlan(trajectoryCount: 8, trajectoriesPerShard: 2)
    expectError(.badData, containing: "+ \"trajectoryCount\" : 8") {
      _ = try DatasetWriter(folder.file("x"), description: Example.description, plan: plan)
    }
  }

  @Test func onlyAFinishedDataSetMayComeFromAnotherVersion() throws {
    var other = Example.description
    other.programVersion = "2"
    let finished = try DatasetWriter(folder.file("whole"), description: other, plan: Example.plan)
    #expect(finished.missingShards().isEmpty)
    #expect(try folder.bytes(of: "whole") == whole)
    try writer().writeShard(0, trajectory: Example.trajectory)
    expectError(.badData, containing: "+ \"programVersion\" : \"2\"") {
      _ = try DatasetWriter(folder.file("x"), description: other, plan: Example.plan)
    }
  }

  /// Shards of two, so that the last one is full, half full, or missing before there are seven trajectories.
  @Test(arguments: [(1, 1), (4, 4), (5, 5), (5, 2)])
  func aDataSetGrowsByTheTrajectoriesThatAreNotThere(count: Int, made: Int) throws {
    let begun = try grown(to: count)
    for shard in 0..<((made + 1) / 2) { try begun.writeShard(shard, trajectory: Example.trajectory) }
    var more: [Int] = []
    try grown(to: 7).writeMissingShards { m in
      more.append(m)
      return Example.trajectory(m)
    }
    // A shard that was full stays.
    #expect(more == Array((made / 2 * 2)..<7))
    #expect(try folder.bytes(of: "x") == whole)
  }

  @Test func aDataSetGrowsOnlyWhereItMay() throws {
    try grown(to: 5).writeMissingShards(trajectory: Example.trajectory)
    let five = try folder.bytes(of: "x")
    expectError(.badData, containing: "+ \"trajectoryCount\" : 7") { _ = try writer() }
    expectError(.badData, containing: "+ \"trajectoryCount\" : 3") { _ = try grown(to: 3) }
    var other = Example.description
    other.programVersion = "2"
    expectError(.badData, containing: "+ \"programVersion\" : \"2\"") {
      _ = try DatasetWriter(folder.file("x"), description: other, plan: Example.plan, canGrow: true)
    }
    #expect(try folder.bytes(of: "x") == five)
  }

  private func grown(to count: Int) throws -> DatasetWriter {
    try DatasetWriter(
      folder.file("x"), description: Example.description,
      plan: DatasetPlan(trajectoryCount: count, trajectoriesPerShard: 2), canGrow: true)
  }

  @Test func aForeignFolderIsLeftAlone() throws {
    try Folder.create(folder.file("x"))
    try Data("mine".utf8).write(to: folder.file("x/thesis.tex"))
    expectError(.failure, containing: "not empty and no data set (it has thesis.tex)") { _ = try writer() }
  }

  @Test(arguments: [
    (Float.nan, 3), (.infinity, 2), (-.infinity, 5),
  ])
  func positionsMustBeFinite(value: Float, place: Int) throws {
    var positions: [Float] = [0, 1, 2, 3, 4, 5]
    positions[place] = value
    let frames = [
      Trajectory.Frame(time: 0, positions: [[1, 2]]), Trajectory.Frame(time: 1, positions: [positions]),
    ]
    expectError(.badData, containing: "trajectory 0, frame 1, particle \(place / 2): its position is not finite") {
      try Example.write(folder.file("x"), frames: frames)
    }
    #expect(!Folder.exists(folder.file("x")))
  }

  @Test func malformedTrajectoriesAreRefused() throws {
    func expect(_ message: String, _ frames: [Trajectory.Frame]) {
      expectError(.badData, containing: message) {
        try Example.write(folder.file("x"), frames: frames, observables: [ObservableDescription(name: "E")])
      }
    }
    func frame(_ positions: [[Float]] = [[1, 2]], time: Double = 0, observables: [Double] = [1]) -> Trajectory.Frame {
      Trajectory.Frame(time: time, positions: positions, observables: observables)
    }
    expect("trajectory 0 has no frames", [])
    expect("trajectory 0 has particles in none of its frames", [frame([[]]), frame([[]], time: 1)])
    expect("frame 0: 2 species where the data set has 1", [frame([[1, 2], [3, 4]])])
    expect("3 position values are not whole points of 2", [frame([[1, 2, 3]])])
    expect("frame 1: its time 0.0 is not after 0.0", [frame(), frame()])
    expect("its time is not finite", [frame(time: .nan)])
    expect("0 observables where the data set has 1", [frame(observables: [])])
    expect("the observable 'E' is not finite (nan)", [frame(observables: [.nan])])
  }

  @Test func aFrameOfNothingIsRefused() throws {
    expectError(.badData, containing: "frame 1: it has no particles and no observables") {
      try Example.write(
        folder.file("x"), frames: [.init(time: 0, positions: [[1, 2]]), .init(time: 1, positions: [[]])])
    }
  }

  @Test func partsAreWrittenAsFractions() throws {
    #expect(try (0..<7).filter(DatasetPart("1/3").contains) == [1, 4])
    for text in ["3/3", "-1/2", "1", "a/b", "1/0", "1/2/3", ""] {
      expectError(.usage, containing: "write i/n") { _ = try DatasetPart(text) }
    }
  }

  @Test func shardsHaveAboutTheSizeAskedFor() {
    #expect(DatasetPlan(trajectoryCount: 1000, bytesPerTrajectory: 722_400).trajectoriesPerShard == 138)
    #expect(DatasetPlan(trajectoryCount: 1000, bytesPerTrajectory: 722_400).shardCount == 8)
    #expect(DatasetPlan(trajectoryCount: 3, bytesPerTrajectory: 1 << 40).shardCount == 3)
    #expect(DatasetPlan(trajectoryCount: 7, trajectoriesPerShard: 2).trajectories(ofShard: 3) == 6..<7)
  }
}
