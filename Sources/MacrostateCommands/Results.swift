import Foundation
import MacrostateKit

/// The standard output of results. One that cannot be written is an error, unlike with `print`.
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
