import Foundation
import MacrostateStorage
import TestSupport
import Testing

@Suite struct ZipArchiveTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func readsStoredMembers() throws {
    let archive = try ZipArchive(folder.file("x.npz", NumPyFixtures.stored))
    #expect(archive.arrayNames == ["positions", "types"])
    #expect(try archive.array("positions").floats() == [0, 0.5, 1, 1.5, 2, 2.5])
    #expect(try archive.array("types").int64s() == [1, 2])
  }

  @Test func readsCompressedMembers() throws {
    let archive = try ZipArchive(folder.file("x.npz", NumPyFixtures.compressed))
    let positions = try archive.array("positions")
    #expect(positions.shape == [40, 3])
    #expect(try positions.doubles() == [Double](repeating: 0, count: 120))
    #expect(try archive.array("types").int64s() == [1, 2])
  }

  @Test func aMissingArrayIsAnErrorThatNamesThoseThere() throws {
    let archive = try ZipArchive(folder.file("x.npz", NumPyFixtures.stored))
    expectError(.badData, containing: "no array 'velocities', only positions, types") {
      _ = try archive.array("velocities")
    }
  }

  @Test func aChangedByteIsNoticed() throws {
    var bytes = NumPyFixtures.stored
    let place = try #require(bytes.firstIndex(of: 0x3F))
    bytes[place] = 0x3E
    let archive = try ZipArchive(folder.file("x.npz", bytes))
    expectError(.badData, containing: "'positions.npy' is corrupted (check sum)") {
      _ = try archive.array("positions")
    }
  }

  @Test func otherFilesAreRefused() throws {
    let url = try folder.file("x.npz", NumPyFixtures.floats)
    expectError(.badData, containing: "not a .npz file") { _ = try ZipArchive(url) }
    expectError(.badData, containing: "not a .npz file") { _ = try ZipArchive(folder.file("empty.npz", Data())) }
    expectError(.missingInput, containing: "no such file") { _ = try ZipArchive(folder.file("none.npz")) }
  }

  @Test(arguments: [("bzip2", "bzip2"), ("lzma", "LZMA")])
  func otherCompressionsAreNamed(file: String, word: String) throws {
    let archive = try ZipArchive(NumPyVariantsTests.fixtures.appendingPathComponent(file + ".npz"))
    expectError(.badData, containing: "'positions.npy' is compressed by \(word), which is not read") {
      _ = try archive.array("positions")
    }
  }

  @Test func encryptedMembersAreNamed() throws {
    var bytes = [UInt8](NumPyFixtures.stored)
    let entry = try #require(bytes.indices.dropLast(4).first { bytes[$0..<($0 + 4)] == [0x50, 0x4B, 1, 2] })
    bytes[entry + 8] |= 1
    let archive = try ZipArchive(folder.file("x.npz", Data(bytes)))
    expectError(.badData, containing: "'positions.npy' is encrypted") { _ = try archive.array("positions") }
  }

  @Test func membersOfOneNameAreRefused() throws {
    var bytes = try Data(contentsOf: NumPyVariantsTests.fixtures.appendingPathComponent("two.npz"))
    while let place = bytes.range(of: Data("arr_1.npy".utf8)) {
      bytes.replaceSubrange(place, with: Data("arr_0.npy".utf8))
    }
    expectError(.badData, containing: "two members 'arr_0.npy'") { _ = try ZipArchive(folder.file("x.npz", bytes)) }
  }

  /// The record of 64-bit sizes lies beyond the end of every file; an addition to its place would overflow.
  @Test(arguments: [Int64.max, Int64.max - 40, -1, 1 << 40, 0])
  func placesBeyondTheFileAreDamage(place: Int64) throws {
    func little<Value: FixedWidthInteger>(_ value: Value) -> Data {
      withUnsafeBytes(of: value.littleEndian) { Data($0) }
    }
    let locator = Data("PK\u{6}\u{7}".utf8) + little(UInt32(0)) + little(place) + little(UInt32(1))
    let end =
      Data("PK\u{5}\u{6}".utf8) + little(UInt64(0xFFFF_FFFF_0000_0000)) + little(UInt32(0)) + little(UInt32.max)
      + little(UInt16(0))
    let url = try folder.file("x.npz", Data(count: 60) + locator + end)
    expectError(.badData, containing: "table of contents is damaged") { _ = try ZipArchive(url) }
  }

  @Test func anArrayIsNotUnpackedBeforeItsHeaderIsRead() throws {
    // What unpacks to 1088 bytes, behind a header that says 24: numpy.zeros((40, 3)) as (3, 1).
    var contents = Data(count: 960)
    contents.insert(
      contentsOf: NumPyFixtures.file(header: "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 1), }"), at: 0)
    let url = try folder.file("x.npz", Deflated.archive(member: "positions.npy", contents))
    expectError(.badData, containing: "936 bytes follow the array") {
      _ = try ZipArchive(url).array("positions")
    }
  }

  @Test func damageAtTheEndOfACompressedArrayIsFoundWhenItIsOpened() throws {
    var contents = NumPyFixtures.file(header: "{'descr': '|u1', 'fortran_order': False, 'shape': (70000,), }")
    contents += Data((0..<70_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 3) })
    let right = Deflated.archive(member: "x.npy", contents)
    let array = try ZipArchive(folder.file("x.npz", right)).array("x")
    #expect(try array.doubles(in: 69_999..<70_000) == [Double(contents[contents.count - 1])])
    contents[contents.count - 1] ^= 1
    let url = try folder.file("y.npz", Deflated.archive(member: "x.npy", contents, checkSumOf: right))
    expectError(.badData, containing: "'x.npy' is corrupted (check sum)") { _ = try ZipArchive(url).array("x") }
  }

  @Test(arguments: [NumPyFixtures.stored, NumPyFixtures.compressed])
  func damagedFilesNeverCrash(bytes: Data) throws {
    try expectNoCrash(bytes, name: "x.npz") { url in
      let archive = try ZipArchive(url)
      for name in archive.arrayNames {
        let array = try archive.array(name)
        #expect(try array.doubles().count == array.count)
      }
    }
  }
}

