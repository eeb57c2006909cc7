import Foundation
import MacrostateParallel
import ParticleSimulators

/// The simulator: n = 300, the energy at every step, nothing written.
struct SimulationRow {
  private let threads: Int

  init(threads: Int) { self.threads = threads }

  func run(seconds: Double) throws -> BenchmarkCommand.Line {
    let simulation = ParticleSimulation(regime: .training, trajectoryCount: 64, seed: 0)
    let pool = WorkerPool(threads: threads)
    let pairs = 300.0 * 299 / 2 * Double(simulation.particles.frameCount)
    let rate = try rate(units: pairs * Double(threads), seconds: seconds) { call in
      try pool.run(tasks: threads) { _ = try simulation.trajectory((call + $0) % 64) }
    }
    return .init(
      row: "simulate", unit: "pairs/s", rate: rate, parameters: nil, peakShare: nil, residentMegabytes: nil)
  }
}
