import MacrostateCompute
import MacrostateStorage
import Synchronization

extension DatasetWriter {
  /// Makes the missing shards of `part` on the threads of `pool`: each makes one shard at a time, frame by frame, so that
  /// making and writing overlap and memory stays small.
  ///
  /// The bytes do not depend on the number of threads, since trajectory m depends on m alone.
  ///
  /// - Parameters:
  ///   - stop: asked before every trajectory.
  ///   - progress: called after every trajectory with the number of those of `part` that are there and of all of it; on
  ///     any of the threads, but one call at a time.
  ///   - finished: called after every shard with its number, on any of the threads.
  ///   - frames: the frames of trajectory m.
  /// - Throws: as `writeShard` does: the error of the first shard, by number, that failed. Once one has failed no other
  ///   is begun.
  public func writeMissingShards(
    part: DatasetPart = .whole, pool: WorkerPool, stop: StopFlag? = nil,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in },
    finished: @escaping @Sendable (_ shard: Int) throws -> Void = { _ in },
    frames: @escaping @Sendable (Int) throws -> FrameStream
  ) throws {
    let missing = missingShards(part: part)
    let total = plan.trajectoryCount(ofShards: (0..<plan.shardCount).filter(part.contains))
    let done = Mutex(total - plan.trajectoryCount(ofShards: missing))
    let hasFailed = Atomic(false)
    try finishing(part) {
      try pool.run(tasks: missing.count) { task in
        guard !hasFailed.load(ordering: .relaxed) else { return }
        do {
          func written() {
            done.withLock {
              $0 += 1
              progress($0, total)
            }
          }
          try writeShard(missing[task], stop: stop, written: written, frames: frames)
          try finished(missing[task])
        } catch {
          hasFailed.store(true, ordering: .relaxed)
          throw error
        }
      }
    }
  }
}
