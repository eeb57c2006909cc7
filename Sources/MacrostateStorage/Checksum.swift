import CZlib
import Foundation

/// A running CRC-32 check sum, the one of zlib: Python checks it with `zlib.crc32(bytes)`.
public struct Checksum: Equatable, Sendable {
  /// The check sum of all bytes so far.
  public private(set) var value: UInt32 = 0

  /// The check sum of no bytes, which is 0.
  public init() {}

  private init(value: UInt32) {
    self.value = value
  }

  /// The check sum of `bytes`.
  public init(_ bytes: UnsafeRawBufferPointer) {
    update(bytes)
  }

  /// The check sum and the number of all bytes of an open file.
  ///
  /// They are read, not mapped: a file that is shortened meanwhile has another check sum, and no signal comes.
  fileprivate static func read(_ descriptor: Int32, of url: URL) throws -> FileRecord {
    var checksum = Checksum()
    var position = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = try buffer.withUnsafeMutableBytes { try readAll($0, from: descriptor, at: position, of: url) }
      buffer.withUnsafeBytes { checksum.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      position += count
      if count < buffer.count { return FileRecord(byteCount: position, crc32: checksum.value) }
    }
  }

  /// Continues the check sum with `bytes`.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    value = UInt32(crc32_z(uLong(value), start.assumingMemoryBound(to: Bytef.self), bytes.count))
  }

  /// The check sum of this one's bytes followed by the `count` bytes of `next`.
  public func followed(by next: Checksum, count: Int) -> Checksum {
    var result = self
    result.value = UInt32(crc32_combine(uLong(value), uLong(next.value), .init(count)))
    return result
  }

  /// The check sum of this one's bytes followed by those of `record`.
  public func followed(by record: FileRecord) -> Checksum {
    var next = Checksum()
    next.value = record.crc32
    return followed(by: next, count: record.byteCount)
  }

  /// The check sum of a whole file, read once from start to end.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if the file cannot be read.
  public static func ofFile(_ url: URL) throws -> Checksum {
    Checksum(value: try FileRecord(of: url).crc32)
  }
}

/// The size and the check sum of a file, as kept beside it to notice later damage.
public struct FileRecord: Codable, Equatable, Sendable {
  /// The file's size in bytes.
  public var byteCount: Int
  /// The CRC-32 of its bytes.
  public var crc32: UInt32

  /// A record of a file of `byteCount` bytes with check sum `crc32`.
  public init(byteCount: Int, crc32: UInt32) {
    self.byteCount = byteCount
    self.crc32 = crc32
  }

  /// The record of the file at `url` as it is now.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if the file cannot be read.
  public init(of url: URL) throws {
    self = try withPlainFile(url) { descriptor, _ in try Checksum.read(descriptor, of: url) }
  }

  /// Compares the file at `url` with this record, its size only or its check sum too.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if the file differs, with `remedy` ("copy it again") in its message;
  ///   `missingInput` if it cannot be read.
  public func verify(_ url: URL, sizeOnly: Bool = false, remedy: String) throws {
    let found = try withPlainFile(url) { descriptor, size in
      // A file of another size need not be read.
      try sizeOnly || size != byteCount
        ? FileRecord(byteCount: size, crc32: crc32) : Checksum.read(descriptor, of: url)
    }
    guard found.byteCount == byteCount else {
      throw MacrostateError(
        .badData, "\(url.path): \(found.byteCount) bytes where \(byteCount) were written; \(remedy)")
    }
    guard found.crc32 == crc32 else {
      throw MacrostateError(.badData, "\(url.path): corrupted (its check sum is not the one recorded); \(remedy)")
    }
  }
}
