import Foundation

/// Limits of this process that turn what never ends, and what takes all memory, into an end by a signal.
enum ProcessLimits {
  /// Of address space.
  private static let memoryBytes: UInt64 = 4 << 30
  /// Of a processor's time for an input, and of waiting for it on a machine with other work.
  private static let (workSeconds, waitSeconds) = (5, 60)

  /// Sets the limit of memory.
  static func limitMemory() {
    var limit = rlimit(rlim_cur: rlim_t(memoryBytes), rlim_max: rlim_t(memoryBytes))
    #if os(Linux)
      setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    #else
      setrlimit(RLIMIT_AS, &limit)
    #endif
  }

  /// Begins the time of the next input.
  static func restartTime() {
    var timer = itimerval()
    timer.it_value.tv_sec = workSeconds
    #if os(Linux)
      setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &timer, nil)
    #else
      setitimer(ITIMER_PROF, &timer, nil)
    #endif
    alarm(UInt32(waitSeconds))
  }

  /// What the end by a signal means.
  static func meaning(_ signal: Int32) -> String {
    switch signal {
    case SIGPROF: "worked for more than \(workSeconds) s"
    case SIGALRM: "did not end in \(waitSeconds) s"
    default: "crashed with signal \(signal)"
    }
  }
}
