import ArgumentParser
import Foundation
import MacrostateKit

/// `macrostate simulate`: the built-in simulator, and LAMMPS.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Make a data set by simulation.", subcommands: [Particles.self, LAMMPSRuns.self])

  /// `macrostate simulate particles`.
  struct Particles: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "particles",
      abstract: "Interacting particles in the plane (Kolokolnikov et al. 2011), with their energy.",
      discussion: """
        Regimes: training and in-dst (two clusters of 300 particles in all), diff-init (three clusters), diff-N (400 \
        particles). Trajectory m depends on the seed, the regime and m alone, so jobs can share the work: \
        --part 0/4 … --part 3/4.
        """)

    @Option(help: "What the data are for.")
    var regime = Regime.training

    @Option(
      parsing: .unconditional, help: "Number of trajectories; a data set with fewer gets the others.",
      transform: wholeNumber(NumberLimit.trajectories))
    var trajectories = 1000

    @Option(
      parsing: .unconditional, help: "Particles; default that of the regime.",
      transform: wholeNumber(NumberLimit.particles))
    var particles: Int?

    @Option(parsing: .unconditional, help: "Seed.", transform: seedNumber)
    var seed: UInt64 = 0

    @Option(help: "Make only the shards s with s mod n = i: i/n.")
    var part: String?

    @Option(name: .shortAndLong, help: "The data set's folder, such as my.dataset.")
    var output: String

    @OptionGroup var common: CommonOptions
    @OptionGroup var limit: WallTimeOption

    func run() throws {
      var simulation = ParticleSimulation(
        regime: regime, trajectoryCount: trajectories, seed: seed)
      if let particles { simulation.particleCount = particles }
      let progress = common.progress
      try simulateParticles(
        simulation, to: datasetFolder(output), pool: WorkerPool(threads: common.threads),
        programVersion: ProgramVersion.current, part: part.map { try DatasetPart($0) } ?? .whole,
        stop: limit.installStopFlag()
      ) { done, total in progress.update("simulate", done: done, of: total, note: "") }
      try Results.print("\(output): \(trajectories) trajectories of \(simulation.particleCount) particles")
    }
  }
}

extension Regime: ExpressibleByArgument {}