/// Archives of one member, "compressed" by deflate's blocks that are stored as they are.
private enum Deflated {
  /// - Parameter other: an archive whose member's check sum this one claims to have.
  static func archive(member name: String, _ contents: Data, checkSumOf other: Data? = nil) -> Data {
    func little<Value: FixedWidthInteger>(_ value: Value) -> Data {
      withUnsafeBytes(of: value.littleEndian) { Data($0) }
    }
    var packed = Data()
    var rest = contents[...]
    while !rest.isEmpty {
      let block = rest.prefix(0xFFFF)
      rest = rest.dropFirst(0xFFFF)
      let size = UInt16(block.count)
      packed += Data([rest.isEmpty ? 1 : 0]) + little(size) + little(~size) + block
    }
    let crc = other.map { Data($0[14..<18]) } ?? little([UInt8](contents).withUnsafeBytes { Checksum($0).value })
    let sizes = crc + little(UInt32(packed.count)) + little(UInt32(contents.count)) + little(UInt16(name.utf8.count))
    let version = little(UInt16(20))
    let fields = version + Data(count: 2) + little(UInt16(8)) + Data(count: 4) + sizes + Data(count: 2)
    let local = Data("PK\u{3}\u{4}".utf8) + fields + Data(name.utf8) + packed
    let central = Data("PK\u{1}\u{2}".utf8) + version + fields + Data(count: 14) + Data(name.utf8)
    let end = Data("PK\u{5}\u{6}".utf8) + Data(count: 4) + little(UInt16(1)) + little(UInt16(1))
    return local + central + end + little(UInt32(central.count)) + little(UInt32(local.count)) + Data(count: 2)
  }
}
