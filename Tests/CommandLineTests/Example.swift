import Foundation
import MacrostateKit
import Testing

/// Small arrays and settings: a contracting cloud whose observable is its mean squared radius.
enum Example {
  static let trajectories = 12
  static let frames = 6
  static let particles = 10

  /// Settings of a training that takes a fraction of a second, with `others` in the place of those that are for other kinds.
  static func settings(closureSteps: Int = 20, dynamicsSteps: Int = 20, with others: [String] = []) -> [String] {
    let isAttention = others.contains("encoder.kind=set-transformer")
    let hasDensity = !others.contains { $0.hasPrefix("closure_training.objective=") }
    let all = [
      "encoder.point_widths=[8, 8]", "encoder.set_widths=[8]", "encoder.closure_dimension=2",
      "density.widths=[8]", "density.layers=2", "density.samples=8", "dynamics.widths=[8]", "dynamics.ensemble=2",
      "closure_training.steps=\(closureSteps)", "closure_training.batch=8", "closure_training.validation_sets=8",
      "closure_training.validation_interval=10", "dynamics_training.steps=\(dynamicsSteps)",
      "dynamics_training.batch=16", "dynamics_training.validation_interval=20", "data.test_fraction=0.2",
    ]
    return
      (all.filter { !(isAttention && $0.contains("_widths=[8")) && (hasDensity || !$0.hasPrefix("density.")) } + others)
      .flatMap { ["--set", $0] }
  }

  /// Positions `[trajectories, frames, n, d]`.
  static func positions(
    trajectories: Int = trajectories, frames: Int = frames, particles: Int = particles, dimension: Int = 2
  ) -> [Float] {
    (0..<trajectories).flatMap { m in
      (0..<frames).flatMap { f -> [Float] in
        (0..<particles * dimension).map { i -> Float in
          let start: Double = sin(12.9898 * Double(i + 1) + 78.233 * Double(m + 1))
          return Float(start * pow(0.9, Double(f)) * (1 + 0.1 * Double(m)))
        }
      }
    }
  }

  /// The mean squared radius, `[trajectories, frames, 1]`.
  static func radii() -> [Double] {
    let positions = positions()
    let size = particles * 2
    return (0..<trajectories * frames).map { frame in
      positions[frame * size..<(frame + 1) * size].reduce(0) { $0 + Double($1) * Double($1) } / Double(particles)
    }
  }
}

extension Scratch {
  /// Writes an array of `shape` as `name`.
  func write(_ name: String, _ values: [Float], _ shape: [Int]) throws {
    try NumPyFile.write(values, shape: shape, to: file(name))
  }

  /// Writes `x.npy`, `radius.npy` and `x0.npy`, and imports the first two as `x.dataset`.
  func importExample() throws {
    try write("x.npy", Example.positions(), [Example.trajectories, Example.frames, Example.particles, 2])
    try write("x0.npy", Example.positions(trajectories: 1, frames: 1), [Example.particles, 2])
    try NumPyFile.write(
      Example.radii(), shape: [Example.trajectories, Example.frames, 1], to: file("radius.npy"))
    try succeed([
      "import", "x.npy", "--observables", "radius.npy", "--observable-names", "radius", "--time-step", "0.5",
      "--output", "x.dataset", "--quiet",
    ])
  }

  /// Imports the example and trains on it as `run`.
  func trainExample() throws {
    try importExample()
    try succeed(["train", "x.dataset", "--run", "run", "--quiet"] + Example.settings())
  }
}
