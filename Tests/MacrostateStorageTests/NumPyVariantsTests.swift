import Foundation
import MacrostateStorage
import TestSupport
import Testing

/// Arrays as other writers and other types have them (Tests/Fixtures/numpy/make-fixtures.py).
@Suite struct NumPyVariantsTests {
  static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/numpy")

  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func array(_ name: String) throws -> NumPyArray {
    try NumPyArray(Self.fixtures.appendingPathComponent(name))
  }

  @Test(arguments: [
    "fortran", "big-endian", "big-endian-single", "half", "half-big-endian", "long-double", "version-3", "python-2",
    "native",
  ])
  func quartersAreReadInAnyForm(name: String) throws {
    let array = try array(name + ".npy")
    #expect(array.shape == [2, 3, 4, 2])
    #expect(try array.doubles() == (0..<48).map { Double($0) / 4 })
    #expect(try array.floats(in: 7..<31) == (7..<31).map { Float($0) / 4 })
    #expect(try array.int64s(in: 4..<5) == [1])
    expectError(.badData, containing: "element 1 is 0.25, not a whole number") { _ = try array.int64s() }
  }

  @Test(arguments: ["integers", "fortran-big-endian-integers"])
  func integersAreReadInAnyForm(name: String) throws {
    let array = try array(name + ".npy")
    #expect(try array.int64s() == (0..<48).map(Int64.init))
    #expect(try array.doubles(in: 47..<48) == [47])
  }

  @Test func halvesAreExact() throws {
    let values = try array("halves.npy").doubles()
    #expect(values[..<6] == [0, 0, 0x1p-24, 0x1p-14, -65504, .infinity])
    #expect(values[1].sign == .minus)
    #expect(values[6].isNaN)
  }

  /// Small blocks of rows, of which the last is not full, and rows that are larger than a block.
  @Test(arguments: [1, 16, 100, 250, 1 << 20])
  func blocksOfFortranArraysGiveTheSame(blockByteCount: Int) throws {
    // Shape [5, 3, 4] in Fortran order: the first index runs fastest.
    var data = Data()
    for k in 0..<4 {
      for j in 0..<3 {
        for i in 0..<5 { withUnsafeBytes(of: Int32((i * 3 + j) * 4 + k).littleEndian) { data.append(contentsOf: $0) } }
      }
    }
    let header = "{'descr': '<i4', 'fortran_order': True, 'shape': (5, 3, 4), }"
    let array = try NumPyArray(
      folder.file("x.npy", NumPyFixtures.file(header: header, data: data)), blockByteCount: blockByteCount)
    #expect(try array.int64s() == (0..<60).map(Int64.init))
    #expect(try array.int64s(in: 50..<60) == (50..<60).map(Int64.init))
    #expect(try array.int64s(in: 11..<29) == (11..<29).map(Int64.init))
  }

  @Test func compressedFortranArraysAreRead() throws {
    let archive = try ZipArchive(Self.fixtures.appendingPathComponent("fortran-compressed.npz"))
    #expect(try archive.array("arr_0").doubles() == (0..<48).map { Double($0) / 4 })
  }

  @Test(arguments: ["text.npy", "text-big-endian.npy"])
  func textIsTextAndNoNumbers(name: String) throws {
    let array = try array(name)
    #expect(try array.texts() == ["A", "Bé"])
    for read in [{ _ = try array.doubles() }, { _ = try array.floats() }, { _ = try array.int64s() }] {
      expectError(.badData, containing: "it holds text (type '<U2') where numbers are needed") { try read() }
    }
    expectError(.badData, containing: "numbers ('<i8') where names are needed") {
      _ = try self.array("integers.npy").texts()
    }
  }

  @Test func otherTypesAreNamedInWords() throws {
    expectError(.badData, containing: "a list of arrays of different shapes") { _ = try array("objects.npy") }
    expectError(.badData, containing: "a structured array, a table with named columns") {
      _ = try array("structured.npy")
    }
    expectError(.badData, containing: "compressed by gzip") {
      _ = try NumPyArray(folder.file("x.npy", Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 1, 1])))
    }
  }

  @Test func longDoublesOfOtherMachinesAreRefused() throws {
    // 1 and 1.5 in the format of Arm: significands of 112 bits, which begin below the exponent.
    let data = Data(
      [UInt8](repeating: 0, count: 14) + [0xFF, 0x3F] + [UInt8](repeating: 0, count: 13) + [0x80, 0xFF, 0x3F])
    let header = "{'descr': '<f16', 'fortran_order': False, 'shape': (2,), }"
    expectError(.badData, containing: "long doubles (128 bits) as another kind of machine") {
      _ = try NumPyArray(folder.file("x.npy", NumPyFixtures.file(header: header, data: data)))
    }
  }

  @Test func shardsAreNotWhatUsersWrite() throws {
    let fortran = Self.fixtures.appendingPathComponent("fortran.npy")
    expectError(.badData, containing: "in Fortran order") { _ = try MappedArray<Double>(fortran) }
    let bigEndian = Self.fixtures.appendingPathComponent("big-endian.npy")
    expectError(.badData, containing: "'>f8' where '<f8' is needed") { _ = try MappedArray<Double>(bigEndian) }
  }

  @Test func aFileThatBecomesShorterIsAnError() throws {
    let url = try folder.file("x.npy", NumPyFixtures.floats)
    let array = try NumPyArray(url)
    try FileHandle(forWritingTo: url).truncate(atOffset: 140)
    expectError(.badData, containing: "ends at byte 140, and had 152 bytes when it was opened") {
      _ = try array.floats()
    }
  }

  @Test func aPipeIsNotWaitedFor() throws {
    let url = folder.file("pipe.npy")
    #expect(mkfifo(url.path, 0o600) == 0)
    expectError(.missingInput, containing: "not a file") { _ = try NumPyArray(url) }
    expectError(.missingInput, containing: "not a file") { _ = try ZipArchive(url) }
  }

  @Test func damagedVariantsNeverCrash() throws {
    for name in ["long-double.npy", "fortran.npy", "text.npy", "structured.npy"] {
      try expectNoCrash(Data(contentsOf: Self.fixtures.appendingPathComponent(name)).prefix(300), name: "x.npy") {
        url in
        let array = try NumPyArray(url)
        if array.elementType.isText {
          #expect(try array.texts().count == array.count)
        } else {
          #expect(try array.doubles().count == array.count)
        }
      }
    }
  }
}
