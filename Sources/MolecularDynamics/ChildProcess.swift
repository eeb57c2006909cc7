import CChildProcess
import Foundation
import MacrostateStorage

/// A program that runs beside this one, in a folder of its own.
///
/// It is not started by Foundation's `Process`, whose children inherit the signals that this process blocks or ignores: a
/// simulation that is told to stop would live on.
struct ChildProcess {
  /// How a program ended.
  enum Outcome: Equatable {
    case exited(Int32)
    case killed(signal: Int32)
    /// It was told to stop.
    case stopped
  }

  var executable: URL
  var arguments: [String]
  /// Where it runs.
  var folder: URL
  /// The file that takes what it prints, errors too.
  var output: URL

  /// How often a running program is looked at, and how long it may take to heed SIGTERM.
  private static let interval: useconds_t = 10_000
  private static let patience = Duration.seconds(2)

  /// Runs the program until it ends or `shouldStop` says so.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if it cannot be started.
  func run(shouldStop: () -> Bool) throws -> Outcome {
    let process = try start()
    var status: Int32 = 0
    while waitpid(process, &status, WNOHANG) == 0 {
      if shouldStop() {
        end(process)
        return .stopped
      }
      usleep(Self.interval)
    }
    let signal = status & 0x7f
    return signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: signal)
  }

  /// Ends the process with its children, by force if it does not go.
  private func end(_ process: pid_t) {
    var status: Int32 = 0
    let start = ContinuousClock.now
    kill(-process, SIGTERM)
    while waitpid(process, &status, WNOHANG) == 0 {
      if ContinuousClock.now - start > Self.patience { kill(-process, SIGKILL) }
      usleep(Self.interval)
    }
  }

  private func start() throws -> pid_t {
    let process = withCStrings([executable.path] + arguments) { arguments in
      withCStrings(Self.environment) { environment in
        macrostate_start_process(executable.path, arguments, environment, folder.path, output.path)
      }
    }
    guard process > 0 else {
      throw MacrostateError(
        .failure, "\(executable.path): cannot be started (\(String(cString: strerror(errno)))); check the program")
    }
    return process
  }

  /// That of this process, with one thread for each program unless the user has said otherwise.
  private static var environment: [String] {
    var variables = ProcessInfo.processInfo.environment
    variables["OMP_NUM_THREADS"] = variables["OMP_NUM_THREADS"] ?? "1"
    return variables.map { "\($0.key)=\($0.value)" }
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
