import Foundation

/// Reads the fields of a `.zip` file, checking every offset, since any of them may be damaged.
struct ZipReader {
  let file: MappedFile

  init(_ file: MappedFile) {
    self.file = file
  }

  func bad(_ problem: String) -> MacrostateError {
    MacrostateError(.badData, "\(file.url.path): \(problem)")
  }

  /// The `count` bytes at `offset`.
  func bytes(at offset: Int, count: Int) throws -> UnsafeRawBufferPointer {
    guard offset >= 0, count >= 0, offset <= file.bytes.count, count <= file.bytes.count - offset else {
      throw bad("truncated or corrupted; copy or write the file again")
    }
    return UnsafeRawBufferPointer(rebasing: file.bytes[offset..<(offset + count)])
  }

  /// The little-endian integer at `offset`.
  func integer<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Value.Type) throws -> Value {
    let field = try bytes(at: offset, count: MemoryLayout<Value>.size)
    return Value(littleEndian: field.loadUnaligned(as: Value.self))
  }

  /// The 64-bit size or offset at `offset`.
  private func largeSize(at offset: Int) throws -> Int {
    guard let size = Int(exactly: try integer(at: offset, as: UInt64.self)) else {
      throw bad("its table of contents is corrupted; copy or write the file again")
    }
    return size
  }

  /// The 32-bit size at `offset`, or the next of the 64-bit values that stand for those that do not fit.
  func size(at offset: Int, _ large: inout ArraySlice<Int>) throws -> Int {
    let small = try integer(at: offset, as: UInt32.self)
    guard small == .max else { return Int(small) }
    guard let size = large.popFirst() else {
      throw bad("its table of contents is corrupted; copy or write the file again")
    }
    return size
  }

  /// The 64-bit values among the extra fields of an entry (record type 1).
  func zip64Values(at start: Int, length: Int) throws -> ArraySlice<Int> {
    var offset = start
    while offset + 4 <= start + length {
      let type = try integer(at: offset, as: UInt16.self)
      let size = Int(try integer(at: offset + 2, as: UInt16.self))
      if type == 1 {
        return try (0..<(size / 8)).map { try largeSize(at: offset + 4 + 8 * $0) }[...]
      }
      offset += 4 + size
    }
    return []
  }

  /// Where the table of contents starts and how many entries it has.
  ///
  /// Its record stands at the end of the file, before a comment of at most 65 535 bytes.
  func findDirectory() throws -> (offset: Int, entryCount: Int) {
    let last = file.bytes.count - 22
    let candidates = stride(from: last, through: max(0, last - 65_535), by: -1)
    guard last >= 0,
      let end = try candidates.first(where: { try integer(at: $0, as: UInt32.self) == 0x0605_4b50 })
    else {
      throw bad("not a .npz file, or truncated; write it with numpy.savez")
    }
    let entryCount = try integer(at: end + 10, as: UInt16.self)
    let offset = try integer(at: end + 16, as: UInt32.self)
    guard entryCount == .max || offset == .max else { return (Int(offset), Int(entryCount)) }
    guard try integer(at: end - 20, as: UInt32.self) == 0x0706_4b50 else { return (Int(offset), Int(entryCount)) }
    let large = try largeSize(at: end - 12)
    return (try largeSize(at: large + 48), try largeSize(at: large + 32))
  }

  /// The data of the member whose own header is at `offset`.
  func data(ofMemberAt offset: Int, size: Int) throws -> ByteRegion {
    guard try integer(at: offset, as: UInt32.self) == 0x0403_4b50 else {
      throw bad("corrupted; copy or write the file again")
    }
    let nameLength = Int(try integer(at: offset + 26, as: UInt16.self))
    let extraLength = Int(try integer(at: offset + 28, as: UInt16.self))
    let start = offset + 30 + nameLength + extraLength
    _ = try bytes(at: start, count: size)
    return ByteRegion(file, start..<(start + size))
  }
}
