import Foundation
import MacrostateCompute
import MacrostateStorage
import Microstates

/// Simulates and writes the data set of `simulation` at `url`: each thread makes one shard at a time and holds one
/// trajectory of it, so that simulating and writing overlap and memory stays small.
///
/// The bytes do not depend on the number of threads, the order of the shards or the parts. After a stop or a kill the
/// same call makes only what is missing; a call for more trajectories than there are adds the others.
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
  let writer = try DatasetWriter(
    url, description: simulation.description(programVersion: programVersion), plan: simulation.plan,
    canGrow: true, bytesPerTrajectory: simulation.bytesPerTrajectory)
  try writer.writeMissingShards(part: part, pool: pool, stop: stop, progress: progress) { m in
    try simulation.trajectory(m).stream
  }
}
