import Foundation
import MacrostateKit

/// What goes to standard error: messages, and a progress bar where it is a terminal.
///
/// A message that cannot be written (a full disk, a terminal that is gone) is dropped: no work ends for it.
enum Terminal {
  static var isInteractive: Bool { StandardStream.errors.isTerminal }

  /// The beginning of a line that takes the place of the one that the cursor is in.
  static let clearLine = "\r\u{1B}[K"

  static func error(_ message: String) { write("macrostate: \(message)\n") }

  static func warn(_ message: String) { write("warning: \(message)\n") }

  /// Writes `text`, which may hold names out of any file, and before it `control`, which is ours.
  static func write(_ text: String, after control: String = "") {
    try? StandardStream.errors.write(control + TerminalText.visible(text))
  }
}

/// What goes to standard output: results. One that cannot be written is an error, unlike with `print`.
enum Results {
  /// Writes `text` and a line end, or `terminator`.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if standard output is closed, full, or read by nobody.
  static func print(_ text: String, terminator: String = "\n") throws {
    try StandardStream.output.write(TerminalText.visible(text) + terminator)
  }

  /// Writes `value` as one JSON object.
  ///
  /// - Throws: as `print` does.
  static func print(json value: some Encodable) throws {
    try StandardStream.output.write(TerminalText.visibleJSON(JSONFile.text(value)))
  }
}
