import ArgumentParser
import Foundation
import MacrostateKit

extension SimulateCommand {
  /// `macrostate simulate lammps`.
  struct LAMMPSRuns: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "lammps",
      abstract: "Run an input script of LAMMPS many times with drawn variables, and import the dumps.",
      discussion: """
        Each run is a child process in a folder of its own, as many at once as there are cores. Its text dump (one file, \
        written by a name without a folder) becomes a trajectory. What run m is given depends on the seed and m alone, so \
        jobs can share the work: --part 0/4 … --part 3/4. The same command carries on after a stop.

        A variable `seed` of the script gets a positive whole number of its own in every run. Drawn values become \
        parameters of the trajectories.
        """)

    @Argument(help: "The input script.")
    var script: String

    @Option(help: "Draw a variable for every run: half_l=10:22, half_l=8:10,22:24, or n=1,2,3; may be repeated.")
    var vary: [String] = []

    @Option(help: "Set a variable for all runs: name=value; may be repeated.")
    var set: [String] = []

    @Option(help: "Draw a seed for a variable: NAME, or NAME=S with a seed S of its own; may be repeated.")
    var seedVariable: [String] = []

    @Option(
      parsing: .unconditional, help: "Number of runs; a data set with fewer gets the others.",
      transform: wholeNumber(NumberLimit.trajectories))
    var runs = 100

    @Option(parsing: .unconditional, help: "Seed.", transform: seedNumber)
    var seed: UInt64 = 0

    @Option(help: "Make only the shards s with s mod n = i: i/n.")
    var part: String?

    @Option(help: "Names of the types, such as A,B.", transform: commaSeparated)
    var species: [String]?

    @Option(
      parsing: .unconditional, help: "Time of a step; default that of the script's command timestep.",
      transform: positiveNumber)
    var timeStep: Double?

    @Option(parsing: .unconditional, help: "Dimension of space: 2 leaves z out.", transform: wholeNumber(1...3))
    var dimension: Int?

    @Option(help: "A file that the script reads by a name without a folder; may be repeated.")
    var file: [String] = []

    @Option(name: .customLong("lammps"), help: "LAMMPS's program; default lmp.")
    var program: String?

    @Flag(help: "Keep the dumps, in OUTPUT.dumps.")
    var keepDumps = false

    @Option(name: .shortAndLong, help: "The data set's folder, such as my.dataset.")
    var output: String

    @OptionGroup var computed: ObservableOptions
    @OptionGroup var common: CommonOptions
    @OptionGroup var limit: WallTimeOption

    func run() throws {
      let simulation = try simulation()
      try simulation.validate()
      let progress = common.progress
      if simulation.stepTime(run: 0) == nil && !simulation.script.dumpsTimes {
        progress.warn(
          "the script has no number for `timestep`: times are steps of LAMMPS; give --time-step for times, or let the "
            + "dump say them (dump_modify ID time yes)")
      }
      for warning in simulation.observables.warnings { progress.warn(warning) }
      if simulation.observables.choices.isEmpty {
        progress.warn("no observables: the macrostate is the closure variables alone; give --observable to predict one")
      }
      var job = LAMMPSJob(
        engine: try LAMMPS(program), dataset: try datasetFolder(output), pool: WorkerPool(threads: common.threads),
        stop: limit.installStopFlag(), programVersion: ProgramVersion.current)
      if let part { job.part = try DatasetPart(part) }
      try simulateLAMMPS(
        simulation, job: job,
        estimate: { size in
          progress.log(
            "estimate: \(DiskSpace.text(size.datasetBytes)) of data, and \(DiskSpace.text(size.dumpBytes)) of dumps "
              + (keepDumps ? "that are kept" : "that wait for their import"))
        },
        progress: { done, total in progress.update("simulate", done: done, of: total, note: "") },
        notice: progress.warn)
      try Results.print("\(output): \(runs) runs of \(script)\(part.map { ", part \($0)" } ?? "")")
    }

    private func simulation() throws -> LAMMPSSimulation {
      var simulation = LAMMPSSimulation(
        script: try LAMMPSScript(URL(fileURLWithPath: script)), runCount: runs, seed: seed,
        observables: try computed.request())
      for text in vary { simulation.draw(try .range(parsing: text)) }
      for text in seedVariable { simulation.draw(try .seed(parsing: text)) }
      for text in set {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
          throw MacrostateError(.usage, "set '\(text)': write NAME=value, such as lx=32")
        }
        simulation.set(parts[0], to: parts[1])
      }
      simulation.positions = computed.positions
      simulation.speciesNames = species
      simulation.timeStep = timeStep
      simulation.dimension = dimension
      simulation.files = file.map { URL(fileURLWithPath: $0) }
      simulation.keepsDumps = keepDumps
      return simulation
    }
  }
}
