import Foundation
import MacrostateKit

/// What goes to standard error: messages, and a progress bar where it is a terminal.
enum Terminal {
  static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  static func error(_ message: String) { write("macrostate: \(message)\n") }

  static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

extension MacrostateCommand {
  /// Ends the process with a code of our own; ArgumentParser's codes are for its own errors.
  static func exit(withCode code: Int32) -> Never { Foundation.exit(code) }
}
