import Foundation

/// Writes `.zip` files whose members are not compressed, as `numpy.savez` does.
public enum ZipWriter {
  /// Writes the archive of `members`, files by their names in it, to `url`, whole or not at all. Sizes may be beyond 4 GB.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if the disk is full or the file cannot be written; as reading does.
  public static func write(_ members: [(name: String, file: URL)], to url: URL) throws {
    try AtomicFile.write(to: url) { output in
      var place = 0
      var directory: [UInt8] = []
      func append(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes(output.write)
        place += bytes.count
      }
      for member in members {
        let start = place
        let record = try FileRecord(of: member.file)
        let name = Array(member.name.utf8)
        let sizes = little(UInt64(record.byteCount)) + little(UInt64(record.byteCount))
        // Versions, flags, no compression, no date; the sizes are those of the extra field.
        let fields =
          little(UInt16(45)) + little(UInt16(0)) + little(UInt16(0)) + little(UInt32(0x21 << 16))
          + little(record.crc32) + [UInt8](repeating: 0xFF, count: 8) + little(UInt16(name.count))
        let local = little(UInt16(1)) + little(UInt16(16)) + sizes
        try append(Array("PK\u{3}\u{4}".utf8) + fields + little(UInt16(local.count)) + name + local)
        try copy(member.file, record.byteCount, append)
        let central = little(UInt16(1)) + little(UInt16(24)) + sizes + little(UInt64(start))
        directory +=
          Array("PK\u{1}\u{2}".utf8) + little(UInt16(45)) + fields + little(UInt16(central.count))
          + [UInt8](repeating: 0, count: 10) + little(UInt32.max) + name + central
      }
      try appendEnd(of: directory, at: place, count: members.count, append)
    }
  }

  private static func appendEnd(
    of directory: [UInt8], at place: Int, count: Int, _ append: ([UInt8]) throws -> Void
  ) throws {
    try append(directory)
    let counts = little(UInt64(count)) + little(UInt64(count))
    let large =
      little(UInt64(44)) + little(UInt16(45)) + little(UInt16(45)) + little(UInt32(0)) + little(UInt32(0)) + counts
      + little(UInt64(directory.count)) + little(UInt64(place))
    try append(Array("PK\u{6}\u{6}".utf8) + large)
    try append(
      Array("PK\u{6}\u{7}".utf8) + little(UInt32(0)) + little(UInt64(place + directory.count)) + little(UInt32(1)))
    try append(
      Array("PK\u{5}\u{6}".utf8) + little(UInt32(0)) + little(UInt16(count)) + little(UInt16(count))
        + little(UInt32.max) + little(UInt32.max) + little(UInt16(0)))
  }

  private static func copy(_ file: URL, _ count: Int, _ append: ([UInt8]) throws -> Void) throws {
    let input = try RandomAccessFile(file)
    for start in stride(from: 0, to: count, by: 1 << 22) {
      try append(input.bytes(at: start, count: min(1 << 22, count - start)))
    }
  }

  private static func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian, Array.init)
  }
}
