import Foundation
import Microstates

/// A small data set with everything: two species, varying n, an empty species, features, unequal lengths and steps.
enum Example {
  static let plan = DatasetPlan(trajectoryCount: 7, trajectoriesPerShard: 2)

  static let description = DatasetDescription(
    dimension: 2, units: .init(position: "σ", time: "τ"),
    box: SimulationBox(origin: [-16, -16], lengths: [32, 26], boundaries: [.reflecting, .periodic]),
    speciesNames: ["A", "B"], featureNames: ["charge"],
    observables: [ObservableDescription(name: "R_AB"), ObservableDescription(name: "energy", unit: "ε")],
    parameterNames: ["half_l"],
    generator: .init(name: "test", seed: 7, parameters: ["a": 0.1, "force": "tanh"]), programVersion: "1")

  static func trajectory(_ m: Int) -> Trajectory {
    let frames = (0..<(m + 1)).map { f in
      let counts = [1 + (m + f) % 3, (m + f) % 2]
      return Trajectory.Frame(
        time: Double(f) * 0.5 * Double(m + 1),
        positions: counts.enumerated().map { species, n in
          (0..<(2 * n)).map { Float(1000 * m + 100 * f + 10 * species + $0) }
        },
        features: counts.map { n in (0..<n).map { Float(m - $0) } },
        observables: [Double(m), Double(f) / 3])
    }
    return Trajectory(frames: frames, parameters: [10 + Double(m) / 7])
  }

  static func write(_ url: URL) throws {
    try DatasetWriter(url, description: description, plan: plan).writeMissingShards(trajectory: trajectory)
  }

  /// A data set of one species with nothing but `positions` in its only frame.
  static func write(_ url: URL, positions: [Float]) throws {
    try write(url, frames: [.init(time: 0, positions: [positions])])
  }

  /// A data set of one trajectory of plain `frames`.
  static func write(_ url: URL, frames: [Trajectory.Frame], observables: [ObservableDescription] = []) throws {
    let description = DatasetDescription(
      dimension: 2, observables: observables, generator: .init(name: "test"), programVersion: "1")
    let writer = try DatasetWriter(
      url, description: description, plan: DatasetPlan(trajectoryCount: 1, trajectoriesPerShard: 1))
    try writer.writeMissingShards { _ in Trajectory(frames: frames) }
  }
}
