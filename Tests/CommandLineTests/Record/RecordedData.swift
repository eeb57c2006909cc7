import Foundation
import MacrostateKit
import TestSupport

/// A folder for the recorded runs of a kind of data, with a training and a test set in it; removed with this object.
///
/// It is in memory where there is such a folder: that the runs' files are safe on a disk is not what is tested.
final class RecordedData {
  private let folder: TemporaryFolder
  var url: URL { folder.url }

  init(_ data: RecordedRun.Data) throws {
    let memory = URL(filePath: "/dev/shm")
    let place =
      FileManager.default.isWritableFile(atPath: memory.path)
      ? memory : FileManager.default.temporaryDirectory
    folder = try TemporaryFolder(in: place)
    for isTest in [false, true] {
      switch data {
      case .particles: try makeParticles(isTest: isTest)
      case .mixture: try makeMixture(isTest: isTest)
      }
    }
  }

  var training: URL { dataset(isTest: false) }
  var test: URL { dataset(isTest: true) }

  private func dataset(isTest: Bool) -> URL { url.appending(path: isTest ? "test.dataset" : "training.dataset") }

  private func makeParticles(isTest: Bool) throws {
    // The baseline's loops round alike on all machines of an architecture: the data do not depend on the processor.
    var simulation = ParticleSimulation(
      regime: isTest ? .inDistribution : .training, trajectoryCount: isTest ? 3 : 10, seed: 5,
      kernels: Kernels(.baseline) ?? .best)
    simulation.particleCount = 12
    simulation.particles.stepCount = 8
    try simulateParticles(
      simulation, to: dataset(isTest: isTest), pool: WorkerPool(threads: 1), programVersion: "record")
  }

  private func makeMixture(isTest: Bool) throws {
    let species = ["A", "B"]
    let box = SimulationBox(origin: [0, 0], lengths: [8, 8], boundaries: [.periodic, .periodic])
    let ratio = MixingRatio(speciesNames: species, search: NeighbourSearch(cutoff: 2))
    let writer = try DatasetWriter(
      dataset(isTest: isTest),
      description: DatasetDescription(
        dimension: 2, box: box, speciesNames: species, observables: ratio.descriptions,
        generator: .init(name: "random walks"), programVersion: "record"),
      plan: DatasetPlan(trajectoryCount: isTest ? 4 : 10, trajectoriesPerShard: 4))
    try writer.writeMissingShards { m in
      var random = RandomStream(seed: 6, purpose: .evaluation, step: isTest ? 1 : 0, set: m)
      let counts = [8 + m % 3, 6]
      // Those of A are on the left at first.
      var points = (0..<2 * (counts[0] + counts[1])).map { i in
        let isAlong = i % 2 == 0
        return (isAlong && i >= 2 * counts[0] ? 4 : 0) + (isAlong ? 4 : 8) * random.nextUniform()
      }
      let frames = try (0..<8).map { t in
        var frame = Trajectory.Frame(
          time: 0.1 * Double(t), positions: [Array(points[..<(2 * counts[0])]), Array(points[(2 * counts[0])...])])
        frame.observables = try ratio.evaluate(frame, dimension: 2, box: box)
        points = points.map { x in
          let next = x + 0.6 * (random.nextUniform() - 0.5)
          return next < 0 ? next + 8 : next >= 8 ? next - 8 : next
        }
        return frame
      }
      return Trajectory(frames: frames)
    }
  }
}
