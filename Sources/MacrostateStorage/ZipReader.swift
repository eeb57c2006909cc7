import Foundation

/// Reads the fields of a `.zip` file, checking every offset, since any of them may be damaged.
struct ZipReader {
  let file: RandomAccessFile

  /// Bytes of the file whose fields are read.
  struct Record {
    let bytes: [UInt8]
    fileprivate let reader: ZipReader

    /// The little-endian integer at `offset`.
    func integer<Value: FixedWidthInteger>(at offset: Int, as type: Value.Type) throws -> Value {
      guard offset >= 0, offset <= bytes.count - MemoryLayout<Value>.size else { throw reader.corrupted }
      return bytes[offset..<(offset + MemoryLayout<Value>.size)].reversed().reduce(0) { $0 << 8 | Value($1) }
    }

    /// The 64-bit size or offset at `offset`.
    func largeSize(at offset: Int) throws -> Int {
      guard let size = Int(exactly: try integer(at: offset, as: UInt64.self)) else { throw reader.corrupted }
      return size
    }

    /// The 32-bit size at `offset`, or the next of the 64-bit values that stand for those that do not fit.
    func size(at offset: Int, _ large: inout ArraySlice<Int>) throws -> Int {
      let small = try integer(at: offset, as: UInt32.self)
      guard small == .max else { return Int(small) }
      guard let size = large.popFirst() else { throw reader.corrupted }
      return size
    }

    /// The 64-bit values among the extra fields of an entry (record type 1) in `range`.
    func zip64Values(in range: Range<Int>) throws -> ArraySlice<Int> {
      var offset = range.lowerBound
      while offset + 4 <= range.upperBound {
        let type = try integer(at: offset, as: UInt16.self)
        let size = Int(try integer(at: offset + 2, as: UInt16.self))
        if type == 1 {
          // The fourth value, if there is one, is the number of a disk.
          return try (0..<min(3, size / 8)).map { try largeSize(at: offset + 4 + 8 * $0) }[...]
        }
        offset += 4 + size
      }
      return []
    }
  }

  func bad(_ problem: String) -> MacrostateError {
    MacrostateError(.badData, "\(file.url.path): \(problem)")
  }

  var corrupted: MacrostateError {
    bad("its table of contents is damaged or cut off; copy or write the file again")
  }

  /// The `count` bytes at `offset`, both of which may be damaged.
  func record(at offset: Int, count: Int) throws -> Record {
    guard offset >= 0, count >= 0, offset <= file.count, count <= file.count - offset else { throw corrupted }
    return Record(bytes: try file.bytes(at: offset, count: count), reader: self)
  }

  /// The start of the table of contents, and the number of its entries.
  ///
  /// Its record stands at the end of the file, before a comment of at most 65 535 bytes.
  func findDirectory() throws -> (offset: Int, entryCount: Int) {
    let start = max(0, file.count - 22 - 65_535 - 20)
    let tail = try record(at: start, count: file.count - start)
    let candidates = stride(from: tail.bytes.count - 22, through: 0, by: -1)
    guard let end = try candidates.first(where: { try tail.integer(at: $0, as: UInt32.self) == 0x0605_4b50 }) else {
      throw bad("not a .npz file, or truncated; write it with numpy.savez")
    }
    let entryCount = try tail.integer(at: end + 10, as: UInt16.self)
    let offset = try tail.integer(at: end + 16, as: UInt32.self)
    guard entryCount == .max || offset == .max, end >= 20,
      try tail.integer(at: end - 20, as: UInt32.self) == 0x0706_4b50
    else { return (Int(offset), Int(entryCount)) }
    let large = try record(at: tail.largeSize(at: end - 12), count: 56)
    guard try large.integer(at: 0, as: UInt32.self) == 0x0606_4b50 else { throw corrupted }
    return (try large.largeSize(at: 48), try large.largeSize(at: 32))
  }

  /// The place of the data of the member whose own header is at `offset`.
  func range(ofMemberAt offset: Int, size: Int) throws -> Range<Int> {
    let header = try record(at: offset, count: 30)
    guard try header.integer(at: 0, as: UInt32.self) == 0x0403_4b50 else { throw corrupted }
    let nameLength = Int(try header.integer(at: 26, as: UInt16.self))
    let extraLength = Int(try header.integer(at: 28, as: UInt16.self))
    let start = offset + 30 + nameLength + extraLength
    guard start <= file.count, size <= file.count - start else { throw corrupted }
    return start..<(start + size)
  }
}
