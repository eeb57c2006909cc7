/// Text for people, from names in files and data sets that may hold anything.
public enum TerminalText {
  /// `text` with every character that a terminal would act upon shown as its number, `\u{1b}`; line ends and tabs stay.
  ///
  /// Those are the control characters, which begin escape sequences, and the marks that change the direction of writing,
  /// which make a line look like another one.
  public static func visible(_ text: String) -> String {
    escaped(text) { "\\u{\(String($0.value, radix: 16))}" }
  }

  /// The JSON text `text` with the same characters written as JSON escapes them, `\u009b`: the same value.
  public static func visibleJSON(_ text: String) -> String {
    escaped(text) { scalar in
      let digits = String(scalar.value, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }

  private static func escaped(_ text: String, _ form: (Unicode.Scalar) -> String) -> String {
    guard text.unicodeScalars.contains(where: acts) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if acts(scalar) { result.append(contentsOf: form(scalar).unicodeScalars) } else { result.append(scalar) }
    }
    return String(result)
  }

  private static func acts(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
