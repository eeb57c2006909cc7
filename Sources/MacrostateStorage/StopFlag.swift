import Foundation
import Synchronization

/// Signals seen so far. A signal handler can capture nothing, so this one number must be global; it is atomic, and
/// `StopFlag.install` touches it before the handler can run.
private let signalCount = Atomic<Int>(0)

/// Asks a long job to stop at its next safe place: after a signal, or when its wall time is over.
///
/// The first SIGINT or SIGTERM sets the flag, which the job polls; the second ends the process at once.
public final class StopFlag: Sendable {
  /// Why the job should stop.
  public enum Reason: Sendable {
    /// SIGINT or SIGTERM came.
    case signal
    /// The wall time is over.
    case wallTime
    /// The program itself called `request()`.
    case request
  }

  private let deadline: ContinuousClock.Instant?
  private let heedsSignals: Bool
  private let isRequested = Atomic<Bool>(false)

  /// A flag that is set by `request()`, or when `wallTime` from now is over; signals do not set it.
  public convenience init(wallTime: Duration? = nil) {
    self.init(wallTime: wallTime, heedsSignals: false)
  }

  private init(wallTime: Duration?, heedsSignals: Bool) {
    deadline = wallTime.map { ContinuousClock.now + $0 }
    self.heedsSignals = heedsSignals
  }

  /// Takes over SIGINT and SIGTERM of this process and returns a flag that they set, or the end of `wallTime`.
  public static func install(wallTime: Duration? = nil) -> StopFlag {
    signalCount.store(0, ordering: .sequentiallyConsistent)
    // A child inherits what its parent's thread blocks, and Dispatch's threads block both.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&signals, number)
      signal(number) { number in
        let earlier = signalCount.add(1, ordering: .sequentiallyConsistent).oldValue
        if earlier > 0 { _exit(128 + number) }
      }
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    // At a file size limit (ulimit -f), writing then fails with a message instead of ending the process.
    signal(SIGXFSZ, SIG_IGN)
    return StopFlag(wallTime: wallTime, heedsSignals: true)
  }

  /// Whether the job should stop; cheap enough to poll at every step.
  public var isSet: Bool { reason != nil }

  /// Why the job should stop, `nil` while it may go on.
  public var reason: Reason? {
    if heedsSignals, signalCount.load(ordering: .relaxed) > 0 { return .signal }
    if isRequested.load(ordering: .relaxed) { return .request }
    if let deadline, ContinuousClock.now >= deadline { return .wallTime }
    return nil
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
