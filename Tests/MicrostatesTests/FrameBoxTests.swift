import Foundation
import MacrostateStorage
import Microstates
import TestSupport
import Testing

/// Frames with boxes of their own in the store.
@Suite struct FrameBoxTests {
  let folder: TemporaryFolder
  static let boundaries: [SimulationBox.Boundary] = [.periodic, .reflecting]
  static let common = SimulationBox(origin: [0, 0], lengths: [4, 5], boundaries: boundaries)
  static let tilted = SimulationBox(origin: [0, 1], edges: [[4, 0], [1, 5]], boundaries: boundaries)

  init() throws { folder = try TemporaryFolder() }

  private func description(_ box: SimulationBox? = common) -> DatasetDescription {
    DatasetDescription(
      dimension: 2, box: box, hasChangingBoxes: box != nil, generator: .init(name: "test"), programVersion: "1")
  }

  private func trajectory(_ m: Int, _ boxes: [SimulationBox?]) -> Trajectory {
    Trajectory(
      frames: boxes.enumerated().map { f, box in
        .init(time: Double(f), positions: [[Float(m), Float(f)]], box: box)
      })
  }

  private func dataset(_ name: String, _ boxes: [[SimulationBox?]], perShard: Int) throws -> Dataset {
    let plan = DatasetPlan(trajectoryCount: boxes.count, trajectoriesPerShard: perShard)
    try DatasetWriter(folder.file(name), description: description(), plan: plan)
      .writeMissingShards { trajectory($0, boxes[$0]) }
    return try Dataset.open(folder.file(name))
  }

  @Test func boxesComeBackAndStandOnlyWhereTheyDiffer() throws {
    let larger = SimulationBox(origin: [-1, 0], lengths: [6, 5], boundaries: Self.boundaries)
    let boxes = [[nil, Self.common], [nil, larger, Self.tilted], [nil, nil], [Self.tilted, nil]]
    let dataset = try dataset("x", boxes, perShard: 2)
    for (frame, box) in boxes.joined().enumerated() { #expect(dataset.box(ofFrame: frame) == box ?? Self.common) }
    #expect(dataset.hasChangingBoxes)
    try dataset.verifyChecksums()
    for shard in 0..<2 { try dataset.verifyTrajectoryChecksums(ofShard: shard) }
    // Trajectories have the same check sums whatever stands beside them.
    let alone = try self.dataset("y", boxes, perShard: 1)
    #expect(try alone.trajectoryChecksums() == dataset.trajectoryChecksums())
    #expect(!FileManager.default.fileExists(atPath: folder.file("y/shard-00000/boxes.npy").path))
    #expect(FileManager.default.fileExists(atPath: folder.file("y/shard-00001/boxes.npy").path))
    let other = try self.dataset("z", [boxes[0], [nil, larger, larger], boxes[2], boxes[3]], perShard: 4)
    #expect(try other.trajectoryChecksums() != dataset.trajectoryChecksums())
  }

  @Test func boxesThatMakeNoSenseAreRefused() throws {
    let flat = SimulationBox(origin: [0, 0], edges: [[1, 1], [2, 2]], boundaries: Self.boundaries)
    let open = SimulationBox(origin: [0, 0], lengths: [4, 5], boundaries: [.open, .open])
    for (box, part) in [(flat, "hold a volume"), (open, "other boundaries")] {
      expectError(.badData, containing: "trajectory 0, frame 1", part) {
        _ = try dataset("bad", [[nil, box]], perShard: 1)
      }
    }
    expectError(.badData, containing: "hold a volume") {
      _ = try DatasetWriter(
        folder.file("flat"), description: description(flat),
        plan: DatasetPlan(trajectoryCount: 1, trajectoriesPerShard: 1))
    }
  }

  @Test func aDamagedBoxIsNoticed() throws {
    _ = try dataset("x", [[nil, Self.tilted]], perShard: 1)
    let file = folder.file("x/shard-00000/boxes.npy")
    var bytes = try Data(contentsOf: file)
    bytes.replaceSubrange((bytes.count - 8)..<bytes.count, with: Data(repeating: 0xFF, count: 8))
    try bytes.write(to: file)
    expectError(.badData, containing: "boxes.npy: corrupted") { _ = try Dataset.open(folder.file("x")) }
  }
}
