import Foundation
import MacrostateCompute
import MacrostateEvaluation
import MacrostateRecipes
import MacrostateReports
import MacrostateRuns
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import Microstates
import ParticleSimulators

/// The main job on built-in data, from nothing to a report: the interacting particles of Sec. 4.2 are simulated, the
/// closure variables and their dynamics learned, and the three regimes of Table 1 evaluated.
public struct ParticleStudy {
  /// The amount of data, and the length of a training.
  public enum Scale: String, CaseIterable, Sendable {
    /// 1000 training trajectories, 200 in each test: under two minutes on two cores.
    case demo
    /// The paper's: 10 000 training trajectories, 1000 in each test.
    case paper

    /// Trajectories to learn from, those that validate included.
    public var trajectories: Int { self == .demo ? 1000 : 10_000 }

    /// Trajectories of each test.
    public var testTrajectories: Int { self == .demo ? 200 : 1000 }

    /// The settings that are used at this scale; data and seed are not set.
    public var configuration: RunConfiguration {
      var configuration = RunConfiguration()
      switch self {
      case .demo:
        configuration.closureTraining.steps = 5000
        configuration.dynamicsTraining.steps = 20_000
      case .paper:
        configuration.data.validationFraction = 0.2
        configuration.closureTraining.steps = 16_000
        configuration.dynamicsTraining.steps = 60_000
        configuration.dynamicsTraining.validationInterval = 3000
      }
      return configuration
    }
  }

  private let scale: Scale
  private let seed: UInt64
  private let folder: RunFolder
  private let threads: Int
  private let command: String
  private let stop: StopFlag
  private let progress: any ProgressObserver

  /// A study in the run folder `url`; its data go into `url/data`.
  public init(
    _ scale: Scale, seed: UInt64, folder url: URL, threads: Int, command: String, stop: StopFlag,
    progress: any ProgressObserver
  ) {
    self.scale = scale
    self.seed = seed
    folder = RunFolder(url)
    self.threads = threads
    self.command = command
    self.stop = stop
    self.progress = progress
  }

  /// The end of a study.
  public struct Outcome: Sendable {
    /// The errors and checks.
    public var result: EvaluationResult
    /// The report's page.
    public var report: URL
    /// Seconds of the whole job.
    public var seconds: Double
  }

  /// Does what is not done yet, and writes the report.
  public func run(restart: Bool) throws -> Outcome {
    try folder.owned { try run(in: $0, restart: restart) }
  }

  private func run(in folder: RunFolder, restart: Bool) throws -> Outcome {
    let start = ContinuousClock.now
    try checkDisk()
    for regime in Regime.allCases { try simulate(regime) }
    _ = try TrainingRun(folder, configuration: configuration, stop: stop, progress: progress, command: command)
      .run(restart: restart)
    let result = try RunEvaluation(folder, threads: threads).run(progress: progress)
    let seconds = (ContinuousClock.now - start).seconds
    try JSONFile.write(
      Provenance(
        command: command, seed: seed, threads: WorkerPool.threadCount(threads),
        instructionSet: Kernels.best.instructionSet, seconds: seconds),
      to: folder.provenance)
    return Outcome(result: result, report: try RunReport(folder).write(), seconds: seconds)
  }

  private func simulation(_ regime: Regime) -> ParticleSimulation {
    let isTest = regime != .training
    let count = isTest ? scale.testTrajectories : scale.trajectories
    return ParticleSimulation(regime: regime, trajectoryCount: count, seed: seed)
  }

  private func simulate(_ regime: Regime) throws {
    try simulateParticles(
      simulation(regime), to: data(regime), pool: WorkerPool(threads: threads),
      programVersion: ProgramVersion.current, stop: stop
    ) { [progress] done, total in progress.update("simulate \(regime.rawValue)", done: done, of: total, note: "") }
  }

  /// Says how much disk the data that are still to be made take, and refuses to begin where there is not enough.
  private func checkDisk() throws {
    let needed = Regime.allCases.map(simulation).reduce(0.0) { needed, simulation in
      // A damaged data set tells so when it is simulated.
      let written = (try? DatasetWriter.writtenTrajectoryCount(data(simulation.regime))) ?? 0
      return needed + Double(max(0, simulation.trajectoryCount - written) * simulation.bytesPerTrajectory)
    }
    guard needed > 0 else { return }
    progress.log(String(format: "estimate: %.1f GB of simulated data", needed / 1e9))
    try DiskSpace.require(needed, at: folder.url)
  }

  private func data(_ regime: Regime) -> URL {
    folder.url.appendingPathComponent("data/\(regime.rawValue).dataset")
  }

  /// The settings of the study.
  private var configuration: RunConfiguration {
    var configuration = scale.configuration
    configuration.seed = seed
    configuration.threads = threads
    configuration.data.training = data(.training).path
    for regime in Regime.tests {
      configuration.data.tests[regime.rawValue] = data(regime).path
    }
    return configuration
  }
}
