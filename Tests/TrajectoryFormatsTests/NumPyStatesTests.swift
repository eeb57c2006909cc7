import Foundation
import MacrostateStorage
import Microstates
import TestSupport
import Testing
import TrajectoryFormats

/// States without positions in arrays, and features beside positions.
@Suite struct NumPyStatesTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func source(_ shape: [Int], grid: [Int]) throws -> NumPyTrajectorySource {
    let url = folder.file("x.npy")
    try NumPyFile.write((0..<shape.reduce(1, *)).map(Float.init), shape: shape, to: url)
    return try NumPyTrajectorySource(url, options: .init(timeStep: 0.5, grid: grid))
  }

  /// Shape and grid; trajectories, frames, cells and features of a cell.
  @Test(arguments: [
    ([2, 3, 4, 5], [4, 5], [2, 3, 20, 1]), ([3, 4, 5], [4, 5], [1, 3, 20, 1]), ([3, 4, 5, 2], [4, 5], [1, 3, 20, 2]),
    ([2, 3, 4, 5, 2], [4, 5], [2, 3, 20, 2]), ([4, 4, 4, 4], [4, 4], [4, 4, 16, 1]), ([2, 3, 7], [7], [2, 3, 7, 1]),
    ([2, 3, 7], [1], [2, 3, 1, 7]), ([3, 7], [1], [1, 3, 1, 7]), ([3, 1, 7], [1], [1, 3, 1, 7]),
    ([2, 3, 1], [1], [2, 3, 1, 1]), ([2, 2, 2, 2], [2, 2, 2], [1, 2, 8, 1]),
  ]) func gridsOfAllShapes(shape: [Int], grid: [Int], expected: [Int]) throws {
    let source = try source(shape, grid: grid)
    let counts = [source.trajectoryCount, source.frameCount, source.particleCount, source.featureNames.count]
    #expect(counts == expected && source.dimension == 0 && source.grid == grid)
    let size = expected[2] * expected[3]
    let last = try #require(try source.trajectory(expected[0] - 1).frames.last)
    let end = shape.reduce(1, *)
    #expect(last.features == [((end - size)..<end).map(Float.init)] && last.positions == [[]])
  }

  /// Features of one configuration need no axes for trajectories and frames, as its positions need none.
  @Test func oneConfigurationHasItsFeatures() throws {
    for points in [[3], [1, 3], [1, 1, 3]] {
      for (columns, names) in [([2], ["feature-1", "feature-2"]), ([], ["feature-1"])] {
        #expect(NumPyShapes.featureCount(shape: points + columns, of: [1, 1, 3, 2]) == names.count)
      }
    }
    #expect(NumPyShapes.featureCount(shape: [3, 2], of: [1, 2, 3, 2]) == nil)
  }

  @Test func otherShapesAreRefused() throws {
    for (shape, grid) in [([2, 3, 5, 4], [4, 5]), ([4, 5], [4, 5]), ([2, 2, 2, 2, 2, 2], [2, 2]), ([7], [1])] {
      expectError(.badData, containing: "x.npy: shape", "--grid") { _ = try source(shape, grid: grid) }
    }
    try NumPyFile.write([1, 2, .nan, 4] as [Float], shape: [2, 2], to: folder.file("nan.npy"))
    expectError(.badData, containing: "trajectory 0, frame 1, point 0: 'feature-1' is not finite") {
      _ = try NumPyTrajectorySource(folder.file("nan.npy"), options: .init(timeStep: 1, grid: [2])).trajectory(0)
    }
  }

  @Test func statesBecomeADataSet() throws {
    try importTrajectories(
      from: source([2, 3, 4, 5], grid: [4, 5]), to: folder.file("x.dataset"),
      options: ImportOptions(programVersion: "1"))
    let dataset = try Dataset.open(folder.file("x.dataset"))
    #expect(dataset.description.grid == [4, 5] && dataset.description.featureNames == ["feature-1"])
    #expect(dataset.withFeatures(frame: 5, species: 0, Array.init) == (100..<120).map(Float.init))
  }
}
