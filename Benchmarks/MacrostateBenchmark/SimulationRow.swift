import Foundation
import MacrostateCompute
import ParticleSimulators

/// The simulator: `batch` systems of n = 300 a call, forces and energy at each of their 301 frames, nothing written.
struct SimulationRow {
  private let batch: Int
  private let threads: Int

  init(batch: Int, threads: Int) {
    self.batch = batch
    self.threads = threads
  }

  func run(seconds: Double) throws -> BenchmarkCommand.Line {
    let simulation = ParticleSimulation(regime: .training, trajectoryCount: 64, seed: 0)
    let pool = WorkerPool(threads: threads)
    let pairs = 300.0 * 299 / 2 * Double(simulation.particles.frameCount)
    let rate = try rate(units: pairs * Double(batch), seconds: seconds) { call in
      try pool.run(tasks: batch) { _ = try simulation.trajectory((call + $0) % 64) }
    }
    return .init(
      row: "simulate", unit: "pairs/s", rate: rate, parameters: nil, peakShare: nil, residentMegabytes: nil)
  }
}
