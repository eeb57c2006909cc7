import Foundation
import MacrostateCompute
import MacrostateStorage
import Microstates
import TestSupport
import Testing

/// What a data set knows of its own contents, and how it notices that they have changed.
@Suite struct DatasetContentTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func checksums(_ name: String) throws -> [UInt32] {
    try Dataset.open(folder.file(name)).trajectoryChecksums(pool: WorkerPool(threads: 2))
  }

  private func write(
    _ name: String, perShard: Int, trajectory: @escaping @Sendable (Int) -> Trajectory = Example.trajectory
  ) throws {
    try DatasetWriter(
      folder.file(name), description: Example.description,
      plan: DatasetPlan(trajectoryCount: 7, trajectoriesPerShard: perShard)
    ).writeMissingShards(trajectory: trajectory)
  }

  /// The CRC-32 of the numbers of a trajectory, put together here.
  private func expectedChecksum(_ trajectory: Trajectory) -> UInt32 {
    var bytes: [UInt8] = []
    func add<Element>(_ values: [Element]) { values.withUnsafeBytes { bytes += $0 } }
    for frame in trajectory.frames { add(frame.positions.map { Int64($0.count / 2) }) }
    for frame in trajectory.frames { frame.positions.forEach(add) }
    for frame in trajectory.frames { frame.features.forEach(add) }
    add(trajectory.frames.map(\.time))
    for frame in trajectory.frames { add(frame.observables) }
    add(trajectory.parameters)
    return bytes.withUnsafeBytes { Checksum($0).value }
  }

  @Test func checkSumsOfTrajectoriesAreThoseOfTheirNumbers() throws {
    let expected = (0..<7).map { expectedChecksum(Example.trajectory($0)) }
    for perShard in [1, 2, 3, 7] {
      try write("x\(perShard)", perShard: perShard)
      #expect(try checksums("x\(perShard)") == expected)
      try Dataset.open(folder.file("x\(perShard)")).verifyTrajectoryChecksums(ofShard: 0)
    }
    try write("y", perShard: 2) { m in
      var trajectory = Example.trajectory(m)
      if m == 4 { trajectory.frames[2].observables[1] += 1e-12 }
      return trajectory
    }
    #expect(try zip(checksums("y"), expected).enumerated().filter { $0.element.0 != $0.element.1 }.map(\.offset) == [4])
  }

  /// Files of earlier versions: no check sums of trajectories, and none of the JSON files themselves.
  @Test func dataSetsOfEarlierVersionsAreRead() throws {
    try Example.write(folder.file("x"))
    let expected = try checksums("x")
    try makeEarlier("x", shards: 4)
    #expect(try checksums("x") == expected)
    #expect(try Dataset.open(folder.file("x")).frameCount == 28)
    // They grow, and have a check sum then.
    let more = try DatasetWriter(
      folder.file("x"), description: Example.description,
      plan: DatasetPlan(trajectoryCount: 9, trajectoriesPerShard: 2),
      canGrow: true)
    try more.writeMissingShards(trajectory: Example.trajectory)
    #expect(try folder.text("x/dataset.json").contains("\"checksum\" : "))
    #expect(try checksums("x").prefix(7) == expected[...])
  }

  private func makeEarlier(_ name: String, shards: Int) throws {
    for file in ["dataset.json"] + (0..<shards).map({ "shard-0000\($0)/shard.json" }) {
      try edit("\(name)/\(file)") { text in
        text.replacing(#/  "checksum" : \d+,\n/#, with: "")
          .replacing(/,\n  "trajectoryChecksums" : \[[^\]]*\]/, with: "")
      }
    }
  }

  @Test(arguments: [
    ("dataset.json", "\"half_l\"", "\"half_m\""), ("dataset.json", "\"a\" : 0.1", "\"a\" : 0.2"),
    ("dataset.json", "\"position\" : \"σ\"", "\"position\" : \"ε\""),
    ("shard-00001/shard.json", "\"pointCount\" : 16", "\"pointCount\" :  16"),
  ])
  func aChangedDescriptionIsNoticed(file: String, old: String, new: String) throws {
    try Example.write(folder.file("x"))
    try edit("x/\(file)") { $0.replacingOccurrences(of: old, with: new) }
    let said = "or, if the change is meant, remove the line \"checksum\" from it"
    for part in ["\(file): changed since it was written", said] {
      expectError(.badData, containing: part) { _ = try Dataset.open(folder.file("x")) }
    }
    try edit("x/\(file)") { $0.replacing(#/  "checksum" : \d+,\n/#, with: "") }
    _ = try Dataset.open(folder.file("x"))
  }

  @Test func shardsAreCheckedBeforeTheirFramesAreRead() throws {
    try Example.write(folder.file("x"))
    try damage("x/shard-00002/positions.npy")
    let dataset = try Dataset.open(folder.file("x"))
    try dataset.requireIntact(trajectories: [0, 1, 2, 3, 6])
    for _ in 0..<2 {
      expectError(.badData, containing: "shard-00002/positions.npy: corrupted") {
        try dataset.requireIntact(trajectories: [3, 4], pool: WorkerPool(threads: 2))
      }
    }
    // What has been found intact is not read again.
    try damage("x/shard-00000/time.npy")
    try dataset.requireIntact(trajectories: [0])
    expectError(.badData, containing: "time.npy: corrupted") { try dataset.verifyChecksums(ofShard: 0) }
  }

  @Test(arguments: [
    ("\"trajectoryCount\" : 7", "\"trajectoryCount\" : 1000000000000000"),
    ("\"trajectoryCount\" : 7", "\"trajectoryCount\" : 9223372036854775807"),
    ("\"trajectoryCount\" : 7", "\"trajectoryCount\" : 2147483647"),
    ("\"trajectoryCount\" : 7", "\"trajectoryCount\" : -7"),
    ("\"trajectoriesPerShard\" : 2", "\"trajectoriesPerShard\" : 9223372036854775807"),
    ("\"trajectoriesPerShard\" : 2", "\"trajectoriesPerShard\" : 0"),
    ("\"schemaVersion\" : 1", "\"schemaVersion\" : -9223372036854775808"),
  ])
  func absurdPlansAreRefusedAtOnce(old: String, new: String) throws {
    try Example.write(folder.file("x"))
    try makeEarlier("x", shards: 4)
    try edit("x/dataset.json") { $0.replacingOccurrences(of: old, with: new) }
    expectError(.badData, containing: "/x") { _ = try Dataset.open(folder.file("x")) }
    expectError(.badData, containing: "/x") {
      _ = try DatasetWriter(folder.file("x"), description: Example.description, plan: Example.plan, canGrow: true)
    }
  }

  @Test(arguments: [
    ("\"frameCount\" : 7", "\"frameCount\" : 9223372036854775807"), ("\"frameCount\" : 7", "\"frameCount\" : -1"),
    ("\"pointCount\" : 16", "\"pointCount\" : 9223372036854775807"),
    ("\"firstTrajectory\" : 2", "\"firstTrajectory\" : 9223372036854775807"),
    ("\"byteCount\" : ", "\"byteCount\" : 9000000000000000"),
  ])
  func absurdShardsAreRefusedAtOnce(old: String, new: String) throws {
    try Example.write(folder.file("x"))
    try makeEarlier("x", shards: 4)
    try edit("x/shard-00001/shard.json") { $0.replacingOccurrences(of: old, with: new) }
    expectError(.badData, containing: "shard-00001") { _ = try Dataset.open(folder.file("x")) }
  }

  /// A record of a file that is none of a shard's is not looked at.
  @Test func strangersAmongTheFilesOfAShardAreIgnored() throws {
    try Example.write(folder.file("x"))
    try makeEarlier("x", shards: 4)
    try edit("x/shard-00001/shard.json") {
      $0.replacingOccurrences(
        of: "\"files\" : {", with: "\"files\" : { \"../../y\" : {\"byteCount\" : 9223372036854775807, \"crc32\" : 0},")
    }
    let dataset = try Dataset.open(folder.file("x"))
    #expect(dataset.byteCount > 0)
    try dataset.verifyChecksums()
  }

  private func damage(_ name: String) throws {
    var bytes = try Data(contentsOf: folder.file(name))
    bytes[bytes.count - 1] ^= 0x10
    try bytes.write(to: folder.file(name))
  }

  private func edit(_ name: String, _ change: (String) -> String) throws {
    let old = try folder.text(name)
    let new = change(old)
    #expect(new != old)
    try Data(new.utf8).write(to: folder.file(name))
  }
}
