import Foundation
import MacrostateAutodiff
import MacrostateConfiguration
import MacrostateParallel
import MacrostateStorage
import MacrostateTraining
import ParticleSimulators

/// What runs take on this machine, from a few steps of each kind of run measured on a small data set.
final class RunCosts {
  private let folder: URL
  private let threads: Int
  private let frames: Int
  private let testFrames: Double
  private let dataBytes: Double
  private var measured: [String: TrainingEstimate] = [:]
  private var densityStep: Double?
  /// Pairs of particles a second in a simulation.
  let pairsPerSecond: Double

  private static let trajectories = 8
  /// Checkpoints and curves of a cell of Fig. 4.
  private static let densityBytes = 6e6
  /// A pass without gradient, as a share of a training step on as many rows.
  private static let forwardShare = 0.4
  /// Bytes that are read and checked a second.
  private static let checkedBytesPerSecond = 1.5e9

  /// Simulates the small data set in a temporary folder, which goes with this object.
  init(_ settings: ReproductionSettings, _ data: ReproductionData) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("macrostate-\(UUID().uuidString)")
    threads = settings.threads
    frames = data.frames
    let simulation = ParticleSimulation(regime: .training, trajectoryCount: Self.trajectories, seed: 0)
    testFrames = Double(3 * settings.testTrajectories * simulation.particles.frameCount)
    dataBytes = Double((settings.trajectories + 3 * settings.testTrajectories) * simulation.bytesPerTrajectory)
    let start = ContinuousClock.now
    try Folder.create(folder)
    try simulateParticles(
      simulation, to: folder.appendingPathComponent("calibration.dataset"), pool: WorkerPool(threads: threads),
      programVersion: ProgramVersion.current)
    pairsPerSecond = simulation.pairCount / start.secondsSince
  }

  deinit { try? Folder.remove(folder) }

  /// The measured steps of runs like this one: of its method, whatever its seed, ε, dim ẑ and lengths.
  private func estimate(_ configuration: RunConfiguration) throws -> TrainingEstimate {
    var like = configuration
    let defaults = RunConfiguration()
    like.seed = 0
    like.threads = threads
    like.density.smoothing = defaults.density.smoothing
    like.encoder.closureDimension = defaults.encoder.closureDimension
    like.data = defaults.data
    like.data.validationFraction = 0.25
    like.data.testFraction = 0
    let key = like.resultHash
    if let known = measured[key] { return known }
    like.data.training = folder.appendingPathComponent("calibration.dataset").path
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
    case .particles: try seconds(run.configuration, shared: shared)
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

  private func seconds(_ configuration: RunConfiguration, shared: Set<SharedTraining>) throws -> Double {
    let rates = try estimate(configuration)
    let closure = configuration.closureTraining
    let dynamics = configuration.dynamicsTraining
    let validations = Double(closure.steps / closure.validationInterval + 2)
    let closureSets = Double(closure.steps * closure.batch)
    let checkedSets = Self.forwardShare * validations * Double(closure.validationSets)
    let closureSeconds = (closureSets + checkedSets) * rates.closureStep / Double(closure.batch)

    let row = rates.dynamicsStep / Double(dynamics.batch)
    let unrolled = dynamics.unrollLength > 0 ? dynamics.unrollSteps * dynamics.unrollLength / 8 : 0
    let rollouts = Double(dynamics.steps / dynamics.validationInterval + 2)
    let validationFrames = configuration.data.validationFraction * Double(frames)
    let oneTraining =
      Double(dynamics.steps + unrolled) * rates.dynamicsStep + Self.forwardShare * rollouts * validationFrames * row

    // Where the encoder's own dynamics is kept, stage II trains that of the observables alone.
    let members = configuration.closureTraining.objective == .dynamics ? 0 : configuration.dynamics.ensemble
    let trainings = Double(members + (shared.contains(.withoutClosure) ? 0 : 1))
    let evaluation = Self.forwardShare * testFrames * row * Double(configuration.dynamics.ensemble + 1)
    return (shared.contains(.closure) ? 0 : closureSeconds) + Double(frames) * rates.frame + trainings * oneTraining
      + evaluation + dataBytes / Self.checkedBytesPerSecond
  }

  /// Bytes that a run leaves on the disk.
  func bytes(_ run: PlannedRun) throws -> Double {
    run.kind == .density ? Self.densityBytes : try estimate(run.configuration).disk
  }
}

extension ContinuousClock.Instant {
  /// Seconds from this moment to now.
  var secondsSince: Double {
    let parts = (ContinuousClock.now - self).components
    return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
  }
}

/// A time as people say it: 42 s, 3 min 05 s, 2 h 10 min.
func timeText(_ seconds: Double) -> String {
  let whole = Int(seconds.rounded())
  if whole < 60 { return "\(whole) s" }
  if whole < 3600 { return String(format: "%d min %02d s", whole / 60, whole % 60) }
  return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
}
