import Foundation
import MacrostateCompute
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import Microstates
import Synchronization
import TestSupport
import Testing

/// A folder with a tiny data set, and runs that train on it in a moment.
final class TinyRun: Sendable {
  private let scratch: TemporaryFolder
  var url: URL { scratch.url }

  /// A data set of 10 trajectories of contracting clouds of two species.
  ///
  /// - Parameters:
  ///   - frames: frames of trajectory m.
  ///   - points: points of every set; nil for sets of many sizes, some without points.
  ///   - names: names of the observables.
  ///   - species: names of the species.
  ///   - stored: whether the positions of frame t are stored.
  ///   - reacts: whether a particle of the first species is lost in every other frame.
  ///   - place: where a coordinate is put.
  ///   - box: the box of frame t; nil for open space.
  ///   - measure: the observables of a cloud of this size; nil for the size and parts of it.
  init(
    observables: Bool = true, frames: (Int) -> Int = { 4 + $0 % 3 }, points: Int? = nil, names: [String] = ["size"],
    species: [String] = ["A", "B"], stored: (Int) -> Bool = { _ in true },
    reacts: Bool = false, place: (Float) -> Float = { $0 }, box: ((Int) -> SimulationBox)? = nil,
    measure: ((Double) -> [Double])? = nil
  ) throws {
    scratch = try TemporaryFolder()
    let description = DatasetDescription(
      dimension: 2, box: box?(0), speciesNames: species,
      observables: observables ? names.map { .init(name: $0) } : [],
      hasChangingBoxes: box.map { $0(0) != $0(1) } ?? false,
      generator: .init(name: "test"), programVersion: "1")
    let writer = try DatasetWriter(
      dataset, description: description, plan: .init(trajectoryCount: 10, trajectoriesPerShard: 4))
    try writer.writeMissingShards { m in
      Trajectory(
        frames: (0..<frames(m)).map { t in
          var frame = Self.frame(m, t, observables: observables ? names.count : 0, points: points, species.count)
          frame.positions = frame.positions.map { $0.map(place) }
          frame.box = box?(t)
          if let measure { frame.observables = measure(frame.observables[0]) }
          if reacts && t % 2 == 1 { frame.positions[0].removeLast(2) }
          if !stored(t) { frame.positions = species.map { _ in [] } }
          return frame
        })
    }
  }

  private static func frame(
    _ m: Int, _ t: Int, observables: Int, points: Int?, _ speciesCount: Int
  ) -> Trajectory.Frame {
    let scale = Float(exp(-0.1 * Double(t))) * (1 + 0.05 * Float(m))
    let positions = (0..<speciesCount).map { points ?? ($0 == 1 ? m % 2 * 4 : 6 + m % 3) }.enumerated().map {
      species, n in
      var random = RandomStream(seed: 1, purpose: .evaluation, step: m, set: species)
      return random.normals(2 * n).map { $0 * scale }
    }
    return .init(
      time: 0.1 * Double(t) * Double(1 + m % 2), positions: positions,
      observables: (0..<observables).map { Double(scale) / Double($0 + 1) })
  }

  var dataset: URL { url.appendingPathComponent("tiny.dataset") }

  /// Settings of a training that takes a moment.
  var configuration: RunConfiguration {
    var configuration = RunConfiguration()
    configuration.threads = 1
    configuration.data.training = dataset.path
    configuration.encoder.perceptron.pointWidths = [8, 8]
    configuration.encoder.perceptron.setWidths = [8]
    configuration.encoder.closureDimension = 2
    configuration.density.samples = 8
    configuration.density.smoothing = 0.2
    configuration.density.splineFlow.layers = 2
    configuration.density.splineFlow.widths = [8]
    configuration.density.splineFlow.bins = 4
    configuration.closureTraining.steps = 24
    configuration.closureTraining.batch = 4
    configuration.closureTraining.validationInterval = 7
    configuration.closureTraining.validationSets = 4
    configuration.dynamics.equation.widths = [8]
    configuration.dynamics.equation.diffusionWidths = [8]
    configuration.dynamics.ensemble = 2
    configuration.dynamicsTraining.steps = 20
    configuration.dynamicsTraining.batch = 8
    configuration.dynamicsTraining.validationInterval = 6
    configuration.dynamicsTraining.unrollLength = 2
    configuration.dynamicsTraining.unrollSteps = 10
    configuration.run.logInterval = 3
    return configuration
  }

  func folder(_ name: String) -> RunFolder { RunFolder(url.appendingPathComponent(name)) }

  /// Trains in the folder `name`, or carries on there.
  @discardableResult
  func train(
    _ name: String, _ configuration: RunConfiguration, restart: Bool = false, stop: StopFlag = StopFlag(),
    progress: any ProgressObserver = SilentProgress()
  ) throws -> TrainedModel {
    try TrainingRun(folder(name), configuration: configuration, stop: stop, progress: progress).run(restart: restart)
  }

  /// The bytes of the model's files and of the metrics of a run.
  func result(_ name: String) throws -> [String: Data] {
    let folder = folder(name)
    var files = ["metrics.jsonl": try Data(contentsOf: folder.metrics)]
    for file in try Folder.contents(folder.model) { files[file.lastPathComponent] = try Data(contentsOf: file) }
    return files
  }
}

/// Sets a stop flag at the n-th report of progress.
final class StopAt: ProgressObserver {
  private let stop: StopFlag
  private let moment: Int
  private let seen = Atomic<Int>(0)

  init(_ stop: StopFlag, moment: Int) {
    self.stop = stop
    self.moment = moment
  }

  func update(_ name: String, done: Int, of total: Int, note: String) {
    if seen.add(1, ordering: .relaxed).newValue == moment { stop.request() }
  }
  func log(_ line: String) {}
  func warn(_ line: String) {}
}

/// Keeps the warnings.
final class Warnings: ProgressObserver {
  private let kept = Mutex<[String]>([])

  var lines: [String] { kept.withLock(\.self) }

  func update(_ name: String, done: Int, of total: Int, note: String) {}
  func log(_ line: String) {}
  func warn(_ line: String) { kept.withLock { $0.append(line) } }
}

// Tests name trainings as the files do.
extension TrainingName: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(rawValue: value) }
}
