/// The header of a `.npy` file: element type, order of bytes and of elements, and shape.
///
/// Format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>, versions 1 to 3.
public struct NumPyHeader: Equatable, Sendable {
  /// The type of the elements.
  public var elementType: NumPyElementType
  /// The array's shape; empty for a single number.
  public var shape: [Int]
  /// Whether the most significant byte of an element comes first.
  public var isBigEndian = false
  /// Whether the first index runs fastest (Fortran, Julia, R, MATLAB), where in C it is the last.
  public var isFortranOrder = false

  /// A header of a little-endian array of `elementType` with `shape` in C order.
  public init(elementType: NumPyElementType, shape: [Int]) {
    self.elementType = elementType
    self.shape = shape
  }

  /// The length of every header of up to 4 axes that is written here, so that it can be filled in last.
  static let writtenLength = 192

  /// The length of the text of a header beyond which it is damaged.
  private static let maximumTextLength = 1 << 20

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The type of the elements as it stands in the file: `>f4`.
  var descriptor: String {
    isBigEndian ? ">" + elementType.descriptor.dropFirst() : elementType.descriptor
  }

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

  /// Reads the header at the start of the bytes of a whole file, and where the data begins.
  ///
  /// The size of the data is checked: after this, the bytes from `dataOffset` on are exactly `elementCount` elements.
  static func parse(_ bytes: UnsafeRawBufferPointer, name: String) throws -> (header: NumPyHeader, dataOffset: Int) {
    try parse(fileByteCount: bytes.count, name: name) { Array(bytes.prefix($0)) }
  }

  /// Reads the header of a file of `fileByteCount` bytes, and where the data begins; nothing behind it is read.
  ///
  /// The size of the data is checked: after this, the bytes from `dataOffset` on are exactly `elementCount` elements.
  ///
  /// - Parameter start: the first bytes of the file, as many as are asked for, or all where there are fewer.
  static func parse(
    fileByteCount: Int, name: String, start: (Int) throws -> [UInt8]
  ) throws -> (header: NumPyHeader, dataOffset: Int) {
    func bad(_ problem: String) -> MacrostateError { MacrostateError(.badData, "\(name): \(problem)") }
    let first = try start(12)
    guard first.starts(with: magic), first.count >= 10 else { throw bad(foreign(first)) }
    let version = first[6]
    guard (1...3).contains(version) else {
      throw bad("version \(version) of the .npy format is not known; write it with numpy.save of NumPy 1 or 2")
    }
    let textStart = version == 1 ? 10 : 12
    guard first.count >= textStart else { throw bad("truncated in its header; copy or write it again") }
    let textLength = (8..<textStart).reversed().reduce(0) { $0 << 8 | Int(first[$1]) }
    guard textLength <= maximumTextLength else { throw bad("its header is damaged; copy or write it again") }
    let dataOffset = textStart + textLength
    let bytes = try start(dataOffset)
    guard bytes.count == dataOffset else { throw bad("truncated in its header; copy or write it again") }
    let header = try fields(of: Array(bytes[textStart...]), bad)
    let size = try dataSize(header, bad)
    let present = fileByteCount - dataOffset
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

  /// The kind of a file that does not begin as an array does, as far as its first bytes tell.
  private static func foreign(_ start: [UInt8]) -> String {
    if start.starts(with: [0x1F, 0x8B]) { return "compressed by gzip; unpack it first (gunzip)" }
    return "not a NumPy array file (.npy); write it with numpy.save, or with what your language has for .npy files "
      + "(Julia: NPZ, R: reticulate, MATLAB: npy-matlab)"
  }

  private static func fields(of text: [UInt8], _ bad: (String) -> MacrostateError) throws -> NumPyHeader {
    var scanner = NumPyHeaderScanner(text)
    guard let fields = scanner.dictionary(), case .truth(let isFortran)? = fields["fortran_order"],
      case .tuple(let shape)? = fields["shape"], let type = fields["descr"]
    else {
      throw bad("its header is not understood; write the file again, as a plain array of numbers")
    }
    guard case .text(let text) = type else { throw bad(NumPyDescriptor.structuredRefusal) }
    let descriptor = try NumPyDescriptor(text, bad)
    var header = NumPyHeader(elementType: descriptor.type, shape: shape)
    header.isBigEndian = descriptor.isBigEndian
    header.isFortranOrder = isFortran && shape.count > 1
    return header
  }

  private static func dataSize(_ header: NumPyHeader, _ bad: (String) -> MacrostateError) throws -> Int {
    // Zeros last: an empty axis, or text without a character, must not hide an overflow of the others.
    let size = header.elementType.byteCount
    let byteCount = try header.shape.sorted(by: >).reduce(max(size, 1)) { size, length in
      let (product, overflow) = size.multipliedReportingOverflow(by: length)
      guard !overflow else { throw bad("the shape \(shapeText(header.shape)) in its header is too large") }
      return product
    }
    return size == 0 ? 0 : byteCount
  }
}
