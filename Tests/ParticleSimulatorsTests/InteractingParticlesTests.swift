import Foundation
import Microstates
import ParticleSimulators
import Testing

/// What the physics says about runs of the full size, 300 particles to t = 6.
@Suite struct InteractingParticlesTests {
  private func energies(_ regime: Regime, trajectory m: Int) throws -> [Double] {
    try ParticleSimulation(regime: regime, trajectoryCount: 8, seed: 5).trajectory(m).frames.map { $0.observables[0] }
  }

  @Test(arguments: Regime.allCases)
  func energyNeverRises(regime: Regime) throws {
    for m in 0..<3 {
      let energies = try energies(regime, trajectory: m)
      for (now, next) in zip(energies, energies.dropFirst()) { #expect(next <= now * (1 + 1e-6)) }
    }
  }

  /// E(6) = 0.2286 ± 0.0003 over seeds, and 0.2291 for 400 particles; E₀ = 0.39 … 0.70 in eight runs.
  @Test func energyReachesItsSteadyValue() throws {
    let runs = try (0..<6).map { try energies(.training, trajectory: $0) }
    let last = runs.map { $0[300] }
    #expect(last.allSatisfy { abs($0 - 0.2286) < 0.0012 })
    #expect(abs(last.reduce(0, +) / 6 - 0.2286) < 0.0004)
    #expect(runs.allSatisfy { 0.33...0.75 ~= $0[0] })
    #expect(abs(try energies(.differentNumber, trajectory: 0)[300] - 0.2291) < 0.0012)
  }

  @Test func particlesSettleInAnAnnulusAboutTheirCentre() throws {
    var simulation = ParticleSimulation(regime: .training, trajectoryCount: 1, seed: 5)
    // The last stragglers leave the middle slowly.
    simulation.particles.stepCount = 1500
    let trajectory = try simulation.trajectory(0)
    let centres = trajectory.frames.map { centre(of: $0) }
    for centre in centres {
      // 1500 steps of velocities whose mean is rounded by some 1e-9.
      #expect(abs(centre.x - centres[0].x) < 1e-5 && abs(centre.y - centres[0].y) < 1e-5)
    }
    let end = trajectory.frames[1500].positions[0]
    let radii = (0..<300).map { hypot(Double(end[2 * $0]) - centres[0].x, Double(end[2 * $0 + 1]) - centres[0].y) }
    #expect(abs((radii.min() ?? 0) - 0.46) < 0.03)
    #expect(abs((radii.max() ?? 0) - 0.76) < 0.03)
  }

  @Test func theOrderOfParticlesDoesNotMatter() throws {
    let simulation = ParticleSimulation(regime: .training, trajectoryCount: 1, seed: 5)
    let straight = try simulation.trajectory(0)
    let start = straight.frames[0].positions[0]
    let reversed = (0..<300).reversed().flatMap { [start[2 * $0], start[2 * $0 + 1]] }
    let turned = try simulation.particles.trajectory(from: reversed)
    for (a, b) in zip(straight.frames, turned.frames) {
      #expect(abs(a.observables[0] - b.observables[0]) < 1e-6)
    }
  }

  private func centre(of frame: Trajectory.Frame) -> (x: Double, y: Double) {
    let positions = frame.positions[0]
    let n = positions.count / 2
    let x = (0..<n).reduce(0.0) { $0 + Double(positions[2 * $1]) }
    let y = (0..<n).reduce(0.0) { $0 + Double(positions[2 * $1 + 1]) }
    return (x / Double(n), y / Double(n))
  }
}
