import CChildProcess
import Foundation
import MacrostateStorage

/// A program that runs beside this one and prints into a pipe, from which it is read. It ends with this object.
///
/// Not for use by several threads at once.
package final class PipedProgram {
  private let program: StartedProgram
  private var hasEnded = false

  /// Starts `executable`.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if it cannot be started.
  package init(_ executable: URL, _ arguments: [String]) throws {
    program = try StartedProgram(executable, arguments, folder: URL(fileURLWithPath: "/"), output: nil)
    #if os(Linux)
      // F_SETPIPE_SZ, a macro that Swift does not see: fewer turns of the two processes. Where it is not allowed the pipe
      // stays as it is.
      _ = fcntl(program.process.output, 1031, 1 << 20)
    #endif
  }

  deinit {
    // The program has nobody to print for, and is asked to end.
    close(program.process.output)
    close(program.process.control)
    if !hasEnded { program.wait() }
    close(program.process.end)
  }

  /// Reads what the program prints until `buffer` is full.
  ///
  /// - Parameter patience: how long nothing may come.
  /// - Returns: the number of bytes, fewer than asked for at the end of the program; nil where its time is over.
  package func read(into buffer: UnsafeMutableRawBufferPointer, patience: Duration) -> Int? {
    var done = 0
    var last = ContinuousClock.now
    while done < buffer.count {
      var request = pollfd(fd: program.process.output, events: Int16(POLLIN), revents: 0)
      if poll(&request, 1, 1000) <= 0 {
        if ContinuousClock.now - last > patience { return nil }
        continue
      }
      let count = Foundation.read(
        program.process.output, buffer.baseAddress.map { $0 + done }, buffer.count - done)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }
      done += count
      last = .now
    }
    return done
  }

  /// The end of the program, which has printed all that it has to say; it is waited for.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if it could not be started.
  package func outcome() throws -> ChildProcess.Outcome {
    hasEnded = true
    return try program.outcome()
  }

  /// All that `executable` prints, as far as it makes sense: nil if it cannot be started, fails, or takes too long.
  package static func output(of executable: URL, _ arguments: [String], patience: Duration) -> String? {
    guard let program = try? PipedProgram(executable, arguments) else { return nil }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    guard let count = bytes.withUnsafeMutableBytes({ program.read(into: $0, patience: patience) }), count < bytes.count,
      let outcome = try? program.outcome(), outcome == .exited(0)
    else { return nil }
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}
