import Foundation
import MacrostateCompute
import MacrostateStorage
import Microstates
import MolecularDynamics
import Testing

/// `Examples/mixing/mixing.in` by LAMMPS itself, a short piece of it.
@Suite(.enabled(if: (try? LAMMPS()) != nil, "LAMMPS is not installed (apt-get install lammps)"))
struct MixingExampleTests {
  private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Examples/mixing/mixing.in")

  private func simulate(_ fake: FakeLAMMPS, _ name: String, velocitySeed: UInt64? = nil) throws -> Dataset {
    var simulation = LAMMPSSimulation(
      script: try LAMMPSScript(Self.script), runCount: 2, seed: 4,
      observables: try ObservableRequest(named: ["mixing-ratio", "pair-energy"], cutoff: 2.5))
    simulation.draw(try .range(parsing: "half_l=10:22"))
    if let velocitySeed { simulation.draw(.seed(named: "velocity_seed", from: velocitySeed)) }
    simulation.set("steps", to: "400")
    simulation.speciesNames = ["A", "B"]
    let job = LAMMPSJob(
      engine: try LAMMPS(), dataset: fake.file(name), pool: WorkerPool(threads: 2), stop: StopFlag(),
      programVersion: "1")
    try simulateLAMMPS(simulation, job: job)
    return try Dataset.open(fake.file(name))
  }

  @Test func twinsStartAlikeAndMoveApart() throws {
    let folder = try FakeLAMMPS()
    let dataset = try simulate(folder, "x")
    let twins = try simulate(folder, "twins", velocitySeed: 12)
    let again = try simulate(folder, "again", velocitySeed: 12)
    #expect(
      dataset.description.box
        == SimulationBox(origin: [0, 0], lengths: [32, 32], boundaries: [.reflecting, .reflecting]))
    #expect(dataset.observables.map(\.name) == ["R_AB", "R_BA", "pair-energy"])
    for m in 0..<2 {
      #expect(dataset.times(ofTrajectory: m) == [0, 0.4, 0.8])
      let halfL = try #require(dataset.parameters(ofTrajectory: m)["half_l"])
      #expect(twins.parameters(ofTrajectory: m)["half_l"] == halfL)
      let frames = dataset.frames(ofTrajectory: m)
      for species in 0..<2 {
        func positions(_ dataset: Dataset, _ frame: Int) -> [Float] {
          dataset.withPositions(frame: frame, species: species, Array.init)
        }
        let start = positions(dataset, frames.lowerBound)
        let areLeft = stride(from: 0, to: start.count, by: 2).map { Double(start[$0]) < halfL }
        #expect(Set(areLeft) == [species == 0])
        #expect(positions(twins, frames.lowerBound) == start)
        #expect(positions(twins, frames.upperBound - 1) != positions(dataset, frames.upperBound - 1))
        #expect(positions(again, frames.upperBound - 1) == positions(twins, frames.upperBound - 1))
      }
      #expect(dataset.pointCount(frame: frames.lowerBound) == 529)
      #expect((0.005..<0.1).contains(dataset.observables(ofFrame: frames.lowerBound)[0]))
    }
  }
}
