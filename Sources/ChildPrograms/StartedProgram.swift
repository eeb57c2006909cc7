import CChildProcess
import Foundation
import MacrostateStorage

/// A program that was started, with its supervisor.
struct StartedProgram {
  let executable: URL
  let process: macrostate_process

  /// Starts `executable` in `folder`.
  ///
  /// - Parameter output: the file that takes what it prints, errors too; nil for a pipe.
  /// - Throws: `MacrostateError` of kind `failure` if it cannot be started.
  init(_ executable: URL, _ arguments: [String], folder: URL, output: URL?) throws {
    self.executable = executable
    var process = macrostate_process()
    let result = Self.withCStrings([executable.path] + arguments) { arguments in
      Self.withCStrings(Self.environment) { environment in
        macrostate_start_process(executable.path, arguments, environment, folder.path, output?.path, &process)
      }
    }
    guard result == 0 else { throw Self.cannotStart(executable, errno) }
    self.process = process
  }

  /// The end of the program, which its supervisor has written; it is waited for.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if it could not be started.
  func outcome() throws -> ChildProcess.Outcome {
    var message = macrostate_end()
    var count: Int
    repeat {
      count = withUnsafeMutableBytes(of: &message) { read(process.end, $0.baseAddress, $0.count) }
    } while count < 0 && errno == EINTR
    wait()
    guard count == MemoryLayout.size(ofValue: message) else { return .killed(signal: SIGKILL) }
    guard message.failure == 0 else { throw Self.cannotStart(executable, message.failure) }
    let signal = message.status & 0x7f
    return signal == 0 ? .exited(message.status >> 8 & 0xff) : .killed(signal: signal)
  }

  /// Waits for the supervisor. Where SIGCHLD is ignored there is nobody to wait for (ECHILD).
  func wait() {
    while waitpid(process.supervisor, nil, 0) < 0 && errno == EINTR {}
  }

  private static func cannotStart(_ executable: URL, _ reason: Int32) -> MacrostateError {
    MacrostateError(
      .failure, "\(executable.path): cannot be started (\(String(cString: strerror(reason)))); check the program")
  }

  /// The environment of this process, with one thread for each program and no helper process of Open MPI, unless the
  /// user has said otherwise: a program that runs alone needs none. One that crashes is not looked into.
  private static var environment: [String] {
    let defaults = [
      "OMP_NUM_THREADS": "1", "OMPI_MCA_ess_singleton_isolated": "1", "SWIFT_BACKTRACE": "enable=no",
    ]
    return defaults.merging(ProcessInfo.processInfo.environment) { $1 }.map { "\($0.key)=\($0.value)" }
  }

  /// Calls `body` with `texts` as C has them: an array of pointers that ends with null.
  private static func withCStrings<Result>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let pointers = texts.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
  }
}
