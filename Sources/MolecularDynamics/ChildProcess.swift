import CChildProcess
import Foundation
import MacrostateStorage

/// A program that runs beside this one, in a folder of its own.
///
/// It is not started by Foundation's `Process`, whose children inherit the signals that this process blocks or ignores
/// and outlive it: a simulation that is told to stop would go on. When this process ends, in whatever way, its programs
/// end with all that they have started.
struct ChildProcess {
  /// The end of a program.
  enum Outcome: Equatable {
    case exited(Int32)
    case killed(signal: Int32)
    /// It was told to stop.
    case stopped
  }

  var executable: URL
  var arguments: [String]
  /// The folder in which it runs.
  var folder: URL
  /// The file that takes what it prints, errors too.
  var output: URL

  /// The time between two questions to `shouldStop`, in milliseconds.
  private static let interval: Int32 = 10
  /// The time that a stop is waited for; longer than a supervisor's own patience.
  private static let patience = Duration.seconds(10)

  /// Runs the program until it ends or `shouldStop` says so.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if it cannot be started.
  func run(shouldStop: () -> Bool) throws -> Outcome {
    let process = try start()
    var stopped: ContinuousClock.Instant?
    defer {
      if stopped == nil { close(process.control) }
      close(process.end)
    }
    while true {
      var ready = pollfd(fd: process.end, events: Int16(POLLIN), revents: 0)
      if poll(&ready, 1, Self.interval) > 0 {
        let outcome = try outcome(process)
        return stopped == nil ? outcome : .stopped
      }
      if let stopped {
        // A process that the system does not let go, such as one that waits for a disk, is left to its supervisor.
        if ContinuousClock.now - stopped > Self.patience { return .stopped }
      } else if shouldStop() {
        stopped = .now
        close(process.control)
      }
    }
  }

  /// The end of the program, which its supervisor has written.
  private func outcome(_ process: macrostate_process) throws -> Outcome {
    var message = macrostate_end()
    var count: Int
    repeat {
      count = withUnsafeMutableBytes(of: &message) { read(process.end, $0.baseAddress, $0.count) }
    } while count < 0 && errno == EINTR
    // Where SIGCHLD is ignored there is nobody to wait for (ECHILD).
    while waitpid(process.supervisor, nil, 0) < 0 && errno == EINTR {}
    guard count == MemoryLayout.size(ofValue: message) else { return .killed(signal: SIGKILL) }
    guard message.failure == 0 else { throw cannotStart(message.failure) }
    let signal = message.status & 0x7f
    return signal == 0 ? .exited(message.status >> 8 & 0xff) : .killed(signal: signal)
  }

  private func start() throws -> macrostate_process {
    var process = macrostate_process()
    let result = withCStrings([executable.path] + arguments) { arguments in
      withCStrings(Self.environment) { environment in
        macrostate_start_process(executable.path, arguments, environment, folder.path, output.path, &process)
      }
    }
    guard result == 0 else { throw cannotStart(errno) }
    return process
  }

  private func cannotStart(_ reason: Int32) -> MacrostateError {
    MacrostateError(
      .failure, "\(executable.path): cannot be started (\(String(cString: strerror(reason)))); check the program")
  }

  /// The environment of this process, with one thread for each program and no helper process of Open MPI, unless the
  /// user has said otherwise: a program that runs alone needs none.
  private static var environment: [String] {
    let defaults = ["OMP_NUM_THREADS": "1", "OMPI_MCA_ess_singleton_isolated": "1"]
    return defaults.merging(ProcessInfo.processInfo.environment) { $1 }.map { "\($0.key)=\($0.value)" }
  }
}

/// Calls `body` with `texts` as C has them: an array of pointers that ends with null.
private func withCStrings<Result>(
  _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
  let pointers = texts.map { strdup($0) }
  defer { for pointer in pointers { free(pointer) } }
  return body(pointers + [nil])
}
