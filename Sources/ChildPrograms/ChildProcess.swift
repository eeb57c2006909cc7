import CChildProcess
import Foundation
import MacrostateStorage

/// A program that runs beside this one, in a folder of its own.
///
/// It is not started by Foundation's `Process`, whose children inherit the signals that this process blocks or ignores
/// and outlive it: a simulation that is told to stop would go on. When this process ends, in whatever way, its programs
/// end with all that they have started.
package struct ChildProcess {
  /// The end of a program.
  package enum Outcome: Equatable {
    case exited(Int32)
    case killed(signal: Int32)
    /// It was told to stop.
    case stopped
  }

  package var executable: URL
  package var arguments: [String]
  /// The folder in which it runs.
  package var folder: URL
  /// The file that takes what it prints, errors too.
  package var output: URL

  /// A program, and where it runs.
  package init(executable: URL, arguments: [String], folder: URL, output: URL) {
    (self.executable, self.arguments, self.folder, self.output) = (executable, arguments, folder, output)
  }

  /// The time between two questions to `shouldStop`, in milliseconds.
  private static let interval: Int32 = 10
  /// The time that a stop is waited for; longer than a supervisor's own patience.
  private static let patience = Duration.seconds(10)

  /// Runs the program until it ends or `shouldStop` says so.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if it cannot be started.
  package func run(shouldStop: () -> Bool) throws -> Outcome {
    let program = try StartedProgram(executable, arguments, folder: folder, output: output)
    let process = program.process
    var stopped: ContinuousClock.Instant?
    defer {
      if stopped == nil { close(process.control) }
      close(process.end)
    }
    while true {
      var ready = pollfd(fd: process.end, events: Int16(POLLIN), revents: 0)
      if poll(&ready, 1, Self.interval) > 0 {
        let outcome = try program.outcome()
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
}
