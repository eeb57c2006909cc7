import Foundation
import Synchronization

/// Threads that work through the tasks of one step together and then wait for the next.
///
/// Tasks are taken from a counter, so which thread does which is left open: a task must depend on its number alone.
/// Between steps a worker spins for a moment (steps follow each other within microseconds in training), then sleeps.
public final class WorkerPool: Sendable {
  /// The number of threads, the calling one included.
  public let threads: Int
  private let shared: Shared

  /// A pool of `threads` threads, the calling one included; 0 takes one for each core that this process may use.
  public init(threads: Int = 0) {
    let count = Self.threadCount(threads)
    self.threads = count
    self.shared = Shared()
    for index in 1..<max(count, 1) {
      let thread = Thread { [shared] in shared.work() }
      thread.name = "macrostate-worker-\(index)"
      thread.start()
    }
  }

  /// The number of threads that is meant by `threads`: itself, or one for each core that this process may use for 0.
  public static func threadCount(_ threads: Int) -> Int {
    threads > 0 ? threads : Processors.available
  }

  deinit { shared.end() }

  /// Runs `body(0)` … `body(tasks − 1)`, each once, and returns when all are done.
  ///
  /// - Throws: the error of the first task (by number) that threw; the others are still run.
  public func run(tasks: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    guard tasks > 0 else { return }
    let job = Job(tasks: tasks, body: body)
    let isShared = threads > 1 && tasks > 1
    if isShared { shared.begin(job) }
    job.takeTasks()
    job.waitUntilDone()
    if isShared { shared.finish(job) }
    if let error = job.firstError { throw error }
  }

  /// The tasks of one step.
  private final class Job: Sendable {
    let tasks: Int
    let body: @Sendable (Int) throws -> Void
    let next = Atomic<Int>(0)
    let done = Atomic<Int>(0)
    let errors = Mutex<[(task: Int, error: any Error)]>([])

    init(tasks: Int, body: @escaping @Sendable (Int) throws -> Void) {
      self.tasks = tasks
      self.body = body
    }

    var firstError: (any Error)? { errors.withLock { $0.min { $0.task < $1.task }?.error } }

    func takeTasks() {
      while true {
        let task = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard task < tasks else { return }
        do { try body(task) } catch { errors.withLock { $0.append((task, error)) } }
        done.wrappingAdd(1, ordering: .acquiringAndReleasing)
      }
    }

    func waitUntilDone() {
      var turns = 0
      while done.load(ordering: .acquiring) < tasks {
        turns += 1
        if turns > WorkerPool.spins { sched_yield() }
      }
    }
  }

  private static let spins = 20_000

  /// The state that the threads share: the current job, and a condition for those that sleep.
  private final class Shared: Sendable {
    private let generation = Atomic<Int>(0)
    private let job = Mutex<Job?>(nil)
    private let ended = Atomic<Bool>(false)
    private let condition = NSCondition()

    /// Hands out a job.
    func begin(_ new: Job) {
      job.withLock { $0 = new }
      wakeWorkers()
    }

    /// Lets go of a job that is done and of what it captured (the pool itself, perhaps); a later job stays.
    func finish(_ old: Job) {
      job.withLock { if $0 === old { $0 = nil } }
    }

    /// Ends the workers.
    func end() {
      ended.store(true, ordering: .releasing)
      wakeWorkers()
    }

    private func wakeWorkers() {
      condition.lock()
      generation.wrappingAdd(1, ordering: .releasing)
      condition.broadcast()
      condition.unlock()
    }

    func work() {
      var seen = 0
      while true {
        waitForGeneration(after: seen)
        seen = generation.load(ordering: .acquiring)
        if ended.load(ordering: .acquiring) { return }
        job.withLock { $0 }?.takeTasks()
      }
    }

    private func waitForGeneration(after seen: Int) {
      for _ in 0..<WorkerPool.spins {
        if generation.load(ordering: .acquiring) != seen { return }
      }
      condition.lock()
      while generation.load(ordering: .acquiring) == seen { condition.wait() }
      condition.unlock()
    }
  }
}
