import MacrostateStorage

/// The standard error: messages, and a progress bar where it is a terminal.
///
/// A message that cannot be written (a full disk, a terminal that is gone) is dropped: no work ends for it.
package enum Terminal {
  package static var isInteractive: Bool { StandardStream.errors.isTerminal }

  /// The beginning of a line that takes the place of the one that the cursor is in.
  package static let clearLine = "\r\u{1B}[K"

  package static func error(_ message: String) { write("macrostate: \(message)\n") }

  package static func warn(_ message: String) { write("warning: \(message)\n") }

  /// Writes `text`, which may hold names out of any file, and before it `control`, which is ours.
  package static func write(_ text: String, after control: String = "") {
    try? StandardStream.errors.write(control + TerminalText.visible(text))
  }
}
