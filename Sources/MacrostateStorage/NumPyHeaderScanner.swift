/// Reads the Python dictionary that is a `.npy` header: keys to strings, booleans, tuples of integers and lists.
struct NumPyHeaderScanner {
  enum Value {
    case text(String)
    case truth(Bool)
    case tuple([Int])
    /// A list, of whatever: the description of a structured type.
    case list
  }

  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The whole dictionary, `nil` if it is anything else.
  mutating func dictionary() -> [String: Value]? {
    guard skip("{") else { return nil }
    var result: [String: Value] = [:]
    while !skip("}") {
      guard let key = quoted(), skip(":"), let value = value() else { return nil }
      result[key] = value
      guard skip(",") || peek() == UInt8(ascii: "}") else { return nil }
    }
    return peek() == nil ? result : nil
  }

  private mutating func value() -> Value? {
    if let text = quoted() { return .text(text) }
    if let tuple = tuple() { return .tuple(tuple) }
    if peek() == UInt8(ascii: "[") { return list() ? .list : nil }
    switch word() {
    case "True": return .truth(true)
    case "False": return .truth(false)
    default: return nil
    }
  }

  private mutating func quoted() -> String? {
    guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
    guard let end = bytes[(position + 1)...].firstIndex(of: quote) else { return nil }
    defer { position = end + 1 }
    return String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
  }

  private mutating func tuple() -> [Int]? {
    guard skip("(") else { return nil }
    var result: [Int] = []
    while !skip(")") {
      var digits = word()
      // Python 2 writes long integers as 4L.
      if digits.hasSuffix("L") { digits.removeLast() }
      guard let length = Int(digits), length >= 0 else { return nil }
      result.append(length)
      guard skip(",") || peek() == UInt8(ascii: ")") else { return nil }
    }
    return result
  }

  /// Passes over a list with all that is in it.
  private mutating func list() -> Bool {
    var depth = 0
    while let next = peek() {
      if quoted() != nil { continue }
      position += 1
      if next == UInt8(ascii: "[") { depth += 1 }
      if next == UInt8(ascii: "]") { depth -= 1 }
      if depth == 0 { return true }
    }
    return false
  }

  private mutating func word() -> String {
    guard peek() != nil else { return "" }
    let word = bytes[position...].prefix { byte in
      Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber
    }
    position = word.endIndex
    return String(decoding: word, as: UTF8.self)
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// The next byte that is not white space.
  private mutating func peek() -> UInt8? {
    while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
    return position < bytes.count ? bytes[position] : nil
  }
}
