import Foundation
import MacrostateStorage

/// Looks at the text of settings before it is parsed: settings need little of YAML, and some of the rest can keep a parser
/// busy for ever.
struct SettingsText {
  /// The problem, and the line where it is.
  struct Problem: Error {
    let line: Int
    let message: String
  }

  /// The longest text in bytes: a thousand times that of all settings.
  private static let mostBytes = 1 << 20
  /// The deepest nesting of lists and mappings; settings need three.
  private static let mostLevels = 8

  private var line = 1
  private var column = 0
  /// Whether a value or a key may begin here.
  private var expectsValue = true
  private var indentations: [Int] = [0]
  private var dashes = 0
  private var brackets = 0
  private var quote: Unicode.Scalar?
  private var isEscaped = false
  private var isComment = false
  private var last: Unicode.Scalar = "\n"

  /// The first thing in `text` that settings do not need; nil for a text that may be parsed.
  static func problem(_ text: String) -> Problem? {
    guard text.utf8.count <= mostBytes else {
      return Problem(line: 1, message: "longer than 1 MB, which no settings need; name another file")
    }
    var scan = SettingsText()
    do {
      for scalar in text.unicodeScalars { try scan.take(scalar) }
      return nil
    } catch {
      return error
    }
  }

  /// The text of settings in the file, or stream, at `url`.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if there is no such file; `badData` for one that is no text.
  static func contents(of url: URL) throws -> String {
    let bytes = try FileContents.streamedBytes(of: url, limit: mostBytes)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw MacrostateError(.badData, "\(url.relativePath): not text in UTF-8; save it as plain UTF-8 text")
    }
    return text
  }

  private mutating func take(_ scalar: Unicode.Scalar) throws(Problem) {
    defer { last = scalar }
    if scalar == "\n" || scalar == "\r" { return endLine(scalar) }
    column += 1
    if isComment { return }
    if let quote { return takeQuoted(scalar, quote) }
    if scalar == " " || scalar == "\t" {
      if last == ":" || last == "-" || last == "?" { expectsValue = expectsValue || last == ":" }
      return
    }
    let isFirst = column == 1 || last == " " || last == "\t" || last == "\n" || last == "\r"
    if scalar == "#" && isFirst {
      isComment = true
      return
    }
    if brackets > 0 || expectsValue { if try takeBracket(scalar) { return } }
    if brackets > 0 && (scalar == "," || scalar == ":" && (last == "\"" || last == "'")) {
      expectsValue = true
      return
    }
    guard expectsValue else { return }
    try takeFirst(scalar)
  }

  private mutating func endLine(_ scalar: Unicode.Scalar) {
    if !(scalar == "\n" && last == "\r") { line += 1 }
    column = 0
    isComment = false
    isEscaped = false
    guard quote == nil else { return }
    expectsValue = true
    dashes = 0
  }

  private mutating func takeQuoted(_ scalar: Unicode.Scalar, _ quote: Unicode.Scalar) {
    if isEscaped {
      isEscaped = false
    } else if scalar == "\\" && quote == "\"" {
      isEscaped = true
    } else if scalar == quote {
      self.quote = nil
    }
  }

  /// Counts brackets; true for one.
  private mutating func takeBracket(_ scalar: Unicode.Scalar) throws(Problem) -> Bool {
    switch scalar {
    case "[", "{":
      brackets += 1
      expectsValue = true
      try checkDepth()
    case "]",
      "}" where brackets > 0:
      brackets -= 1
      expectsValue = false
    default: return false
    }
    return true
  }

  /// The first character of a value or a key.
  private mutating func takeFirst(_ scalar: Unicode.Scalar) throws(Problem) {
    if brackets == 0 && dashes == 0 { indent(column - 1) }
    switch scalar {
    case "\"", "'":
      quote = scalar
      expectsValue = false
    case "&", "*", "!", "|", ">", "?", "%":
      throw Problem(
        line: line,
        message: "'\(scalar)' begins a feature of YAML that settings do not need (anchors, aliases, tags, block texts, "
          + "keys that are no names); write the value itself, or put a text in quotes")
    case "<":
      throw Problem(line: line, message: "settings are not merged ('<<'); write the keys themselves")
    case "-":
      dashes += 1
      try checkDepth()
    default:
      expectsValue = false
      try checkDepth()
    }
  }

  private mutating func indent(_ width: Int) {
    while let deepest = indentations.last, deepest > width { indentations.removeLast() }
    if indentations.last != width { indentations.append(width) }
  }

  private func checkDepth() throws(Problem) {
    guard indentations.count + dashes + brackets > Self.mostLevels else { return }
    throw Problem(
      line: line,
      message: "nested more than \(Self.mostLevels) deep, which no settings are; mind the brackets and the indentation")
  }
}
