import Foundation
import MacrostateStorage
import Microstates
import TestSupport
import Testing
import TrajectoryFormats

/// An import knows the files it was made from: changed contents are refused, and equal ones are not, whatever the file
/// system says of them.
@Suite struct ImportedFilesTests {
  private let folder: TemporaryFolder
  private let values = (0..<48).map { Double($0) / 4 }

  init() throws { folder = try TemporaryFolder() }

  private func file(_ name: String) -> URL { folder.file(name) }

  private func source() throws -> NumPyTrajectorySource {
    try NumPyTrajectorySource(
      file("x.npy"),
      options: .init(timeStep: 0.5, observables: file("e.npy"), types: file("t.npy")))
  }

  private func writeArrays() throws {
    try NumPyFile.write(values, shape: [2, 3, 4, 2], to: file("x.npy"))
    try NumPyFile.write([1, 2, 3, 4, 5, 6] as [Double], shape: [2, 3, 1], to: file("e.npy"))
    try NumPyFile.write([1, 1, 2, 2] as [Int32], shape: [4], to: file("t.npy"))
  }

  /// Imports; tells what was noticed.
  @discardableResult
  private func imported(_ source: some TrajectorySource, part: DatasetPart = .whole) throws -> [String] {
    var notices: [String] = []
    var options = ImportOptions(programVersion: "1")
    options.shardByteCount = 1
    options.part = part
    try importTrajectories(from: source, to: file("x.dataset"), options: options, notice: { notices.append($0) })
    return notices
  }

  private func expectChange(_ name: String, _ source: () throws -> some TrajectorySource) {
    let error = #expect(throws: MacrostateError.self) { try imported(source()) }
    #expect(error?.kind == .badData)
    for part in [name, "x.dataset", "--output", "remove"] {
      #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }
  }

  /// Adds 1 to the byte `place` from the end, and sets the time of change back to what it was.
  private func change(_ name: String, _ place: Int) throws {
    let date = try #require(FileManager.default.attributesOfItem(atPath: file(name).path)[.modificationDate] as? Date)
    var bytes = try Data(contentsOf: file(name))
    bytes[bytes.count - place] ^= 1
    let handle = try FileHandle(forWritingTo: file(name))
    try handle.write(contentsOf: bytes)
    try handle.close()
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file(name).path)
  }

  @Test(arguments: ["x.npy", "e.npy", "t.npy"], [DatasetPart.whole, try DatasetPart("0/2")])
  func aChangedArrayIsRefused(name: String, part: DatasetPart) throws {
    try writeArrays()
    try imported(source(), part: part)
    try change(name, name == "t.npy" ? 4 : 8)
    expectChange(name, source)
    try change(name, name == "t.npy" ? 4 : 8)
    try imported(source())
    #expect(try Dataset.open(file("x.dataset")).frameCount == 6)
  }

  @Test func equalContentsElsewhereCarryOn() throws {
    try writeArrays()
    try imported(source())
    let before = try #require(try SourceFile.read(file("x.dataset")))
    #expect(before.map(\.role) == ["positions", "observables", "types"])
    #expect(before[0].crc32 == (try Checksum.ofFile(file("x.npy")).value))
    let description = try Data(contentsOf: file("x.dataset/dataset.json"))
    // Written again, and under another name.
    try writeArrays()
    #expect(try imported(source()).isEmpty)
    try FileManager.default.moveItem(at: file("x.npy"), to: file("y.npy"))
    try imported(
      NumPyTrajectorySource(
        file("y.npy"), options: .init(timeStep: 0.5, observables: file("e.npy"), types: file("t.npy"))))
    let after = try #require(try SourceFile.read(file("x.dataset")))
    #expect(after[0].path.hasSuffix("/y.npy") && after[0].crc32 == before[0].crc32)
    #expect(after[0].stamp != before[0].stamp)
    #expect(try Data(contentsOf: file("x.dataset/dataset.json")) == description)
  }

  private func dump(_ name: String, frames: Int) throws -> URL {
    var dump = DumpText()
    dump.frames = (0..<frames).map { f in
      DumpText.atoms.map { .init(id: $0.id, type: $0.type, x: $0.x + 0.001 * Double(f), y: $0.y) }
    }
    try Data(dump.text.utf8).write(to: file(name))
    return file(name)
  }

  /// The size of a dump, not its first frame, tells the room that it needs.
  @Test func framesAreEstimatedByTheSizeOfADump() throws {
    let files = try [dump("a.dump", frames: 800), dump("b.dump", frames: 3)]
    let whole = try LAMMPSDumpSource([files[0]])
    #expect((200...800).contains(whole.estimatedFrameCount) && whole.typicalFrameCount == 1)
    #expect((1...3).contains(try LAMMPSDumpSource([files[1]]).estimatedFrameCount))
    #expect(try LAMMPSDumpSource(files).estimatedFrameCount == 800)
  }

  /// Anywhere in any of the files, also beyond what is read to see what they are.
  @Test func aChangedDumpIsRefused() throws {
    let files = try [dump("a.dump", frames: 800), dump("b.dump", frames: 800)]
    #expect(try FileStamp(of: files[1]).byteCount > 1 << 17)
    try imported(LAMMPSDumpSource(files))
    var text = try String(contentsOf: files[1], encoding: .utf8)
    let place = try #require(text.range(of: "1.25 \n", options: .backwards))
    text.replaceSubrange(place, with: "1.26 \n")
    try Data(text.utf8).write(to: files[1])
    expectChange("b.dump") { try LAMMPSDumpSource(files) }
    expectChange("b.dump") { try LAMMPSDumpSource(files.reversed()) }
  }

