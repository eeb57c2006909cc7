import Foundation
import MacrostateStorage
import TestSupport
import Testing

@Suite struct NumPyTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func readsWhatNumPyWrote() throws {
    let floats = try NumPyArray(folder.file("f.npy", NumPyFixtures.floats))
    #expect(floats.shape == [2, 3])
    #expect(floats.elementType == .float32)
    #expect(try floats.floats() == [0, 0.5, 1, 1.5, 2, 2.5])
    #expect(try floats.doubles(in: 2..<4) == [1, 1.5])

    let integers = try NumPyArray(folder.file("i.npy", NumPyFixtures.integers))
    #expect(try integers.int64s() == [-1, 2, 1 << 40])
    #expect(try integers.doubles() == [-1, 2, 0x1p40])

    let scalar = try NumPyArray(folder.file("s.npy", NumPyFixtures.scalar))
    #expect(scalar.shape == [])
    #expect(try scalar.floats() == [2.5])

    let booleans = try NumPyArray(folder.file("b.npy", NumPyFixtures.booleans))
    #expect(booleans.elementType == .bool)
    #expect(try booleans.int64s() == [1, 0])
  }

  @Test func mapsWhatNumPyWrote() throws {
    let array = try MappedArray<Float>(folder.file("f.npy", NumPyFixtures.floats))
    #expect(array.shape == [2, 3])
    #expect(array[5] == 2.5)
    #expect(array.withUnsafeBufferPointer(in: 3..<5, Array.init) == [1.5, 2])
    expectError(.badData, containing: "'<f4' where '<f8' is needed") {
      _ = try MappedArray<Double>(folder.file("f.npy"))
    }
  }

  @Test func conversionToIntegersIsExact() throws {
    let fractions = try NumPyArray(folder.file("f.npy", NumPyFixtures.floats))
    expectError(.badData, containing: "element 1 is 0.5, not a whole number") { _ = try fractions.int64s() }
    #expect(try fractions.int64s(in: 2..<3) == [1])
    #expect(try NumPyArray(folder.file("i.npy", NumPyFixtures.integers)).int64s() == [-1, 2, 1 << 40])
    try NumPyFile.write([1, UInt64.max], shape: [2], to: folder.file("u.npy"))
    expectError(.badData, containing: "element 1 is 18446744073709551615, not a whole number of 64 bits") {
      _ = try NumPyArray(folder.file("u.npy")).int64s()
    }
  }

  @Test func everyElementTypeGoesThereAndBack() throws {
    func check<Element: NumPyElement & Numeric>(_ one: Element) throws {
      let url = folder.file("x.npy")
      try NumPyFile.write([one, one + one, 0], shape: [1, 3, 1], to: url)
      let array = try NumPyArray(url)
      #expect(array.elementType == Element.numPyType)
      #expect(array.shape == [1, 3, 1])
      #expect(try array.doubles() == [1, 2, 0])
      #expect(try array.floats() == [1, 2, 0])
      #expect(try array.int64s() == [1, 2, 0])
      #expect(try MappedArray<Element>(url)[1] == one + one)
    }
    try check(Float(1))
    try check(Double(1))
    try check(Int8(1))
    try check(Int16(1))
    try check(Int32(1))
    try check(Int64(1))
    try check(UInt8(1))
    try check(UInt16(1))
    try check(UInt32(1))
    try check(UInt64(1))
  }

  @Test func streamedRowsEqualTheWholeArray() throws {
    let values = (0..<200_000).map(Float.init)
    let whole = try NumPyFile.write(values, shape: [100_000, 2], to: folder.file("whole.npy"))
    let writer = try NumPyWriter<Float>(folder.file("rows.npy"), rowShape: [2])
    for start in stride(from: 0, to: 150_000, by: 50) { try writer.append(Array(values[start..<(start + 50)])) }
    // A piece larger than the buffer.
    try values[150_000...].withUnsafeBufferPointer { try writer.append($0) }
    #expect(writer.rowCount == 100_000)
    let streamed = try writer.close()
    #expect(streamed == whole)
    #expect(try Data(contentsOf: folder.file("rows.npy")) == Data(contentsOf: folder.file("whole.npy")))
    #expect(try FileRecord(of: folder.file("rows.npy")) == streamed)
  }

  @Test func emptyArraysAreRead() throws {
    try NumPyFile.write([Float](), shape: [0, 2], to: folder.file("empty.npy"))
    let array = try MappedArray<Float>(folder.file("empty.npy"))
    #expect(array.shape == [0, 2])
    #expect(array.withUnsafeBufferPointer(\.count) == 0)
  }

  @Test(arguments: [
    ("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "complex numbers"),
    ("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "a list of arrays of different shapes"),
    ("{'descr': '<M8[s]', 'fortran_order': False, 'shape': (1,), }", "dates or durations"),
    ("{'descr': '|V4', 'fortran_order': False, 'shape': (1,), }", "rows of named columns"),
    (
      "{'descr': '<x4', 'fortran_order': False, 'shape': (1,), }",
      "a type that is not read; save numbers of 8 to 64 bits"
    ),
    ("{'descr': '>f16', 'fortran_order': False, 'shape': (0,), }", "long doubles"),
    ("{'descr': '', 'fortran_order': False, 'shape': (1,), }", "names no type"),
    ("{'descr': '<U9999999999999999', 'fortran_order': False, 'shape': (1,), }", "a type that is not read"),
    ("{'descr': [('x', '<f4'), ('y', '<i2')], 'fortran_order': False, 'shape': (1,), }", "a structured array"),
    ("{'descr': [('x', '<f4'", "not understood"),
    ("{'descr': '<U0', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", "too large"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "needs 12 bytes of data, 4 are there"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }", "4 bytes follow the array"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "not understood"),
    ("{'descr': '<f4', 'shape': (1,), }", "not understood"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)", "not understood"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 2), }", "too large"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4611686018427387904, 8), }", "too large"),
  ])
  func malformedHeadersAreRefused(header: String, message: String) throws {
    let url = try folder.file("x.npy", NumPyFixtures.file(header: header, data: Data(count: 4)))
    expectError(.badData, containing: message) { _ = try NumPyArray(url) }
    expectError(.badData, containing: url.path) { _ = try MappedArray<Float>(url) }
  }

  @Test func filesThatAreNoArraysAreRefused() throws {
    expectError(.missingInput, containing: "no such file") { _ = try NumPyArray(folder.file("none.npy")) }
    expectError(.missingInput, containing: "not a file") { _ = try NumPyArray(folder.url) }
    expectError(.badData, containing: "not a NumPy array") {
      _ = try NumPyArray(folder.file("empty.npy", Data()))
    }
    expectError(.badData, containing: "not a NumPy array") {
      _ = try NumPyArray(folder.file("text.npy", Data("1 2 3, a table of text".utf8)))
    }
  }

  @Test func damagedFilesNeverCrash() throws {
    try expectNoCrash(NumPyFixtures.floats, name: "x.npy") { url in
      let array = try NumPyArray(url)
      #expect(try array.doubles().count == array.count)
    }
  }
}
