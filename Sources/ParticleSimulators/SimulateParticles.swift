import Foundation
import MacrostateParallel
import MacrostateStorage
import Microstates
import Synchronization

/// Simulates and writes the data set of `simulation` at `url`: each thread makes one shard at a time and holds one
/// trajectory of it, so that simulating and writing overlap and memory stays small.
///
/// The bytes do not depend on the number of threads, the order of the shards or the parts. After a stop or a kill the
/// same call makes only what is missing.
///
/// - Parameters:
///   - pool: the threads.
///   - programVersion: the version of the program, which is written into the data set.
///   - part: the shards to make, where several jobs share the work.
///   - stop: asked before every trajectory.
///   - progress: called after every trajectory with the number of those of `part` that are there and of all of it; on
///     any of the threads, but one call at a time.
/// - Throws: `MacrostateError` of kind `badData` for settings that make no sense or a different data set at `url`;
///   `stopped`; `failure` if the disk is full or the simulation diverges.
public func simulateParticles(
  _ simulation: ParticleSimulation, to url: URL, pool: WorkerPool, programVersion: String,
  part: DatasetPart = .whole, stop: StopFlag? = nil,
  progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
) throws {
  try simulation.validate()
  let plan = simulation.plan
  let writer = try DatasetWriter(
    url, description: simulation.description(programVersion: programVersion), plan: plan)
  let missing = writer.missingShards(part: part)
  let total = (0..<plan.shardCount).filter(part.contains).trajectoryCount(plan)
  let counter = ProgressCounter(done: total - missing.trajectoryCount(plan), total: total, report: progress)
  let hasFailed = Atomic(false)
  try pool.run(tasks: missing.count) { task in
    // Once a shard has failed (a full disk, say), no other is begun: its error is what the user wants to hear.
    guard !hasFailed.load(ordering: .relaxed) else { return }
    do {
      try writer.writeShard(missing[task], stop: stop) { m in
        let trajectory = try simulation.trajectory(m)
        counter.countOne()
        return trajectory
      }
    } catch {
      hasFailed.store(true, ordering: .relaxed)
      throw error
    }
  }
}

extension [Int] {
  /// The number of trajectories of these shards.
  fileprivate func trajectoryCount(_ plan: DatasetPlan) -> Int {
    reduce(0) { $0 + plan.trajectories(ofShard: $1).count }
  }
}

/// Counts trajectories from several threads and reports one after the other.
private final class ProgressCounter: Sendable {
  private let done: Mutex<Int>
  private let total: Int
  private let report: @Sendable (Int, Int) -> Void

  init(done: Int, total: Int, report: @escaping @Sendable (Int, Int) -> Void) {
    self.done = Mutex(done)
    self.total = total
    self.report = report
  }

  func countOne() {
    done.withLock {
      $0 += 1
      report($0, total)
    }
  }
}