  /// As versions before this one described an import: check sums among the settings, and no list of files.
  @Test func importsOfEarlierVersionsAreRecordedAtTheirNextUse() throws {
    try writeArrays()
    try imported(source())
    let arrays = try source().earlierChecksums(of: #require(try SourceFile.read(file("x.dataset"))))
    try makeEarlier(arrays)
    let earlier = try Data(contentsOf: file("x.dataset/dataset.json"))
    #expect(try imported(source()).map { $0.contains("recorded now") } == [true])
    #expect(try imported(source()).isEmpty)
    #expect(try Data(contentsOf: file("x.dataset/dataset.json")) == earlier)
    try change("e.npy", 8)
    expectChange("e.npy", source)
    // The record of the earlier version counts where there is no other.
    try Folder.remove(file("x.dataset/sources.json"))
    expectChange("observables crc32", source)
  }

  @Test func importsOfDumpsOfEarlierVersionsAreRecorded() throws {
    let files = try [dump("a.dump", frames: 3), dump("b.dump", frames: 3)]
    let source = try LAMMPSDumpSource(files)
    try imported(source)
    try makeEarlier(source.earlierChecksums(of: []))
    #expect(try imported(source).count == 1)
    #expect(try imported(source).isEmpty)
    try Folder.remove(file("x.dataset/sources.json"))
    _ = try dump("b.dump", frames: 4)
    expectChange("dumps crc32") { try LAMMPSDumpSource(files) }
  }

  /// Units were not recorded by earlier versions, and are no reason to refuse what they began.
  @Test func unitsThatAnEarlierVersionDidNotRecordAreNoDifference() throws {
    let url = file("a.dump")
    try Data(("ITEM: UNITS\nlj\n" + DumpText().text).utf8).write(to: url)
    let source = try LAMMPSDumpSource([url])
    try imported(source)
    try makeEarlier(source.earlierChecksums(of: [])) { $0.replacing(/,\n *"units of LAMMPS" : "lj"/, with: "") }
    let earlier = try String(contentsOf: file("x.dataset/dataset.json"), encoding: .utf8)
    #expect(!earlier.contains("units of LAMMPS"))
    #expect(try imported(source).count == 1)
    #expect(try imported(source).isEmpty)
    #expect(try String(contentsOf: file("x.dataset/dataset.json"), encoding: .utf8) == earlier)
  }

  /// What an earlier version made of the same files is told apart from other settings.
  @Test func whatAnEarlierVersionReadOtherwiseIsSaid() throws {
    let url = file("a.dump")
    var dump = DumpText()
    dump.columns = "id type element x y"
    let named = dump.text.replacing(/(\d+ 1) hello/) { "\($0.1) A" }.replacing("hello", with: "B")
    try Data(named.utf8).write(to: url)
    let old = ["type-1", "type-2"]
    let source = try LAMMPSDumpSource([url])
    #expect(source.speciesNames == ["A", "B"])
    try imported(LAMMPSDumpSource([url], options: .init(speciesNames: old)))
    try makeEarlier(source.earlierChecksums(of: []))
    expectChange(
      "which called the species type-1, type-2; now they have the names in the dump, A, B (--species type-1,"
    ) {
      source
    }
    // The remedy.
    #expect(try imported(LAMMPSDumpSource([url], options: .init(speciesNames: old))).count == 1)

    try Folder.remove(file("x.dataset"))
    dump = DumpText()
    dump.bounds[0] = (1e7 - 3, 1e7 + 5)
    for f in dump.frames.indices { for i in dump.frames[f].indices { dump.frames[f][i].x += 1e7 } }
    try Data(dump.text.utf8).write(to: url)
    try imported(LAMMPSDumpSource([url]))
    try makeEarlier(source.earlierChecksums(of: []))
    expectChange("which rounded positions far from 0 to single precision; now they are stored relative to (1000") {
      try LAMMPSDumpSource([url], options: .init(mayOffset: true))
    }
  }

  private func makeEarlier(
    _ checksums: [String: StoredSetting], change: (String) -> String = { $0 }
  ) throws {
    try Folder.remove(file("x.dataset/sources.json"))
    let url = file("x.dataset/dataset.json")
    var text = try String(contentsOf: url, encoding: .utf8).replacing(#/  "checksum" : \d+,\n/#, with: "")
    let lines = checksums.sorted { $0.key < $1.key }.map { key, value in
      guard case .number(let number) = value else { return "" }
      return "\"\(key)\" : \(Int(number)), "
    }
    text = text.replacing("\"parameters\" : {", with: "\"parameters\" : {" + lines.joined())
    try Data(change(text).utf8).write(to: url)
  }

  @Test func aFailedImportLeavesNothingInTheWay() throws {
    var broken = values
    broken[2] = .nan
    try writeArrays()
    try NumPyFile.write(broken, shape: [2, 3, 4, 2], to: file("x.npy"))
    #expect(throws: MacrostateError.self) { try imported(source()) }
    #expect(!Folder.exists(file("x.dataset")))
    // A later failure keeps the shards that are there; the corrected file is another one then.
    broken[2] = 0
    broken[47] = .nan
    try NumPyFile.write(broken, shape: [2, 3, 4, 2], to: file("x.npy"))
    #expect(throws: MacrostateError.self) { try imported(source()) }
    let error = #expect(throws: MacrostateError.self) { _ = try Dataset.open(file("x.dataset")) }
    #expect(error?.message.contains("1 of 2 trajectories are there") == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("macrostate import \(file("x.npy").path)") == true, "\(error?.message ?? "")")
    try writeArrays()
    expectChange("x.npy", source)
  }
}
