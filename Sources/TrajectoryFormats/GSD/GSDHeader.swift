import Foundation
import MacrostateStorage

/// The header of a GSD file.
struct GSDHeader {
  /// The bytes that the header takes.
  static let size = 256
  /// The bytes by which room for names is counted.
  static let nameSize = 64
  /// The version of the layout.
  let version: (major: Int, minor: Int)
  /// The kind of arrays that the file has: `hoomd`.
  let schema: String
  /// The bytes of the index, as far as there is room.
  let index: Range<Int>
  /// The bytes of the names.
  let names: Range<Int>

  /// The header of `file`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if it is none, or is of an unknown version.
  init(_ file: RandomAccessFile) throws {
    guard file.count >= Self.size else {
      throw Self.error(file, "it has \(file.count) bytes, and a GSD file has a header of \(Self.size)")
    }
    let bytes = try file.bytes(at: 0, count: Self.size)
    guard bytes.starts(with: GSDFile.magic) else {
      throw Self.error(file, "it does not begin as a GSD file does; if it is compressed, unpack it first")
    }
    let number: UInt32 = bytes.integer(at: 44)
    version = (Int(number >> 16), Int(number & 0xffff))
    guard 1...2 ~= version.major else {
      throw Self.error(
        file, "it is of version \(version.major).\(version.minor) of GSD, and 1 and 2 are read; save it with another")
    }
    schema = bytes[112..<176].text
    index = try Self.block(file, "index", start: bytes.integer(at: 8), count: bytes.integer(at: 16), of: 32)
    names = try Self.block(
      file, "list of names", start: bytes.integer(at: 24), count: bytes.integer(at: 32), of: Self.nameSize)
  }

  private static func block(
    _ file: RandomAccessFile, _ name: String, start: UInt64, count: UInt64, of size: Int
  ) throws -> Range<Int> {
    guard let first = Int(exactly: start), first >= Self.size, first <= file.count,
      let length = Int(exactly: count), length <= (file.count - first) / size
    else {
      throw error(
        file,
        "its \(name) has \(count) entries of \(size) bytes from byte \(start) on, and the file \(file.count) bytes; it is "
          + "cut off or damaged: copy or write it again")
    }
    return first..<(first + length * size)
  }

  static func error(_ file: RandomAccessFile, _ problem: String) -> MacrostateError {
    MacrostateError(.badData, "\(file.url.path): \(problem)")
  }
}

/// The type of an array's elements.
enum GSDElement: UInt8 {
  case uint8 = 1
  case uint16, uint32, uint64, int8, int16, int32, int64, float, double, character

  /// The number of bytes of an element.
  var size: Int {
    switch self {
    case .uint8, .int8, .character: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float: 4
    case .uint64, .int64, .double: 8
    }
  }
}

extension RandomAccessCollection where Element == UInt8 {
  /// The little-endian integer at `offset` from the first byte on.
  func integer<Value: FixedWidthInteger>(at offset: Int) -> Value {
    dropFirst(offset).prefix(Value.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
  }

  /// The text up to the first 0.
  var text: String { String(decoding: prefix { $0 != 0 }, as: UTF8.self) }
}
