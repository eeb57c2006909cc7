/// Text for HTML.
enum HTMLText {
  /// Plain text as it may stand between tags and inside a quoted attribute.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      // Characters that HTML forbids altogether.
      case "\0"..."\u{8}", "\u{B}", "\u{E}"..."\u{1F}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }

  /// A script as it may stand inside a script element: nothing in its strings may end that element early.
  static func inlined(script: String) -> String {
    script.replacing("</script", with: "<\\/script").replacing("<!--", with: "<\\!--")
  }

  /// A name for files, links and ids: lower-case letters, digits and hyphens; `unnamed` where nothing is left.
  static func slug(_ text: String) -> String {
    let words = text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return words.isEmpty ? "unnamed" : words.joined(separator: "-")
  }
}

extension String {
  /// Without spaces at either end.
  var trimmingSpaces: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
