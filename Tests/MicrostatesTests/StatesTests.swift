import Foundation
import MacrostateStorage
import Microstates
import TestSupport
import Testing

/// States without positions in the store.
@Suite struct StatesTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func description(grid: [Int]? = [2, 3], features: [String] = ["u", "v"], box: SimulationBox? = nil)
    -> DatasetDescription
  {
    DatasetDescription(
      dimension: 0, grid: grid, box: box, featureNames: features,
      observables: [ObservableDescription(name: "mean")], generator: .init(name: "test"), programVersion: "1")
  }

  private func frame(_ f: Int, cells: Int = 6) -> Trajectory.Frame {
    .init(
      time: Double(f), positions: [[]], features: [(0..<2 * cells).map { Float($0 + 100 * f) }],
      observables: [Double(f)])
  }

  private func write(_ description: DatasetDescription, _ frames: [Trajectory.Frame]) throws -> Dataset {
    let plan = DatasetPlan(trajectoryCount: 2, trajectoriesPerShard: 1)
    try DatasetWriter(folder.file("x"), description: description, plan: plan).writeMissingShards { _ in
      Trajectory(frames: frames)
    }
    return try Dataset.open(folder.file("x"))
  }

  @Test func gridsComeBack() throws {
    let dataset = try write(description(), [frame(0), frame(1)])
    try dataset.verifyChecksums()
    try dataset.verifyTrajectoryChecksums(ofShard: 0)
    #expect(dataset.dimension == 0 && dataset.description.grid == [2, 3] && dataset.featureCount == 2)
    #expect(dataset.description.schemaVersion == 2 && dataset.pointCount == 24)
    #expect(!FileManager.default.fileExists(atPath: folder.file("x/shard-00000/positions.npy").path))
    for number in 0..<4 {
      #expect(dataset.pointCount(frame: number) == 6 && dataset.hasPositions(frame: number))
      #expect(dataset.withPositions(frame: number, species: 0, \.count) == 0)
      #expect(dataset.withFeatures(frame: number, species: 0, Array.init) == frame(number % 2).features[0])
    }
    dataset.readAhead(shard: 0)
  }

  @Test func framesOfObservablesAloneStand() throws {
    let stream = try Trajectory(frames: [frame(0), frame(1), frame(2)]).stream
      .keepingPositions(of: FrameSelection("1"))
    let dataset = try write(description(), stream.trajectory().frames)
    #expect((0..<3).map(dataset.hasPositions) == [false, true, false])
    #expect(dataset.observables(ofTrajectory: 1) == [0, 1, 2])
  }

  @Test func weightsAreNumbersOfAtLeastZeroAndNotAllZero() throws {
    let weighted = description(grid: nil, features: ["u", "weight"])
    func frame(_ weights: [Float]) -> Trajectory.Frame {
      .init(time: 0, positions: [[]], features: [weights.flatMap { [7, $0] }], observables: [1])
    }
    expectError(.badData, containing: "the weight of particle 1 is -0.5") {
      _ = try write(weighted, [frame([1, -0.5])])
    }
    expectError(.badData, containing: "all weights are 0") { _ = try write(weighted, [frame([0, 0])]) }
    let dataset = try write(weighted, [frame([0, 2.5])])
    let names = dataset.description.featureNames
    dataset.withFeatures(frame: 0, species: 0) { features in
      #expect(PointWeights.weights(of: features, named: names) == [0, 2.5])
      #expect(PointWeights.others(of: features, named: names) == [7, 7])
      #expect(PointWeights.weights(of: features, named: ["u", "v"]) == nil)
    }
  }

  @Test func whatMakesNoSenseIsRefused() throws {
    expectError(.badData, containing: "frame 1: 5 points where the grid has 2 × 3") {
      _ = try write(description(), [frame(0), frame(1, cells: 5)])
    }
    expectError(.badData, containing: "particles in none of its frames") {
      _ = try write(description(), [.init(time: 0, positions: [[]], features: [[]], observables: [1])])
    }
    expectError(.badData, containing: "position values are not whole points of 0") {
      _ = try write(description(), [.init(time: 0, positions: [[1]], features: [[1, 2]], observables: [1])])
    }
    let box = SimulationBox(origin: [], lengths: [], boundaries: [])
    for (bad, part) in [
      (description(features: []), "need features"), (description(box: box), "no box"),
      (description(grid: [0, 2]), "at least one cell"), (description(grid: [1, 1, 1, 1]), "1 to 3 axes"),
    ] {
      expectError(.badData, containing: part) { _ = try write(bad, [frame(0)]) }
    }
  }
}
