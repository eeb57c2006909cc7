import Foundation
import MacrostateConfiguration
import MacrostateParallel
import MacrostateStorage
import MacrostateTraining
import Microstates
import ParticleSimulators

/// The data sets that all runs of a reproduction share: one to learn from and three tests, simulated once.
struct ReproductionData {
  private let folder: URL
  private let simulations: [ParticleSimulation]

  init(_ settings: ReproductionSettings) {
    folder = settings.folder.appendingPathComponent("data")
    simulations = Regime.allCases.map { regime in
      ParticleSimulation(
        regime: regime,
        trajectoryCount: regime == .training ? settings.trajectories : settings.testTrajectories,
        seed: settings.dataSeed)
    }
  }

  /// Bytes of the data sets that are not complete yet.
  var missingBytes: Double {
    simulations.filter { !isComplete($0) }.reduce(0) { $0 + Double($1.trajectoryCount * $1.bytesPerTrajectory) }
  }

  /// Pairs of particles whose forces are still to be computed.
  var missingPairs: Double { simulations.filter { !isComplete($0) }.reduce(0) { $0 + $1.pairCount } }

  /// Frames that are encoded: those of the training data set.
  var frames: Int { simulations[0].trajectoryCount * simulations[0].particles.frameCount }

  private func isComplete(_ simulation: ParticleSimulation) -> Bool {
    (try? Dataset.open(place(simulation.regime))) != nil
  }

  func place(_ regime: Regime) -> URL { folder.appendingPathComponent("\(regime.rawValue).dataset") }

  /// Names the data sets in `configuration` by where they are.
  func locate(_ configuration: RunConfiguration) -> RunConfiguration {
    name(configuration) { place($0.regime).relativePath }
  }

  /// Names the data sets by what is in them, so that a result's name does not depend on where its data are.
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

  /// Simulates what is missing and checks what is there, so that a later error is not the data's.
  ///
  /// - Throws: `MacrostateError` where data there were made with other settings or are damaged, the disk is full, or
  ///   after a stop.
  func prepare(pool: WorkerPool, stop: StopFlag, progress: any ProgressObserver) throws {
    for simulation in simulations {
      let url = place(simulation.regime)
      try simulateParticles(
        simulation, to: url, pool: pool, programVersion: ProgramVersion.current, stop: stop
      ) { done, total in
        progress.update("simulate \(simulation.regime.rawValue)", done: done, of: total, note: "")
      }
      do {
        let dataset = try Dataset.open(url)
        try pool.run(tasks: dataset.shardCount) { try dataset.verifyChecksums(ofShard: $0) }
      } catch let error as MacrostateError where error.kind != .stopped {
        throw MacrostateError(
          error.kind, "\(error.message)\nRemove \(url.relativePath) and run the same command again: it is made anew")
      }
    }
  }
}
