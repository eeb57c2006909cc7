import Foundation
import MacrostateCompute
import MacrostateEvaluation
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import ParticleSimulators

/// The time that runs take on this machine, from a few steps of each kind of run measured on a small data set.
final class RunCosts {
  private let folder: URL
  private let threads: Int
  private let data: ReproductionData
  private var measured: [String: TrainingEstimate] = [:]
  private var densityStep: Double?
  /// Seconds that making the missing data takes.
  let simulationSeconds: Double

  /// Checkpoints and curves of a cell of Fig. 4.
  private static let densityBytes = 6e6
  /// A pass without gradient, as a share of a training step on as many rows.
  private static let forwardShare = 0.4
  /// Bytes that are read and checked a second.
  private static let checkedBytesPerSecond = 1.5e9

  /// Makes a small data set for each of `systems`, in a temporary folder that goes with this object.
  init(_ settings: ReproductionSettings, _ data: ReproductionData, _ systems: [ReproducedSystem]) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("macrostate-\(UUID().uuidString)")
    self.folder = folder
    self.data = data
    threads = settings.threads
    try Folder.create(folder)
    simulationSeconds = try systems.reduce(0) { sum, system in
      try sum + data[system].calibrate(Self.calibration(system, in: folder), threads: settings.threads)
    }
  }

  private static func calibration(_ system: ReproducedSystem, in folder: URL) -> URL {
    folder.appendingPathComponent("\(system).dataset")
  }

  deinit { try? Folder.remove(folder) }

  /// The measured steps of runs like this one: of its method, whatever its seed, ε, dim ẑ and lengths.
  private func estimate(_ configuration: RunConfiguration, _ system: ReproducedSystem) throws -> TrainingEstimate {
    var like = configuration
    let defaults = RunConfiguration()
    like.seed = 0
    like.closureTraining.steps = defaults.closureTraining.steps
    like.dynamicsTraining.steps = defaults.dynamicsTraining.steps
    like.threads = threads
    like.density.smoothing = defaults.density.smoothing
    like.encoder.closureDimension = defaults.encoder.closureDimension
    like.data = defaults.data
    like.data.validationFraction = 0.25
    like.data.testFraction = 0
    let key = "\(system) \(like.resultHash)"
    if let known = measured[key] { return known }
    like.data.training = Self.calibration(system, in: folder).path
    let estimate = try TrainingRun(
      RunFolder(folder.appendingPathComponent("run")), configuration: like, stop: StopFlag(),
      progress: SilentProgress()
    ).estimate()
    measured[key] = estimate
    return estimate
  }

  /// Seconds of a run in which the trainings `shared` come from other runs.
  func seconds(_ run: PlannedRun, shared: Set<SharedTraining>) throws -> Double {
    switch run.kind {
    case .trajectories(let system): try seconds(run.configuration, system, shared: shared)
    case .density: try densitySeconds(run.configuration)
    }
  }

  private func densitySeconds(_ configuration: RunConfiguration) throws -> Double {
    let step = try densityStep ?? DensityStudy(configuration).secondsPerStep()
    densityStep = step
    let closure = configuration.closureTraining
    let checked = Double((closure.steps / closure.validationInterval + 2) * closure.validationSets)
    return (Double(closure.steps) + Self.forwardShare * checked / Double(closure.batch)) * step
  }

  private func seconds(
    _ configuration: RunConfiguration, _ system: ReproducedSystem, shared: Set<SharedTraining>
  ) throws -> Double {
    let rates = try estimate(configuration, system)
    let data = data[system]
    let closure = configuration.closureTraining
    let dynamics = configuration.dynamicsTraining
    let validations = Double(closure.steps / closure.validationInterval + 2)
    let closureSets = Double(closure.steps * closure.batch)
    let checkedSets = Self.forwardShare * validations * Double(closure.validationSets)
    let closureSeconds = (closureSets + checkedSets) * rates.closureStep / Double(closure.batch)

    let row = rates.dynamicsStep / Double(dynamics.batch)
    let unrolled = dynamics.unrollLength > 0 ? dynamics.unrollSteps * dynamics.unrollLength / 8 : 0
    let rollouts = Double(dynamics.steps / dynamics.validationInterval + 2)
    let validationFrames = configuration.data.validationFraction * Double(data.frames)
    let oneTraining =
      Double(dynamics.steps + unrolled) * rates.dynamicsStep + Self.forwardShare * rollouts * validationFrames * row

    // Where the encoder's own dynamics is kept, stage II trains that of the observables alone.
    let members = configuration.keepsEncodersDynamics ? 0 : configuration.dynamics.ensemble
    let trainings = Double(rates.parts * (members + (shared.contains(.withoutClosure) ? 0 : 1)))
    let models = Double(rates.parts * (configuration.dynamics.ensemble + 1))
    let paths = configuration.dynamics.kind == .sde ? Double(PathEnsemble.pathsPerStart) : 1
    let evaluation = Self.forwardShare * Double(data.testFrames) * paths * row * models
    let encoding = Double(data.frames) * rates.frame
    return (shared.contains(.closure) ? 0 : closureSeconds) + encoding + trainings * oneTraining + evaluation
      + data.bytes / Self.checkedBytesPerSecond
  }

  /// Bytes that a run leaves on the disk.
  func bytes(_ run: PlannedRun) throws -> Double {
    try run.system.map { try estimate(run.configuration, $0).disk } ?? Self.densityBytes
  }
}

extension ContinuousClock.Instant {
  /// Seconds from this moment to now.
  var secondsSince: Double { (ContinuousClock.now - self).seconds }
}
