import Foundation
import MacrostateCompute
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct WorkerPoolTests {
  private struct Failure: Error, Equatable { let task: Int }

  @Test(arguments: [(1, 0), (1, 5), (2, 1), (2, 2), (2, 100), (4, 3), (4, 1000), (0, 17)])
  func everyTaskRunsOnce(threads: Int, tasks: Int) throws {
    let pool = WorkerPool(threads: threads)
    let counts = Mutex([Int](repeating: 0, count: tasks))
    try pool.run(tasks: tasks) { task in counts.withLock { $0[task] += 1 } }
    #expect(counts.withLock { $0 } == [Int](repeating: 1, count: tasks))
  }

  @Test func threadsAreCounted() {
    #expect(WorkerPool(threads: 3).threads == 3)
    #expect(WorkerPool(threads: 0).threads == Processors.available)
  }

  @Test(arguments: [1, 2, 4]) func theFirstErrorByNumberIsThrownAndTheOthersStillRun(threads: Int) throws {
    let pool = WorkerPool(threads: threads)
    for _ in 0..<50 {
      let ran = Atomic(0)
      // The later failure comes first in time.
      #expect(throws: Failure(task: 3)) {
        try pool.run(tasks: 20) { task in
          ran.wrappingAdd(1, ordering: .relaxed)
          if task == 3 { usleep(100) }
          if task == 3 || task == 4 || task == 19 { throw Failure(task: task) }
        }
      }
      #expect(ran.load(ordering: .relaxed) == 20)
    }
    // An error is not kept for the next run.
    try pool.run(tasks: 20) { _ in }
  }

  /// Runs follow each other so fast that workers are caught at every place between two jobs.
  @Test(arguments: [2, 3, 8]) func manySmallRunsInARow(threads: Int) throws {
    let pool = WorkerPool(threads: threads)
    let sum = Atomic(0)
    for run in 0..<3000 {
      try pool.run(tasks: 1 + run % 5) { task in sum.wrappingAdd(task + 1, ordering: .relaxed) }
    }
    #expect(sum.load(ordering: .relaxed) == 600 * (1 + 3 + 6 + 10 + 15))
  }

  /// Workers fall asleep between steps that are far apart.
  @Test func sleepingWorkersWakeUp() throws {
    let pool = WorkerPool(threads: 2)
    for _ in 0..<10 {
      usleep(5000)
      let threads = Mutex(Set<ObjectIdentifier>())
      try pool.run(tasks: 8) { _ in
        usleep(1000)
        _ = threads.withLock { $0.insert(ObjectIdentifier(Thread.current)) }
      }
      #expect(threads.withLock { $0.count } == 2)
    }
  }

  @Test func resultsOfTasksAreSeenByTheCaller() throws {
    let pool = WorkerPool(threads: 4)
    let buffer = SharedNumbers(count: 64)
    for run in 0..<500 {
      try pool.run(tasks: 64) { buffer.values[$0] = run + $0 }
      #expect((0..<64).allSatisfy { buffer.values[$0] == run + $0 })
    }
  }

  @Test func aTaskMayUseThePool() throws {
    let pool = WorkerPool(threads: 2)
    let sum = Atomic(0)
    try pool.run(tasks: 4) { _ in
      try pool.run(tasks: 4) { sum.wrappingAdd($0, ordering: .relaxed) }
    }
    #expect(sum.load(ordering: .relaxed) == 24)
  }

  /// What the last step used is let go when it ends: else its data stays in memory, and a step that uses the pool keeps
  /// the pool and its threads for ever.
  @Test func aFinishedRunHoldsNothing() throws {
    let pool = WorkerPool(threads: 2)
    weak var seen: SharedNumbers?
    try {
      let numbers = SharedNumbers(count: 2)
      seen = numbers
      try pool.run(tasks: 2) { numbers.values[$0] = 1 }
    }()
    let deadline = Date().addingTimeInterval(5)
    while seen != nil && Date() < deadline { usleep(1000) }
    #expect(seen == nil)
  }

  #if os(Linux)
    @Test func anEndedPoolEndsItsThreads() throws {
      func threadsOfThisProcess() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
      }
      // Other tests have pools of their own: this one's is large enough to be told apart.
      try {
        let pool = WorkerPool(threads: 200)
        try pool.run(tasks: 400) { _ in #expect(pool.threads == 200) }
        #expect(try threadsOfThisProcess() >= 200)
      }()
      let deadline = Date().addingTimeInterval(20)
      while try threadsOfThisProcess() > 100 && Date() < deadline { usleep(2000) }
      #expect(try threadsOfThisProcess() <= 100)
    }
  #endif
}

/// Numbers that tasks write in disjoint places.
private final class SharedNumbers: @unchecked Sendable {
  let values: UnsafeMutableBufferPointer<Int>

  init(count: Int) {
    values = .allocate(capacity: count)
    values.initialize(repeating: 0)
  }

  deinit { values.deallocate() }
}
