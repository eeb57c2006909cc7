/// The header of a `.npy` file: element type and shape (C order).
///
/// Format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>, versions 1 to 3.
public struct NumPyHeader: Equatable, Sendable {
  /// The type of the elements.
  public var elementType: NumPyElementType
  /// The array's shape; empty for a single number.
  public var shape: [Int]

  /// A header of an array of `elementType` with `shape`.
  public init(elementType: NumPyElementType, shape: [Int]) {
    self.elementType = elementType
    self.shape = shape
  }

  /// The length of every header of up to 4 axes that is written here, so that it can be filled in last.
  static let writtenLength = 192

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The number of elements.
  public var elementCount: Int { shape.reduce(1, *) }

  /// The header as bytes of a version 1 file, padded so that the data starts at a multiple of 64 bytes.
  var encoded: [UInt8] {
    let text =
      "{'descr': '\(elementType.descriptor)', 'fortran_order': False, 'shape': \(shapeText(shape)), }"
    let needed = Self.magic.count + 4 + text.utf8.count + 1
    let length = max(Self.writtenLength, (needed + 63) / 64 * 64)
    let bodyLength = length - Self.magic.count - 4
    let padding = String(repeating: " ", count: length - needed)
    return Self.magic + [1, 0, UInt8(bodyLength & 0xFF), UInt8(bodyLength >> 8)] + Array((text + padding + "\n").utf8)
  }

  /// Reads the header at the start of `bytes`, and where the data begins.
  ///
  /// The size of the data is checked: after this, the bytes from `dataOffset` on are exactly `elementCount` elements.
  static func parse(_ bytes: UnsafeRawBufferPointer, name: String) throws -> (header: NumPyHeader, dataOffset: Int) {
    func bad(_ problem: String) -> MacrostateError { MacrostateError(.badData, "\(name): \(problem)") }
    guard bytes.count >= 10, bytes.prefix(6).elementsEqual(magic) else {
      throw bad("not a NumPy array file (.npy); write it with numpy.save")
    }
    let version = bytes[6]
    guard (1...3).contains(version) else {
      throw bad("version \(version) of the .npy format is not known; write it with numpy.save of NumPy 1 or 2")
    }
    let textStart = version == 1 ? 10 : 12
    guard bytes.count >= textStart else { throw bad("truncated in its header; copy or write it again") }
    let textLength = (8..<textStart).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
    let dataOffset = textStart + textLength
    guard bytes.count >= dataOffset else { throw bad("truncated in its header; copy or write it again") }
    let text = Array(bytes[textStart..<dataOffset])
    let header = try fields(of: text, bad)
    let size = try dataSize(header, bad)
    let present = bytes.count - dataOffset
    guard present >= size else {
      throw bad(
        "truncated: shape \(shapeText(header.shape)) needs \(size) bytes of data, \(present) are there; "
          + "copy or write it again")
    }
    guard present == size else {
      throw bad("\(present - size) bytes follow the array; write one array a file with numpy.save")
    }
    return (header, dataOffset)
  }

  private static func fields(of text: [UInt8], _ bad: (String) -> MacrostateError) throws -> NumPyHeader {
    var scanner = PythonDictionaryScanner(text)
    guard let fields = scanner.dictionary(), case .text(let descriptor)? = fields["descr"],
      case .truth(let isFortran)? = fields["fortran_order"], case .tuple(let shape)? = fields["shape"]
    else {
      throw bad("its header is not understood (structured arrays are not read); save a plain array of numbers")
    }
    guard let elementType = NumPyElementType(rawValue: descriptor) else {
      throw bad("elements of type '\(descriptor)' are not read; save x.astype('<f4') or, for integers, '<i8'")
    }
    guard !isFortran || shape.count <= 1 else {
      throw bad("the array is in Fortran order; save numpy.ascontiguousarray(x)")
    }
    return NumPyHeader(elementType: elementType, shape: shape)
  }

  private static func dataSize(_ header: NumPyHeader, _ bad: (String) -> MacrostateError) throws -> Int {
    // Zeros last: a shape with an empty axis must not hide an overflow of the others.
    try header.shape.sorted(by: >).reduce(header.elementType.byteCount) { size, length in
      let (product, overflow) = size.multipliedReportingOverflow(by: length)
      guard !overflow else { throw bad("the shape \(shapeText(header.shape)) in its header is too large") }
      return product
    }
  }
}

/// Reads the Python dictionary that is a `.npy` header: keys to strings, booleans and tuples of integers.
private struct PythonDictionaryScanner {
  enum Value {
    case text(String)
    case truth(Bool)
    case tuple([Int])
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
      guard let length = Int(word()), length >= 0 else { return nil }
      result.append(length)
      guard skip(",") || peek() == UInt8(ascii: ")") else { return nil }
    }
    return result
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
