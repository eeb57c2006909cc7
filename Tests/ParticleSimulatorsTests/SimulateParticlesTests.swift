import Foundation
import MacrostateCompute
import MacrostateObservables
import MacrostateStorage
import Microstates
import ParticleSimulators
import Synchronization
import TestSupport
import Testing

/// Data sets of 20 trajectories of 5 particles, in 7 shards.
@Suite final class SimulateParticlesTests {
  private let folder: TemporaryFolder
  private var simulation: ParticleSimulation

  init() throws {
    folder = try TemporaryFolder()
    simulation = ParticleSimulation(regime: .training, trajectoryCount: 20, seed: 9)
    simulation.particleCount = 5
    simulation.particles.stepCount = 3
  }

  private func write(
    _ name: String, threads: Int = 1, part: String = "0/1", stop: StopFlag? = nil,
    progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
  ) throws {
    try simulateParticles(
      simulation, to: folder.file(name), pool: WorkerPool(threads: threads),
      programVersion: "test", part: DatasetPart(part), stop: stop, progress: progress)
  }

  /// All files of a data set but locks, by name.
  private func bytes(_ name: String) throws -> [String: Data] {
    let url = folder.file(name)
    let paths = try FileManager.default.subpathsOfDirectory(atPath: url.path).filter { $0.contains(/\.(npy|json)$/) }
    return try Dictionary(
      uniqueKeysWithValues: paths.map { ($0, try Data(contentsOf: url.appendingPathComponent($0))) })
  }

  @Test func theDataSetHoldsTheTrajectories() throws {
    try write("a")
    let dataset = try Dataset.open(folder.file("a"))
    try dataset.verifyChecksums()
    #expect(dataset.trajectoryCount == 20 && dataset.frameCount == 80 && dataset.shardCount == 7)
    #expect(dataset.dimension == 2 && dataset.observables.map(\.name) == ["pair-energy"])
    for m in [0, 7, 19] {
      let expected = try simulation.trajectory(m)
      for (frame, stored) in zip(expected.frames, dataset.frames(ofTrajectory: m)) {
        #expect(dataset.withPositions(frame: stored, species: 0, Array.init) == frame.positions[0])
        #expect(dataset.observables(ofFrame: stored) == frame.observables)
        #expect(dataset.time(ofFrame: stored) == frame.time)
        // What is stored is what `import --observable pair-energy` would compute.
        #expect(try PairEnergy().evaluate(frame, dimension: 2) == frame.observables)
      }
    }
  }

  @Test func threadsAndPartsDoNotChangeTheBytes() throws {
    try write("one")
    try write("two", threads: 2)
    for part in ["2/3", "0/3", "1/3"] { try write("parts", threads: 2, part: part) }
    let expected = try bytes("one")
    #expect(expected.count == 1 + 7 * 6)
    #expect(try bytes("two") == expected)
    #expect(try bytes("parts") == expected)
  }

  @Test(arguments: [1, 2])
  func aStoppedSimulationCarriesOn(threads: Int) throws {
    try write("whole")
    let stop = StopFlag()
    let error = #expect(throws: MacrostateError.self) {
      try write("stopped", threads: threads, stop: stop) { done, _ in if done == 8 { stop.request() } }
    }
    #expect(error?.kind == .stopped)
    let first = Mutex<(done: Int, total: Int)?>(nil)
    try write("stopped", threads: threads) { done, total in
      first.withLock { if $0 == nil { $0 = (done, total) } }
    }
    // At least one whole shard was kept, and the unfinished ones were begun anew.
    let resumed = try #require(first.withLock { $0 })
    #expect(2...8 ~= resumed.done && resumed.total == 20)
    #expect(try bytes("stopped") == bytes("whole"))
  }

  @Test func progressCountsEveryTrajectoryOnce() throws {
    let calls = Mutex<[Int]>([])
    try write("a", threads: 2) { done, total in calls.withLock { $0.append(total == 20 ? done : -1) } }
    #expect(calls.withLock { $0 } == Array(1...20))
  }

  @Test func aDataSetGrows() throws {
    let shardSize = simulation.plan.trajectoriesPerShard
    simulation.trajectoryCount = 21 * shardSize
    try write("whole")
    let many = simulation
    // The same size of shards, with fewer of them and with as many as a small data set has.
    for count in [20 * shardSize - 1, 20] {
      simulation.trajectoryCount = count
      try write("\(count)")
      simulation = many
      for _ in 0..<2 { try write("\(count)") }
      let dataset = try Dataset.open(folder.file("\(count)"))
      try dataset.verifyChecksums()
      let whole = try Dataset.open(folder.file("whole"))
      #expect(dataset.trajectoryCount == whole.trajectoryCount)
      for frame in 0..<whole.frameCount {
        #expect(
          dataset.withPositions(frame: frame, species: 0, Array.init)
            == whole.withPositions(frame: frame, species: 0, Array.init))
      }
    }
  }

  @Test func otherSettingsAreNotMixedIn() throws {
    try write("a")
    simulation.seed = 10
    let error = #expect(throws: MacrostateError.self) { try write("a") }
    #expect(error?.kind == .badData)
    #expect(error?.message.contains("seed") == true)
  }

  @Test func settingsThatMakeNoSenseAreErrors() throws {
    let wrong: [(inout ParticleSimulation) -> Void] = [
      { $0.particleCount = 1 }, { $0.particleCount = -3 }, { $0.trajectoryCount = 0 }, { $0.trajectoryCount = -1 },
      { $0.initialCondition.componentCount = 0 }, { $0.initialCondition.standardDeviation = -1 },
      { $0.initialCondition.radius = .nan }, { $0.particles.timeStep = 0 },
    ]
    let good = simulation
    for (index, change) in wrong.enumerated() {
      simulation = good
      change(&simulation)
      let error = #expect(throws: MacrostateError.self) { try write("wrong-\(index)") }
      #expect(error?.kind == .badData)
    }
  }

  @Test func theFirstFailureIsReported() throws {
    // A file where the folder of a shard belongs.
    try write("a", part: "1/7")
    let blocked = folder.file("a/shard-00003")
    try Data().write(to: blocked)
    let error = #expect(throws: MacrostateError.self) { try write("a", threads: 2) }
    #expect(error?.message.contains("shard-00003") == true)
  }

  @Test func shardsAreSharedEvenly() {
    simulation.trajectoryCount = 200
    simulation.particleCount = 300
    simulation.particles.stepCount = 300
    #expect(simulation.plan.shardCount == 8)
    simulation.trajectoryCount = 10_000
    #expect(70...80 ~= simulation.plan.shardCount)
    simulation.trajectoryCount = 1
    #expect(simulation.plan.shardCount == 1)
  }
}
