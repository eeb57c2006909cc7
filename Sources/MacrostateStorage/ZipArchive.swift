import CZlib
import Foundation

/// A `.zip` file, such as NumPy's `.npz`: its members, stored or deflated, with 64-bit sizes where needed.
public struct ZipArchive: Sendable {
  private struct Member: Sendable {
    var method: UInt16
    var isEncrypted: Bool
    var crc32: UInt32
    var compressedSize: Int
    var size: Int
    var headerOffset: Int
  }

  private let file: MappedFile
  private let members: [String: Member]

  /// Opens the archive at `url` and reads its table of contents.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if the file cannot be read; `badData` if it is no `.zip` file
  ///   or is damaged.
  public init(_ url: URL) throws {
    file = try MappedFile(url)
    let reader = ZipReader(file)
    let directory = try reader.findDirectory()
    var members: [String: Member] = [:]
    var offset = directory.offset
    for _ in 0..<directory.entryCount {
      let (name, member, next) = try Self.readEntry(reader, at: offset)
      members[name] = member
      offset = next
    }
    self.members = members
  }

  /// The names of the members, in alphabetical order.
  public var memberNames: [String] { members.keys.sorted() }

  /// The names of the arrays in a `.npz` file: those of its members without `.npy`.
  public var arrayNames: [String] {
    memberNames.filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }
  }

  /// The array `name` of a `.npz` file, decompressed into memory if it was compressed.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if there is no such array, it is damaged (check sum), or its
  ///   elements are not plain little-endian numbers in C order.
  public func array(_ name: String) throws -> NumPyArray {
    try NumPyArray(contents(of: name + ".npy"), name: "\(file.url.path)[\(name)]")
  }

  private func contents(of name: String) throws -> ByteRegion {
    let reader = ZipReader(file)
    guard let member = members[name] else {
      let present = arrayNames.joined(separator: ", ")
      throw reader.bad("it has no array '\(name.dropLast(4))', only \(present.isEmpty ? "none" : present)")
    }
    guard !member.isEncrypted else { throw reader.bad("'\(name)' is encrypted; write it with numpy.savez") }
    let compressed = try reader.data(ofMemberAt: member.headerOffset, size: member.compressedSize)
    let contents =
      switch member.method {
      case 0: compressed
      case 8: ByteRegion(try compressed.withUnsafeBytes { try inflate($0, member, reader) })
      default: throw reader.bad("'\(name)' is compressed in an unknown way; write it with numpy.savez_compressed")
      }
    guard contents.count == member.size, contents.withUnsafeBytes({ Checksum($0).value }) == member.crc32 else {
      throw reader.bad("'\(name)' is corrupted (check sum); copy or write the file again")
    }
    return contents
  }

  private func inflate(_ source: UnsafeRawBufferPointer, _ member: Member, _ reader: ZipReader) throws -> [UInt8] {
    // Deflate shrinks at most 1032-fold: a larger size is a damaged one, and must not be allocated.
    guard member.size / 1032 <= source.count else { throw reader.bad("its table of contents is corrupted") }
    var stream = z_stream()
    let version = ZLIB_VERSION
    guard inflateInit2_(&stream, -MAX_WBITS, version, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw MacrostateError(.failure, "\(file.url.path): no memory to decompress it")
    }
    defer { inflateEnd(&stream) }
    return [UInt8](unsafeUninitializedCapacity: member.size) { target, filled in
      let input = source.bindMemory(to: UInt8.self)
      let chunk = 1 << 30
      var consumed = 0
      var status = Z_OK
      while status == Z_OK {
        let available = (min(chunk, input.count - consumed), min(chunk, target.count - filled))
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + consumed })
        stream.avail_in = uInt(available.0)
        stream.next_out = target.baseAddress.map { $0 + filled }
        stream.avail_out = uInt(available.1)
        status = CZlib.inflate(&stream, Z_NO_FLUSH)
        consumed += available.0 - Int(stream.avail_in)
        filled += available.1 - Int(stream.avail_out)
      }
    }
  }

  private static func readEntry(
    _ reader: ZipReader, at offset: Int
  ) throws -> (name: String, member: Member, next: Int) {
    guard try reader.integer(at: offset, as: UInt32.self) == 0x0201_4b50 else {
      throw reader.bad("its table of contents is corrupted; copy or write the file again")
    }
    let flags = try reader.integer(at: offset + 8, as: UInt16.self)
    let nameLength = Int(try reader.integer(at: offset + 28, as: UInt16.self))
    let extraLength = Int(try reader.integer(at: offset + 30, as: UInt16.self))
    let commentLength = Int(try reader.integer(at: offset + 32, as: UInt16.self))
    var large = try reader.zip64Values(at: offset + 46 + nameLength, length: extraLength)
    let size = try reader.size(at: offset + 24, &large)
    let compressedSize = try reader.size(at: offset + 20, &large)
    let headerOffset = try reader.size(at: offset + 42, &large)
    let member = Member(
      method: try reader.integer(at: offset + 10, as: UInt16.self), isEncrypted: flags & 1 != 0,
      crc32: try reader.integer(at: offset + 16, as: UInt32.self), compressedSize: compressedSize, size: size,
      headerOffset: headerOffset)
    let name = String(decoding: try reader.bytes(at: offset + 46, count: nameLength), as: UTF8.self)
    return (name, member, offset + 46 + nameLength + extraLength + commentLength)
  }
}
