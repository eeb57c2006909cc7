import Foundation
import MacrostateStorage
import Microstates
import TestSupport
import Testing

@Suite struct FrameSelectionTests {
  @Test(arguments: [
    (":", 4, [0, 1, 2, 3]),
    ("0", 4, [0]),
    ("-1", 4, [3]),
    ("2:", 5, [2, 3, 4]),
    ("::3", 7, [0, 3, 6]),
    ("1:-1", 5, [1, 2, 3]),
    ("0:100", 3, [0, 1, 2]),
    ("0:3,4:12:4:2", 12, [0, 1, 2, 4, 5, 8, 9]),
    ("0:3,1:5", 9, [0, 1, 2, 3, 4]),
    ("::4:2", 9, [0, 1, 4, 5, 8]),
    ("6:2", 9, []),
    ("12:", 9, []),
  ])
  func slicesAreThoseOfPython(text: String, frameCount: Int, expected: [Int]) throws {
    #expect(try FrameSelection(text).indices(frameCount: frameCount) == expected)
  }

  @Test func thePapersFramesAreFew() throws {
    let frames = try FrameSelection("0:100,100:501:4:2").indices(frameCount: 501)
    #expect(frames.count == 100 + 2 * 100 + 1)
    #expect(FrameSelection.all.indices(frameCount: 501) == Array(0..<501))
  }

  /// Frame by frame, with and without knowing how many there are.
  @Test(arguments: [":", "3", "-1", "0:100,100:501:4:2", "2::3:5", "5:2", "-4:-1", "7:9,1"])
  func frameByFrameTheSame(text: String) throws {
    let selection = try FrameSelection(text)
    for count in [0, 1, 8, 120] {
      #expect((0..<count).filter { selection.contains($0, of: count) } == selection.indices(frameCount: count))
      if selection.countsFromEnd { continue }
      #expect((0..<count).filter { selection.contains($0) } == selection.indices(frameCount: count))
    }
  }

  @Test(arguments: [
    "", "a", "1:2:3:4:5", "::0", "::-1", ":::0", "1,", "1.5:", ":: 2", "::99999999999999999999", "9223372036854775807",
  ])
  func anythingElseIsRefused(text: String) {
    expectError(.usage, containing: "frames '\(text)': write start:stop:step:length") { _ = try FrameSelection(text) }
  }

  @Test func theStoreTellsWhichFramesHavePositions() throws {
    let folder = try TemporaryFolder()
    let whole = Trajectory(
      frames: (0..<9).map { f in
        .init(time: Double(f), positions: [[Float(f), 1], []], features: [[2], []], observables: [Double(f)])
      })
    let trajectory = try whole.stream.keepingPositions(of: FrameSelection("0:2,4:8:3:2")).trajectory()
    #expect(
      try whole.stream.keepingPositions(of: FrameSelection("0:2,-5:-1:3:2"), count: 9).trajectory() == trajectory)
    expectError(.badData, containing: "'20:' selects none of the trajectory's 9 frames") {
      _ = try whole.stream.keepingPositions(of: FrameSelection("20:")).trajectory()
    }
    let description = DatasetDescription(
      dimension: 2, speciesNames: ["A", "B"], featureNames: ["charge"],
      observables: [ObservableDescription(name: "f")], generator: .init(name: "test"), programVersion: "1")
    try DatasetWriter(
      folder.file("x"), description: description, plan: DatasetPlan(trajectoryCount: 2, trajectoriesPerShard: 1)
    ).writeMissingShards { _ in trajectory }
    let dataset = try Dataset.open(folder.file("x"))
    #expect(dataset.positionedRuns(ofTrajectory: 0) == [0..<2, 4..<6, 7..<8])
    #expect(dataset.positionedFrames(ofTrajectory: 1) == [9, 10, 13, 14, 16])
    for frame in 0..<9 {
      #expect(dataset.hasPositions(frame: frame) == [0, 1, 4, 5, 7].contains(frame))
      #expect(dataset.observables(ofFrame: frame) == [Double(frame)])
      #expect(dataset.time(ofFrame: frame) == Double(frame))
    }
    #expect(dataset.withPositions(frame: 5, species: 0, Array.init) == [5, 1])
    #expect(dataset.withFeatures(frame: 6, species: 0, \.count) == 0)
    #expect(dataset.pointCount == 10)
  }
}
