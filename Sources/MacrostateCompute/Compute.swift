/// The means of a computation, passed along as a value: the loops of an instruction set, and the threads that run them.
///
/// Results depend on the instruction set, never on the number of threads.
public struct Compute: Sendable {
  /// The compiled loops.
  public let kernels: Kernels
  /// The threads.
  public let pool: WorkerPool

  /// These loops on these threads.
  public init(_ kernels: Kernels = .best, pool: WorkerPool) {
    self.kernels = kernels
    self.pool = pool
  }

  /// These loops on `threads` threads, the calling one included; 0 takes one for each core that this process may use.
  public init(_ kernels: Kernels = .best, threads: Int = 0) {
    self.init(kernels, pool: WorkerPool(threads: threads))
  }
}
