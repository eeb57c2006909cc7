import Foundation
import MacrostateStorage
import Microstates
import TestSupport
import Testing

@Suite struct DatasetTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func everyFrameReadsAsWritten() throws {
    try Example.write(folder.file("x.dataset"))
    let dataset = try Dataset.open(folder.file("x.dataset"))
    try dataset.verifyChecksums()
    #expect(dataset.description == Example.description)
    #expect(dataset.trajectoryCount == 7)
    #expect(dataset.shardCount == 4)
    #expect(dataset.frameCount == 28)
    var points = 0
    var frame = 0
    for m in 0..<7 {
      let expected = Example.trajectory(m)
      #expect(dataset.frames(ofTrajectory: m) == frame..<(frame + m + 1))
      #expect(dataset.frameCount(ofTrajectory: m) == m + 1)
      #expect(dataset.times(ofTrajectory: m) == expected.frames.map(\.time))
      #expect(dataset.observables(ofTrajectory: m) == expected.frames.flatMap(\.observables))
      #expect(dataset.parameters(ofTrajectory: m) == ["half_l": expected.parameters[0]])
      for expectedFrame in expected.frames {
        for species in 0..<2 {
          let n = expectedFrame.positions[species].count / 2
          #expect(dataset.pointCount(frame: frame, species: species) == n)
          #expect(
            dataset.withPositions(frame: frame, species: species, Array.init) == expectedFrame.positions[species])
          #expect(dataset.withFeatures(frame: frame, species: species, Array.init) == expectedFrame.features[species])
          points += n
        }
        #expect(dataset.pointCount(frame: frame) == expectedFrame.features.joined().count)
        #expect(dataset.observables(ofFrame: frame) == expectedFrame.observables)
        #expect(dataset.time(ofFrame: frame) == expectedFrame.time)
        #expect(dataset.trajectory(ofFrame: frame) == m)
        frame += 1
      }
    }
    #expect(dataset.pointCount == points)
  }

  @Test func filesAreThoseOfTheDesign() throws {
    try Example.write(folder.file("x.dataset"))
    let shard = folder.file("x.dataset/shard-00001")
    #expect(
      try Folder.contents(folder.file("x.dataset")).map(\.lastPathComponent)
        == ["dataset.json", "shard-00000", "shard-00001", "shard-00002", "shard-00003"])
    let offsets = try MappedArray<Int64>(shard.appendingPathComponent("offsets.npy"))
    // Trajectories 2 and 3: n of A and B are (3,0) (1,1) (2,0), then (1,1) (2,0) (3,1) (1,0).
    #expect(
      offsets.withUnsafeBufferPointer(Array.init) == [0, 3, 3, 4, 5, 7, 7, 8, 9, 11, 11, 14, 15, 16, 16])
    #expect(try MappedArray<Float>(shard.appendingPathComponent("positions.npy")).shape == [16, 2])
    let trajectory = try MappedArray<Int32>(shard.appendingPathComponent("trajectory.npy"))
    #expect(trajectory.withUnsafeBufferPointer(Array.init) == [2, 2, 2, 3, 3, 3, 3])
    #expect(try MappedArray<Double>(shard.appendingPathComponent("time.npy")).shape == [7])
    #expect(try MappedArray<Double>(shard.appendingPathComponent("observables.npy")).shape == [7, 2])
    #expect(try MappedArray<Float>(shard.appendingPathComponent("features.npy")).shape == [16, 1])
    #expect(try MappedArray<Double>(shard.appendingPathComponent("parameters.npy")).shape == [2, 1])
  }

  @Test func theSmallestDataSetIsAllowed() throws {
    try Example.write(folder.file("x"), positions: [1, 2])
    let dataset = try Dataset.open(folder.file("x"))
    #expect(dataset.frameCount(ofTrajectory: 0) == 1)
    #expect(dataset.pointCount(frame: 0, species: 0) == 1)
    #expect(dataset.observables(ofFrame: 0).isEmpty)
    #expect(dataset.observables(ofTrajectory: 0).isEmpty)
    #expect(dataset.parameters(ofTrajectory: 0).isEmpty)
    #expect(dataset.withFeatures(frame: 0, species: 0, \.count) == 0)
  }

  @Test func missingShardsAreCounted() throws {
    let url = folder.file("x")
    let writer = try DatasetWriter(url, description: Example.description, plan: Example.plan)
    try writer.writeShard(2, trajectory: Example.trajectory)
    expectError(
      .badData, containing: "3 of 4 shards are missing, and 2 of 7 trajectories are there; run the same command again"
    ) {
      _ = try Dataset.open(url)
    }
  }

  @Test func anotherFolderIsNoDataSet() throws {
    expectError(.missingInput, containing: "no such data set") { _ = try Dataset.open(folder.file("none")) }
    expectError(.missingInput, containing: "not a data set (it has no dataset.json)") {
      _ = try Dataset.open(folder.url)
    }
  }

  @Test func aNewerSchemaIsRefused() throws {
    try Example.write(folder.file("x"))
    try edit("dataset.json") { $0.replacingOccurrences(of: "\"schemaVersion\" : 1", with: "\"schemaVersion\" : 3") }
    expectError(.badData, containing: "written by a newer version of macrostate (schema 3, this one reads up to 2)") {
      _ = try Dataset.open(folder.file("x"))
    }
  }

  @Test func aDamagedDescriptionNamesTheKey() throws {
    try Example.write(folder.file("x"))
    try edit("dataset.json") { $0.replacingOccurrences(of: "\"dimension\" : 2", with: "\"dimension\" : \"two\"") }
    expectError(.badData, containing: "the key 'description.dimension' is not of type Int") {
      _ = try Dataset.open(folder.file("x"))
    }
    try edit("dataset.json") { $0.replacingOccurrences(of: "\"dimension\" : \"two\"", with: "\"dimension\" : 4") }
    try edit("dataset.json") { $0.replacing(#/  "checksum" : \d+,\n/#, with: "") }
    expectError(.badData, containing: "dimension 4") { _ = try Dataset.open(folder.file("x")) }
  }

  @Test(arguments: ["positions", "features", "offsets", "trajectory", "time", "observables", "parameters"])
  func aChangedByteIsNoticed(file: String) throws {
    try Example.write(folder.file("x"))
    let url = folder.file("x/shard-00002/\(file).npy")
    var bytes = try Data(contentsOf: url)
    bytes[bytes.count - 1] ^= 0x40
    try bytes.write(to: url)
    expectError(.badData, containing: "shard-00002/\(file).npy: corrupted") {
      let dataset = try Dataset.open(folder.file("x"))
      try dataset.verifyChecksums(ofShard: 1)
      try dataset.verifyChecksums()
    }
  }

  @Test(arguments: ["positions", "offsets", "time"])
  func aShortFileIsNoticed(file: String) throws {
    try Example.write(folder.file("x"))
    let url = folder.file("x/shard-00001/\(file).npy")
    try Data(contentsOf: url).dropLast(1).write(to: url)
    expectError(.badData, containing: "shard-00001/\(file).npy") { _ = try Dataset.open(folder.file("x")) }
    try Folder.remove(url)
    expectError(.missingInput, containing: "shard-00001/\(file).npy: no such file") {
      _ = try Dataset.open(folder.file("x"))
    }
  }

  @Test func offsetsThatLeaveTheFileAreRefused() throws {
    try Example.write(folder.file("x"))
    let url = folder.file("x/shard-00000/offsets.npy")
    var offsets = try MappedArray<Int64>(url).withUnsafeBufferPointer(Array.init)
    offsets[1] = 1 << 40
    try NumPyFile.write(offsets, shape: [offsets.count], to: url)
    expectError(.badData, containing: "offsets.npy: corrupted") { _ = try Dataset.open(folder.file("x")) }
  }

  @Test func aShardInTheWrongPlaceIsRefused() throws {
    try Example.write(folder.file("x"))
    try FileManager.default.removeItem(at: folder.file("x/shard-00001"))
    try FileManager.default.copyItem(at: folder.file("x/shard-00000"), to: folder.file("x/shard-00001"))
    expectError(.badData, containing: "shard-00001") { _ = try Dataset.open(folder.file("x")) }
  }

  @Test func manyThreadsMayRead() async throws {
    try Example.write(folder.file("x"))
    let dataset = try Dataset.open(folder.file("x"))
    let sums = await withTaskGroup(of: Float.self) { group in
      for _ in 0..<4 {
        group.addTask {
          (0..<dataset.frameCount).reduce(0) { sum, frame in
            sum + dataset.withPositions(frame: frame, species: 0) { $0.reduce(0, +) }
          }
        }
      }
      return await group.reduce(into: Set<Float>()) { $0.insert($1) }
    }
    #expect(sums.count == 1)
  }

  private func edit(_ name: String, _ change: (String) -> String) throws {
    let url = folder.file("x/" + name)
    let old = try String(contentsOf: url, encoding: .utf8)
    let new = change(old)
    #expect(new != old)
    try Data(new.utf8).write(to: url)
  }
}
