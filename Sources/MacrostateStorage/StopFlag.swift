import Foundation
import Synchronization

/// Whether a signal came, and how many of them were a person's or a job system's last word. A signal handler can capture
/// nothing, so these must be global; they are atomic, and `StopFlag.install` touches them before a handler can run.
private let wasSignalled = Atomic<Bool>(false)
private let terminationCount = Atomic<Int>(0)

/// Asks a long job to stop at its next safe place: after a signal, or when its wall time is over.
///
/// SIGINT, SIGTERM, SIGHUP (the terminal is gone), SIGUSR1 (a job system's word that time runs out) and SIGXCPU (the
/// processor's time does) set the flag, which the job polls. A second SIGINT or SIGTERM ends the process at once; the
/// others do not, since they come together with SIGTERM, or again and again.
public final class StopFlag: Sendable {
  /// Why the job should stop.
  public enum Reason: Sendable {
    /// A signal came.
    case signal
    /// The wall time is over.
    case wallTime
    /// The program itself called `request()`.
    case request
  }

  private let deadline: ContinuousClock.Instant?
  private let heedsSignals: Bool
  private let isRequested = Atomic<Bool>(false)
  private let followed: StopFlag?

  /// A flag that is set by `request()`, or when `wallTime` from now is over; signals do not set it.
  public convenience init(wallTime: Duration? = nil) {
    self.init(wallTime: wallTime, heedsSignals: false)
  }

  /// A flag that is set whenever `other` is, and by its own `request()`.
  public convenience init(following other: StopFlag) {
    self.init(wallTime: nil, heedsSignals: false, following: other)
  }

  private init(wallTime: Duration?, heedsSignals: Bool, following followed: StopFlag? = nil) {
    self.followed = followed
    deadline = wallTime.map { ContinuousClock.now + $0 }
    self.heedsSignals = heedsSignals
  }

  /// Takes over the signals that ask this process to end, and returns a flag that they set, or the end of `wallTime`.
  ///
  /// A SIGHUP that is ignored already (`nohup`) stays so.
  public static func install(wallTime: Duration? = nil) -> StopFlag {
    wasSignalled.store(false, ordering: .sequentiallyConsistent)
    terminationCount.store(0, ordering: .sequentiallyConsistent)
    // A child inherits what its parent's thread blocks, and Dispatch's threads block them.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGUSR1, SIGXCPU] + (isIgnored(SIGHUP) ? [] : [SIGHUP]) {
      sigaddset(&signals, number)
      signal(number) { number in
        wasSignalled.store(true, ordering: .sequentiallyConsistent)
        guard number == SIGINT || number == SIGTERM else { return }
        let earlier = terminationCount.add(1, ordering: .sequentiallyConsistent).oldValue
        if earlier > 0 { _exit(128 + number) }
      }
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    ProcessStart.makeWritingFail()
    return StopFlag(wallTime: wallTime, heedsSignals: true)
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    let earlier = signal(number, SIG_IGN)
    signal(number, earlier)
    // Handlers are compared by their addresses: functions cannot be.
    return unsafeBitCast(earlier, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Whether the job should stop; cheap enough to poll at every step.
  public var isSet: Bool { reason != nil }

  /// Why the job should stop, `nil` while it may go on.
  public var reason: Reason? {
    if heedsSignals, wasSignalled.load(ordering: .relaxed) { return .signal }
    if isRequested.load(ordering: .relaxed) { return .request }
    if let deadline, ContinuousClock.now >= deadline { return .wallTime }
    return followed?.reason
  }

  /// Sets the flag.
  public func request() {
    isRequested.store(true, ordering: .relaxed)
  }

  /// Throws if the job should stop, saying how to carry on.
  ///
  /// - Parameter progress: what has been done and kept, for the message: "12 of 100 shards are written".
  /// - Throws: `MacrostateError` of kind `stopped`.
  public func check(_ progress: @autoclosure () -> String) throws {
    guard let reason else { return }
    let cause =
      switch reason {
      case .signal: "stopped by a signal"
      case .wallTime: "stopped at the wall-time limit"
      case .request: "stopped"
      }
    throw MacrostateError(.stopped, "\(cause): \(progress()); run the same command again to carry on")
  }
}
