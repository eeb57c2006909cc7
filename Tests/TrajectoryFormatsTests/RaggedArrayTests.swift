import Foundation
import MacrostateStorage
import Microstates
import TestSupport
import Testing
import TrajectoryFormats

/// Sets of different numbers of particles, and trajectories of different lengths, in NumPy's files.
@Suite struct RaggedArrayTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A file a trajectory, each with its own number of particles and of frames.
  @Test func aFileIsATrajectory() throws {
    let files = try (0..<3).map { m in
      let url = folder.file("x\(m).npy")
      try NumPyFile.write((0..<((5 + m) * (6 + m) * 2)).map { Double($0) + 0.5 }, shape: [5 + m, 6 + m, 2], to: url)
      return url
    }
    var options = ReadingOptions()
    options.timeStep = 0.5
    let source = try TrajectoryReaders.open(files, options: options)
    #expect(source.trajectoryCount == 3 && source.dimension == 2)
    #expect(try (0..<3).map { try source.trajectory($0).frames.count } == [5, 6, 7])
    #expect(try source.trajectory(2).frames[1].positions == [(16..<32).map { Float($0) + 0.5 }])
    #expect(try source.trajectory(2).frames.map(\.time) == [0, 0.5, 1, 1.5, 2, 2.5, 3])
    options.joinsFiles = true
    let joined = try TrajectoryReaders.open(files, options: options)
    #expect(try joined.trajectoryCount == 1 && joined.frameCount(ofTrajectory: 0) == 18)
    #expect(try joined.trajectory(0).frames.map(\.time) == (0..<18).map { Double($0) / 2 })
    #expect(try joined.frames(ofTrajectory: 0, from: 5).next()?.positions[0].count == 14)
  }

  /// Files of one frame each, without an axis of frames, are the frames of one trajectory.
  @Test func aFileIsAFrame() throws {
    let files = try (0..<3).map { f in
      let url = folder.file("f\(f).npy")
      try NumPyFile.write((0..<(2 * (f + 1))).map(Double.init), shape: [f + 1, 2], to: url)
      return url
    }
    let frames = try TrajectoryReaders.open(files).trajectory(0).frames
    #expect(frames.map { $0.positions[0].count } == [2, 4, 6] && frames.map(\.time) == [0, 1, 2])
  }

  private func archive(_ arrays: [(String, [Double], [Int])]) throws -> URL {
    let url = folder.file("ragged.npz")
    try NumPyArchive.write(arrays.map { (name: $0.0, values: $0.1, shape: $0.2) }, to: url)
    return url
  }

  /// Two trajectories of two frames and one, of 2, 1 and 3 particles.
  private var arrays: [(String, [Double], [Int])] {
    [
      ("positions", (0..<12).map(Double.init), [6, 2]), ("offsets", [0, 2, 3, 6], [4]),
      ("trajectory_offsets", [0, 2, 3], [3]),
      ("times", [0, 2, 5], [3]), ("observables", [7, 8, 9], [3]), ("types", [1, 2, 1, 2, 2, 1], [6]),
      ("features", [10, 11, 12, 13, 14, 15], [6, 1]), ("box", [20, 20, 30, 30, 40, 40], [3, 2]),
    ]
  }

  @Test func rowsAndOffsets() throws {
    let source = try TrajectoryReaders.open([archive(arrays)])
    #expect(source.trajectoryCount == 2 && source.speciesNames == ["type-1", "type-2"] && source.hasChangingBoxes)
    let frames = try (0..<2).flatMap { try source.trajectory($0).frames }
    #expect(frames.map(\.positions) == [[[0, 1], [2, 3]], [[4, 5], []], [[10, 11], [6, 7, 8, 9]]])
    #expect(frames.map(\.features) == [[[10], [11]], [[12], []], [[15], [13, 14]]])
    #expect(frames.map(\.time) == [0, 2, 5] && frames.map(\.observables) == [[7], [8], [9]])
    #expect(source.box?.lengths == [20, 20] && frames.map { $0.box?.lengths } == [nil, [30, 30], [40, 40]])
  }

  @Test(
    arguments: [
      ("offsets", [0, 2, 3, 7], [4], "it must begin with 0, end with the 6 rows of positions"),
      ("offsets", [0, 3, 2, 6], [4], "never go down"), ("offsets", [-1, 2, 3, 6], [4], "it must begin with 0"),
      ("trajectory_offsets", [0, 9], [2], "end with the 3 frames"), ("times", [0, 1], [2], "times have the shape [3]"),
      ("observables", [0, 1], [2], "observables have the shape [3, k]"),
      ("types", [1], [1], "types have the shape [6]"),
      ("features", [1, 2], [2], "features have the shape [6, c]"),
      ("positions", [1, 2], [2], "positions have the shape [P, d]"),
    ] as [(String, [Double], [Int], String)]) func whatDoesNotFitIsSaid(
      name: String, values: [Double], shape: [Int], message: String
    ) throws
  {
    let url = try archive(arrays.filter { $0.0 != name } + [(name, values, shape)])
    let error = #expect(throws: MacrostateError.self) { _ = try TrajectoryReaders.open([url]) }
    #expect(error?.kind == .badData && error?.message.contains(message) == true, "\(error?.message ?? "")")
  }
}
