import Foundation
import MacrostateCompute
import MacrostateRecipes
import MacrostateRuns
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import Microstates
import Synchronization
import TestSupport

/// A run on contracting clouds of two species, trained for a moment, and data sets to test it on.
final class SmallRun {
  let folder: RunFolder
  let dataset: Dataset
  let model: TrainedModel
  let pool = WorkerPool(threads: 2)
  private let scratch: TemporaryFolder

  /// What a model with noise is trained with.
  static let stochastic = ["dynamics.kind=sde", "dynamics.diffusion_widths=[8]"]

  /// A run in a folder of its own. Its test is `in-dst`: 8 trajectories, with as many twins and independents.
  init(_ settings: [String] = []) throws {
    scratch = try TemporaryFolder()
    dataset = try Self.write(scratch.file("training.dataset"), trajectories: 12, firstStart: 0)
    var configuration = RunConfiguration()
    configuration.threads = 2
    configuration.data.training = dataset.url.path
    let test = try Self.write(scratch.file("test.dataset"), trajectories: 8, firstStart: 3)
    let twins = try Self.write(scratch.file("twins.dataset"), trajectories: 8, firstStart: 3, rate: 0.85)
    let others = try Self.write(scratch.file("other.dataset"), trajectories: 8, firstStart: 20)
    configuration.data.tests = ["in-dst": test.url.path]
    configuration.data.twins = ["in-dst": twins.url.path]
    configuration.data.independents = ["in-dst": others.url.path]
    for setting in [
      "encoder.point_widths=[8, 8]", "encoder.set_widths=[8]", "encoder.closure_dimension=2", "density.widths=[8]",
      "density.layers=2", "dynamics.widths=[8]", "dynamics.ensemble=2", "closure_training.steps=20",
      "closure_training.batch=8", "dynamics_training.steps=50", "dynamics_training.batch=16",
    ] + settings { try configuration.set(setting) }
    folder = RunFolder(scratch.file("run"))
    model = try TrainingRun(folder, configuration: configuration, stop: StopFlag(), progress: SilentProgress()).run()
  }

  /// A data set of other starts than those of the run's tests.
  var other: URL { scratch.file("other.dataset") }

  /// Trajectories of six frames from t = 1000 to 1005; the start of trajectory m is that of number `firstStart` + m.
  private static func write(
    _ url: URL, trajectories: Int, firstStart: Int, rate: Double = 0.9
  ) throws -> Dataset {
    let description = DatasetDescription(
      dimension: 2, speciesNames: ["A", "B"], observables: [ObservableDescription(name: "radius")],
      generator: .init(name: "test"), programVersion: "1")
    let plan = DatasetPlan(trajectoryCount: trajectories, trajectoriesPerShard: 5)
    try DatasetWriter(url, description: description, plan: plan).writeMissingShards { m in
      Trajectory(
        frames: (0..<6).map { f in
          let points = (0..<20).map { i -> Float in
            let start: Double = sin(12.9898 * Double(i + 1) + 78.233 * Double(firstStart + m + 1))
            return Float(start * pow(rate, Double(f)))
          }
          let radius = points.reduce(0) { $0 + Double($1) * Double($1) } / 10
          return Trajectory.Frame(
            time: 1000 + Double(f), positions: [Array(points[..<8]), Array(points[8...])], observables: [radius])
        })
    }
    return try Dataset.open(url)
  }
}
