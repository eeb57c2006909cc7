import Foundation
import MacrostateStorage
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
    #expect(try archive.array("types").int32s() == [1, 2])
  }

  @Test func readsCompressedMembers() throws {
    let archive = try ZipArchive(folder.file("x.npz", NumPyFixtures.compressed))
    let positions = try archive.array("positions")
    #expect(positions.shape == [40, 3])
    #expect(positions.doubles() == [Double](repeating: 0, count: 120))
    #expect(try archive.array("types").int32s() == [1, 2])
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

  @Test(arguments: [NumPyFixtures.stored, NumPyFixtures.compressed])
  func damagedFilesNeverCrash(bytes: Data) throws {
    try expectNoCrash(bytes, name: "x.npz") { url in
      let archive = try ZipArchive(url)
      for name in archive.arrayNames {
        let array = try archive.array(name)
        #expect(array.doubles().count == array.count)
      }
    }
  }
}
