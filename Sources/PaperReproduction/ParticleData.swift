import Foundation
import MacrostateCompute
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import Microstates
import ParticleSimulators

/// The interacting particles of Sec. 4.2: a data set to learn from and three tests, made by the built-in simulator.
struct ParticleData: SystemData {
  private let folder: URL
  private let simulations: [ParticleSimulation]

  init(_ settings: ReproductionSettings) {
    folder = settings.folder.appendingPathComponent("data")
    simulations = Regime.allCases.map { regime in
      ParticleSimulation(
        regime: regime,
        trajectoryCount: regime == .training
          ? settings.trajectories(.particles) : settings.testTrajectories(.particles),
        seed: settings.dataSeed)
    }
  }

  var missingBytes: Double {
    simulations.reduce(0) { $0 + missingShare($1) * Double($1.trajectoryCount * $1.bytesPerTrajectory) }
  }

  /// Pairs of particles whose forces are still to be computed.
  private var missingPairs: Double { simulations.reduce(0) { $0 + missingShare($1) * $1.pairCount } }

  var frames: Int { simulations[0].trajectoryCount * simulations[0].particles.frameCount }

  var testFrames: Int {
    simulations.dropFirst().reduce(0) { $0 + $1.trajectoryCount * $1.particles.frameCount }
  }

  var bytes: Double { simulations.reduce(0) { $0 + Double($1.trajectoryCount * $1.bytesPerTrajectory) } }

  private static let calibrationTrajectories = 8

  func calibrate(_ url: URL, threads: Int) throws -> Double {
    let simulation = ParticleSimulation(regime: .training, trajectoryCount: Self.calibrationTrajectories, seed: 0)
    let start = ContinuousClock.now
    try simulateParticles(
      simulation, to: url, pool: WorkerPool(threads: threads), programVersion: ProgramVersion.current)
    return missingPairs * start.secondsSince / simulation.pairCount
  }

  /// The share of a data set that is still to be made; a damaged one tells so when it is prepared.
  private func missingShare(_ simulation: ParticleSimulation) -> Double {
    let written = (try? DatasetWriter.writtenTrajectoryCount(place(simulation.regime))) ?? 0
    return max(0, 1 - Double(written) / Double(simulation.trajectoryCount))
  }

  func place(_ regime: Regime) -> URL { folder.appendingPathComponent("\(regime.rawValue).dataset") }

  func locate(_ configuration: RunConfiguration) -> RunConfiguration {
    name(configuration) { place($0.regime).relativePath }
  }

  func identify(_ configuration: RunConfiguration) -> RunConfiguration {
    name(configuration) { "particles \($0.regime.rawValue) \($0.trajectoryCount) seed \($0.seed)" }
  }

  private func name(
    _ configuration: RunConfiguration, _ text: (ParticleSimulation) -> String
  ) -> RunConfiguration {
    var configuration = configuration
    configuration.data.tests = [:]
    for simulation in simulations {
      if simulation.regime == .training {
        configuration.data.training = text(simulation)
      } else {
        configuration.data.tests[simulation.regime.rawValue] = text(simulation)
      }
    }
    return configuration
  }

  func prepare(pool: WorkerPool, stop: StopFlag, progress: any ProgressObserver) throws {
    for simulation in simulations {
      let url = place(simulation.regime)
      try simulateParticles(
        simulation, to: url, pool: pool, programVersion: ProgramVersion.current, stop: stop
      ) { done, total in
        progress.update("simulate \(simulation.regime.rawValue)", done: done, of: total, note: "")
      }
      try check(url, pool: pool)
    }
  }
}
