import Foundation
import MacrostateStorage
import Microstates
import TestSupport
import Testing
import TrajectoryFormats

/// A long trajectory as several.
@Suite struct TrajectorySegmentsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Frames of one atom at the positions of these steps.
  private func text(_ steps: [Int]) -> String {
    steps.map {
      "ITEM: TIMESTEP\n\($0)\nITEM: NUMBER OF ATOMS\n1\nITEM: BOX BOUNDS ss ss ss\n-9 99\n-9 9\n-9 9\n"
        + "ITEM: ATOMS id x y z\n1 \($0) 0.5 1.5\n"
    }.joined()
  }

  private func times(_ source: any TrajectorySource) throws -> [[Double]] {
    try (0..<source.trajectoryCount).map { try source.trajectory($0).frames.map(\.time) }
  }

  /// Plain and compressed, in one file or two, with frames that a restart has written once more.
  @Test(arguments: [false, true]) func aDumpIsCutWithoutLosingAFrame(isCompressed: Bool) throws {
    var files = [
      try folder.file("a.dump", Data(("ITEM: UNITS\nlj\n" + text([0, 1, 2, 3, 4])).utf8)),
      try folder.file("b.dump", Data(text([3, 4, 5, 6, 5, 6, 7, 8, 9, 10]).utf8)),
    ]
    if isCompressed {
      let gzip = Process()
      gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      gzip.arguments = ["gzip", "-n"] + files.map(\.path)
      try gzip.run()
      gzip.waitUntilExit()
      files = files.map { $0.appendingPathExtension("gz") }
    }
    let dump = try LAMMPSDumpSource(files, options: .init(joinsFiles: true))
    let segments = try TrajectorySegments(dump, count: 3)
    #expect(segments.trajectoryCount == 3 && segments.settings["segments"] == 3)
    let expected: [[Double]] = [[0, 1, 2], [3, 4, 5, 6], [7, 8, 9, 10]]
    #expect(try times(segments) == expected)
    for m in [2, 1, 0, 1] {
      #expect(try segments.trajectory(m).frames.map { Double($0.positions[0][0]) } == expected[m])
    }
    #expect(try segments.frames(ofTrajectory: 1, from: 2).trajectory().frames.map(\.time) == [5, 6])
    #expect(try segments.frameCount(ofTrajectory: 0) == 3 && segments.frames(ofTrajectory: 2, from: 9).next() == nil)
    // What is left out at the start is in no segment.
    #expect(try times(TrajectorySegments(dump, count: 2, from: 4.5)) == [[5, 6, 7], [8, 9, 10]])
    expectError(.usage, containing: "trajectory 0 has 11 frames, too few for 6 segments of two or more") {
      _ = try TrajectorySegments(dump, count: 6)
    }
  }

  @Test func segmentsOfArraysSpreadOverShards() throws {
    try NumPyFile.write((0..<40).map(Float.init), shape: [2, 10, 1, 2], to: folder.file("x.npy"))
    let source = try NumPyTrajectorySource(folder.file("x.npy"), options: .init(timeStep: 0.5))
    var options = ImportOptions(programVersion: "1")
    options.shardByteCount = 1
    try importTrajectories(
      from: TrajectorySegments(source, count: 4), to: folder.file("x.dataset"), options: options)
    let dataset = try Dataset.open(folder.file("x.dataset"))
    #expect(dataset.trajectoryCount == 8 && dataset.shardCount == 8 && dataset.frameCount == 20)
    #expect((0..<8).map { dataset.times(ofTrajectory: $0)[0] } == [0, 1, 2.5, 3.5, 0, 1, 2.5, 3.5])
    #expect((0..<20).flatMap { dataset.withPositions(frame: $0, species: 0, Array.init) } == (0..<40).map(Float.init))
    // The same command again finds what is there; others are refused.
    try importTrajectories(
      from: TrajectorySegments(source, count: 4), to: folder.file("x.dataset"), options: options)
    expectError(.badData, containing: "segments") {
      try importTrajectories(
        from: TrajectorySegments(source, count: 2), to: folder.file("x.dataset"), options: options)
    }
  }
}
