import Foundation
import MacrostateKit
import Testing

/// The main job on particles of two species: import with types, an SDE, and predictions from frames and arrays.
@Suite struct SpeciesJobTests {
  private let scratch: Scratch
  /// The types in trajectory 0; others have another composition.
  private let types: [Int32] = [1, 1, 2, 1, 2, 1, 2, 2, 1, 1]

  init() throws {
    scratch = try Scratch()
    try scratch.write("x.npy", Example.positions(), [Example.trajectories, Example.frames, Example.particles, 2])
    try scratch.write("x0.npy", Example.positions(trajectories: 1, frames: 1), [Example.particles, 2])
    try NumPyFile.write(
      (0..<Example.trajectories).flatMap { m in types.enumerated().map { $0.offset < m % 3 ? 2 : $0.element } },
      shape: [Example.trajectories, Example.particles], to: scratch.file("types.npy"))
    try scratch.succeed([
      "import", "x.npy", "--types", "types.npy", "--observable", "mixing-ratio", "--cutoff", "0.8", "--positions",
      "0:3,4:6", "--time-step", "0.5", "--output", "x.dataset", "--quiet",
    ])
  }

  private func train(_ settings: String...) throws {
    try scratch.succeed(
      ["train", "x.dataset", "--run", "run", "--quiet"] + Example.settings(with: settings))
  }

  private func rows(_ name: String) throws -> [[Double]] {
    try scratch.text(name).split(separator: "\n").dropFirst().map {
      $0.split(separator: ",").map { Double($0) ?? .nan }
    }
  }

  @Test(arguments: ["joint", "separate"]) func anSDEIsTrainedEvaluatedAndReported(observables: String) throws {
    try train("dynamics.kind=sde", "dynamics.observables=\(observables)", "dynamics.diffusion_widths=[8]")
    try scratch.succeed(["evaluate", "run", "--quiet"])
    try scratch.succeed(["report", "run"])
    let predict = ["predict", "run", "--steps", "3", "--quiet", "--output"]
    try scratch.succeed(predict + ["frame.csv", "--frame", "x.dataset:0:0", "--closure"])
    let header = try #require(scratch.text("frame.csv").split(separator: "\n").first)
    #expect(
      header.hasPrefix("time,R_type-1_type-2,") && header.contains("z1 of type-1") && header.contains("z2 of type-2"))
    let columns = header.split(separator: ",")
    let fraction = try #require(columns.firstIndex(of: "fraction of type-1"))
    #expect(try rows("frame.csv").allSatisfy { abs($0[fraction] - 0.6) < 1e-6 }, "a constant")
    #expect(try rows("frame.csv").count == 4 && rows("frame.csv").joined().allSatisfy { $0.isFinite })

    // The same particles from arrays, in another order: observables are computed from the positions.
    let order = [9, 3, 5, 0, 8, 1, 7, 2, 6, 4]
    let positions = Example.positions(trajectories: 1, frames: 1)
    try scratch.write("other.npy", order.flatMap { positions[2 * $0..<2 * $0 + 2] }, [Example.particles, 2])
    try NumPyFile.write(order.map { types[$0] }, shape: [Example.particles], to: scratch.file("other-types.npy"))
    try scratch.succeed(predict + ["array.csv", "--input", "other.npy", "--types", "other-types.npy", "--closure"])
    #expect(try scratch.text("array.csv") == scratch.text("frame.csv"))
  }

  @Test(arguments: ["closure_training.objective=pointwise", "encoder.kind=flattened"])
  func baselinesTakeFramesWithoutTypes(setting: String) throws {
    try train(setting)
    try scratch.succeed(["evaluate", "run", "--quiet"])
    try scratch.succeed(["report", "run"])
    try scratch.succeed(["predict", "run", "--frame", "x.dataset:1:4", "--steps", "2", "--output", "y.csv", "--quiet"])
    #expect(try rows("y.csv").joined().allSatisfy { $0.isFinite })
  }

  @Test func badInputIsNamed() throws {
    try train()
    let predict = ["predict", "run", "--output", "y.csv"]
    try scratch.fail(predict + ["--input", "x0.npy"], code: 64, containing: ["x0.npy", "type-1", "type-2", "--types"])
    try scratch.fail(
      predict + ["--frame", "x.dataset:0:3"], code: 65, containing: ["x.dataset", "frame 3", "only the observables"])
    try NumPyFile.write([Int32](repeating: 3, count: 10), shape: [10], to: scratch.file("three.npy"))
    try scratch.fail(
      predict + ["--input", "x0.npy", "--types", "three.npy"], code: 65, containing: ["three.npy", "type 3", "type-2"])
    try NumPyFile.write([Int32](repeating: 1, count: 9), shape: [9], to: scratch.file("nine.npy"))
    try scratch.fail(
      predict + ["--input", "x0.npy", "--types", "nine.npy"], code: 65, containing: ["nine.npy", "10 particles"])
    try scratch.fail(
      predict + ["--frame", "x.dataset:0:0", "--types", "types.npy"], code: 64, containing: ["--types"])
  }

  /// A species may be missing from a start: its closure variables are those of no particles.
  @Test func aStartWithoutOneSpeciesIsPredicted() throws {
    try train()
    try NumPyFile.write([Int32](repeating: 2, count: 10), shape: [10], to: scratch.file("two.npy"))
    try scratch.succeed([
      "predict", "run", "--input", "x0.npy", "--types", "two.npy", "--steps", "2", "--closure", "--output", "y.csv",
      "--quiet",
    ])
    #expect(try rows("y.csv").joined().allSatisfy { $0.isFinite })
  }
}
