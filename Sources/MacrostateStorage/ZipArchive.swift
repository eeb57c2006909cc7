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

  private let reader: ZipReader
  private let members: [String: Member]

  /// Opens the archive at `url` and reads its table of contents.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if the file cannot be read; `badData` if it is no `.zip` file
  ///   or is damaged, or two members have one name.
  public init(_ url: URL) throws {
    reader = ZipReader(file: try RandomAccessFile(url))
    let directory = try reader.findDirectory()
    var members: [String: Member] = [:]
    var offset = directory.offset
    for _ in 0..<directory.entryCount {
      let (name, member, next) = try Self.readEntry(reader, at: offset)
      guard members.updateValue(member, forKey: name) == nil else {
        throw reader.bad("it has two members '\(name)', of which one would be passed over; write the file again")
      }
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

  /// The array `name` of a `.npz` file; if it is compressed, it is unpacked piece by piece as far as it is read.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if there is no such array, it is damaged (check sum), or its
  ///   elements are neither numbers nor text.
  public func array(_ name: String) throws -> NumPyArray {
    try NumPyArray(source(of: name + ".npy"), name: "\(reader.file.url.path)[\(name)]")
  }

  private func source(of name: String) throws -> ByteSource {
    guard let member = members[name] else {
      let present = arrayNames.joined(separator: ", ")
      throw reader.bad("it has no array '\(name.dropLast(4))', only \(present.isEmpty ? "none" : present)")
    }
    guard !member.isEncrypted else { throw reader.bad("'\(name)' is encrypted; write it with numpy.savez") }
    let range = try reader.range(ofMemberAt: member.headerOffset, size: member.compressedSize)
    switch member.method {
    case 0:
      guard range.count == member.size, try checksum(range) == member.crc32 else {
        throw reader.bad("'\(name)' is corrupted (check sum); copy or write the file again")
      }
      return ByteSource(reader.file, range)
    case 8:
      // Deflate shrinks at most 1032-fold.
      guard member.size / 1032 <= range.count else { throw reader.corrupted }
      return ByteSource(
        reader.file, range, deflated: .init(byteCount: member.size, crc32: member.crc32, name: name))
    case let method:
      let known: [UInt16: String] = [9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ"]
      throw reader.bad(
        "'\(name)' is compressed by \(known[method] ?? "an unknown method (\(method))"), which is not read; write it with "
          + "numpy.savez_compressed, or as a .zip of ordinary compression (deflate)")
    }
  }

  private func checksum(_ range: Range<Int>) throws -> UInt32 {
    var checksum = Checksum()
    for start in stride(from: range.lowerBound, to: range.upperBound, by: 1 << 20) {
      let bytes = try reader.file.bytes(at: start, count: min(1 << 20, range.upperBound - start))
      bytes.withUnsafeBytes { checksum.update($0) }
    }
    return checksum.value
  }

  private static func readEntry(
    _ reader: ZipReader, at offset: Int
  ) throws -> (name: String, member: Member, next: Int) {
    let entry = try reader.record(at: offset, count: 46)
    guard try entry.integer(at: 0, as: UInt32.self) == 0x0201_4b50 else { throw reader.corrupted }
    let flags = try entry.integer(at: 8, as: UInt16.self)
    let nameLength = Int(try entry.integer(at: 28, as: UInt16.self))
    let extraLength = Int(try entry.integer(at: 30, as: UInt16.self))
    let commentLength = Int(try entry.integer(at: 32, as: UInt16.self))
    let texts = try reader.record(at: offset + 46, count: nameLength + extraLength)
    var large = try texts.zip64Values(in: nameLength..<(nameLength + extraLength))
    let size = try entry.size(at: 24, &large)
    let compressedSize = try entry.size(at: 20, &large)
    let headerOffset = try entry.size(at: 42, &large)
    let member = Member(
      method: try entry.integer(at: 10, as: UInt16.self), isEncrypted: flags & 1 != 0,
      crc32: try entry.integer(at: 16, as: UInt32.self), compressedSize: compressedSize, size: size,
      headerOffset: headerOffset)
    let name = String(decoding: texts.bytes[..<nameLength], as: UTF8.self)
    return (name, member, offset + 46 + nameLength + extraLength + commentLength)
  }
}
