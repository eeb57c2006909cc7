import Foundation

/// The keys and values of the comment of a frame in an extended XYZ file.
struct XYZComment {
  /// The values by their keys in lower case, without quotes or brackets.
  private var values: [String: String] = [:]
  /// The words without a key.
  let text: String

  /// The keys and values in a line, such as `Lattice="5 0 0 0 5 0 0 0 5" pbc="T T F" time=0.5`.
  init(_ line: String) {
    text = line
    var rest = Substring(line)
    while let sign = rest.firstIndex(of: "=") {
      let key = rest[..<sign].split(whereSeparator: \.isWhitespace).last.map { $0.lowercased() }
      rest = rest[rest.index(after: sign)...].drop(while: \.isWhitespace)
      let value = Self.value(&rest)
      if let key { values[key.trimmingCharacters(in: ["\"", "'"])] = value }
    }
  }

  /// The value at the start of `rest`, which is taken away.
  private static func value(_ rest: inout Substring) -> String {
    let ends: [Character: Character] = ["\"": "\"", "'": "'", "{": "}", "[": "]"]
    guard let first = rest.first, let end = ends[first] else {
      let word = rest.prefix { !$0.isWhitespace }
      rest = rest.dropFirst(word.count)
      return String(word)
    }
    var depth = 0
    var inside = ""
    while let character = rest.popFirst() {
      if character == first, first != end || depth == 0 { depth += 1 } else if character == end { depth -= 1 }
      if depth == 0 { break }
      inside.append(character)
    }
    return String(inside.dropFirst())
  }

  /// The value of the first of `keys` that is there.
  subscript(_ keys: String...) -> String? { keys.lazy.compactMap { values[$0] }.first }

  /// The words of a value, separated by blanks or commas, without brackets.
  static func words(_ value: String) -> [Substring] {
    value.split { $0.isWhitespace || ",[]{}".contains($0) }
  }

  /// The numbers of a value; nil where one is none.
  static func numbers(_ value: String) -> [Double]? {
    let numbers = words(value).map { Double($0) }
    return numbers.contains(nil) ? nil : numbers.compactMap(\.self)
  }
}
