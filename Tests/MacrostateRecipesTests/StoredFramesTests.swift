import ClosureModels
import Foundation
import MacrostateCompute
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import Microstates
import TestSupport
import Testing

/// Data sets that have positions of some frames only, and data that are read by groups of shards.
@Suite struct StoredFramesTests {
  /// Of 9 frames 0, 1, 2, 4, 5 and 8 are stored.
  private func gaps() throws -> TinyRun {
    try TinyRun(frames: { _ in 9 }, stored: { [0, 1, 2, 4, 5, 8].contains($0) })
  }

  @Test(arguments: ClosureTrainingSettings.Objective.allCases)
  func runsTrainOnStoredFramesAndResume(objective: ClosureTrainingSettings.Objective) throws {
    let tiny = try TinyRun(frames: { _ in 9 }, points: 5, stored: { [0, 1, 2, 4, 5, 8].contains($0) })
    var configuration = tiny.configuration
    configuration.closureTraining.objective = objective
    configuration.dynamicsTraining.unrollLength = 2
    let model = try tiny.train("whole", configuration)
    #expect(model.description.closureScore.isFinite)
    #expect(model.description.validationScores.allSatisfy { $0.isFinite })
    // The range of the observables is that of all frames: the last is e^−0.8, times at least 1.
    #expect(model.units.value(try #require(model.description.observableLeast.first), 0) < 0.47)
    let stop = StopFlag()
    expectError(.stopped, containing: "run the same command again") {
      try tiny.train("stopped", configuration, stop: stop, progress: StopAt(stop, moment: 12))
    }
    try tiny.train("stopped", configuration)
    #expect(try tiny.result("stopped") == tiny.result("whole"))
  }

  @Test func aPairNeverSpansAGap() throws {
    let tiny = try gaps()
    let model = try tiny.train("run", tiny.configuration)
    let dataset = try Dataset.open(tiny.dataset)
    let encoding = MacrostateEncoding(model, dataset: dataset, compute: Compute(threads: 1))
    let trajectories = try encoding.trajectories([1, 4], stop: StopFlag(), progress: SilentProgress(), name: "test")
    #expect(trajectories.offsets == [0, 3, 5, 8, 10])
    for (m, step) in [(0, 0.2), (1, 0.2), (2, 0.1), (3, 0.1)] {
      let times = trajectories.frames(of: m).map { trajectories.times[$0] }
      #expect(zip(times, times.dropFirst()).allSatisfy { abs($1 - $0 - step) < 1e-12 }, "\(times)")
    }
    // Frame 4 of trajectory 1: its observable first.
    let frame = dataset.frames(ofTrajectory: 1).lowerBound + 4
    #expect(model.units.value(trajectories.value(3, 0), 0) == Double(Float(dataset.observables(ofFrame: frame)[0])))
  }

  @Test func framesWithoutNeighboursAreNoDynamics() throws {
    let tiny = try TinyRun(frames: { _ in 9 }, stored: { $0 % 2 == 0 })
    expectError(.badData, containing: "tiny.dataset", "one after the other", "--positions") {
      try tiny.train("run", tiny.configuration)
    }
    let pairs = try TinyRun(frames: { _ in 9 }, stored: { $0 % 3 < 2 })
    expectError(.badData, containing: "unroll_length", "between stored positions") {
      try pairs.train("run", pairs.configuration)
    }
  }

  // MARK: Reading by groups of shards

  private func order(_ tiny: TinyRun, buffer: Double) throws -> (FrameOrder, Dataset) {
    let dataset = try Dataset.open(tiny.dataset)
    let frames = [0, 2, 3, 5, 6, 9].flatMap { Array(dataset.frames(ofTrajectory: $0)) }
    return (FrameOrder(frames, of: dataset, buffer: buffer, seed: 3), dataset)
  }

  @Test(arguments: [1e-9, 3000.0, 1e9]) func everyEpochHasEveryFrameOnce(buffer: Double) throws {
    let (order, _) = try order(TinyRun(), buffer: buffer)
    let count = order.frames.count
    var epochs: [[Int]] = []
    for epoch in 0..<4 {
      let frames = order.frames(at: epoch * count..<(epoch + 1) * count)
      #expect(frames.sorted() == order.frames)
      // Any part of it is the same, whatever was read before.
      #expect(order.frames(at: epoch * count + 5..<epoch * count + 9) == Array(frames[5..<9]))
      epochs.append(frames)
    }
    #expect(Set(epochs).count == 4)
  }

  @Test func dataThatFitTheBufferAreShuffledAsAWhole() throws {
    let (order, _) = try order(TinyRun(), buffer: 1e9)
    let count = order.frames.count
    let expected = (0..<2).flatMap { epoch in
      ShuffledIndices(count: count, seed: 3, epoch: epoch).map { order.frames[$0] }
    }
    #expect(order.frames(at: 0..<2 * count) == expected)
    #expect(order.shardsToRead(at: 0..<4, isFirst: true).isEmpty)
  }

  @Test func largerDataAreReadAShardAfterTheOther() throws {
    // Shards of 4, 4 and 2 trajectories; a buffer of next to nothing holds one at a time.
    let (order, dataset) = try order(TinyRun(), buffer: 1e-9)
    let count = order.frames.count
    for epoch in 0..<3 {
      let shards = order.frames(at: epoch * count..<(epoch + 1) * count).map(dataset.shard)
      let runs = shards.indices.filter { $0 == 0 || shards[$0] != shards[$0 - 1] }.map { shards[$0] }
      #expect(runs.sorted() == [0, 1, 2], "\(shards)")
    }
    // Every shard is asked for before it is read from, and no more often.
    var asked: [Int] = []
    for position in 0..<count {
      asked += order.shardsToRead(at: position..<position + 1, isFirst: position == 0)
      let shard = dataset.shard(ofFrame: order.frames(at: position..<position + 1)[0])
      #expect(asked.contains(shard))
    }
    #expect(asked.count == 4, "three of this epoch, one of the next")
  }

  @Test func aRunThatReadsByGroupsResumesWithTheSameBits() throws {
    let tiny = try TinyRun()
    var configuration = tiny.configuration
    let plain = try tiny.train("plain", configuration)
    configuration.data.shuffleBuffer = 1e-6
    let model = try tiny.train("whole", configuration)
    #expect(model.closureParameters.storage != plain.closureParameters.storage, "another order")
    for moment in [3, 9, 20] {
      let stop = StopFlag()
      expectError(.stopped, containing: "run the same command again") {
        try tiny.train("stopped-\(moment)", configuration, stop: stop, progress: StopAt(stop, moment: moment))
      }
      try tiny.train("stopped-\(moment)", configuration)
      #expect(try tiny.result("stopped-\(moment)") == tiny.result("whole"))
    }
  }
}
