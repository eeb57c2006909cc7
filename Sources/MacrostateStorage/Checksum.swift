import CZlib
import Foundation

/// A running CRC-32 check sum, the one of zlib: Python checks it with `zlib.crc32(bytes)`.
public struct Checksum: Equatable, Sendable {
  /// The check sum of all bytes so far.
  public private(set) var value: UInt32 = 0

  /// The check sum of no bytes, which is 0.
  public init() {}

  /// The check sum of `bytes`.
  public init(_ bytes: UnsafeRawBufferPointer) {
    update(bytes)
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
    try MappedFile(url).withBytes { Checksum($0) }
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
    let file = try MappedFile(url)
    self.init(byteCount: file.count, crc32: file.withBytes { Checksum($0).value })
  }

  /// Compares the file at `url` with this record, its size only or its check sum too.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if the file differs, with `remedy` ("copy it again") in its message;
  ///   `missingInput` if it cannot be read.
  public func verify(_ url: URL, sizeOnly: Bool = false, remedy: String) throws {
    let file = try MappedFile(url)
    guard file.count == byteCount else {
      throw MacrostateError(
        .badData, "\(url.path): \(file.count) bytes where \(byteCount) were written; \(remedy)")
    }
    guard sizeOnly || file.withBytes({ Checksum($0).value }) == crc32 else {
      throw MacrostateError(.badData, "\(url.path): corrupted (its check sum is not the one recorded); \(remedy)")
    }
  }
}
