import Foundation
import MacrostateStorage
import Synchronization
import TestSupport
import Testing

@Suite struct AtomicFileTests {
  let folder: TemporaryFolder

  private struct Interruption: Error {}

  /// Looks for a file again and again.
  private final class Watch: Sendable {
    let isWanted = Atomic(true)
    let looks = Atomic(0)
    let misses = Atomic(0)
    private let file: URL

    init(_ file: URL) { self.file = file }

    func run() {
      while isWanted.load(ordering: .relaxed) {
        if !FileManager.default.fileExists(atPath: file.path) { misses.add(1, ordering: .relaxed) }
        looks.add(1, ordering: .relaxed)
      }
    }
  }

  init() throws {
    folder = try TemporaryFolder()
  }

  private func names() throws -> [String] { try Folder.contents(folder.url).map(\.lastPathComponent) }

  @Test func checksumIsTheOneOfZlib() throws {
    #expect(Array("123456789".utf8).withUnsafeBytes { Checksum($0).value } == 0xCBF4_3926)
    let record = try AtomicFile.write("123456789", to: folder.file("x"))
    #expect(record == FileRecord(byteCount: 9, crc32: 0xCBF4_3926))
    #expect(try Checksum.ofFile(folder.file("x")).value == 0xCBF4_3926)
  }

  @Test func aFailedWriteLeavesTheOldFile() throws {
    try AtomicFile.write("old", to: folder.file("x"))
    #expect(throws: Interruption.self) {
      try AtomicFile.write(to: folder.file("x")) { file in
        try file.write("half of the new")
        throw Interruption()
      }
    }
    #expect(try String(contentsOf: folder.file("x"), encoding: .utf8) == "old")
    #expect(try names() == ["x"])
    try AtomicFile.write("new", to: folder.file("x"))
    #expect(try String(contentsOf: folder.file("x"), encoding: .utf8) == "new")
  }

  @Test func aFolderIsThereWholeOrNotAtAll() throws {
    #expect(throws: Interruption.self) {
      try AtomicFile.writeFolder(folder.file("step")) { partial in
        try AtomicFile.write("half", to: partial.appendingPathComponent("a"))
        throw Interruption()
      }
    }
    #expect(try names().isEmpty)
    // What a kill leaves behind.
    try Folder.create(folder.file("step.partial"))
    _ = try folder.file("step.partial/garbage", Data("x".utf8))
    try AtomicFile.writeFolder(folder.file("step")) { partial in
      try AtomicFile.write("whole", to: partial.appendingPathComponent("a"))
    }
    #expect(try names() == ["step"])
    #expect(try Folder.contents(folder.file("step")).map(\.lastPathComponent) == ["a"])
    expectError(.failure, containing: "is there already") { try AtomicFile.writeFolder(folder.file("step")) { _ in } }
    #expect(try names() == ["step"])
  }

  /// Who looks while a folder is replaced finds the old or the new one.
  @Test func aFolderIsReplacedInASingleStep() throws {
    let target = folder.file("model")
    func write(_ text: String) throws {
      try AtomicFile.writeFolder(target, replaces: true) { partial in
        try AtomicFile.write(text, to: partial.appendingPathComponent("a"))
        try AtomicFile.write(text, to: partial.appendingPathComponent(text))
      }
    }
    try write("0")
    #expect(throws: Interruption.self) {
      try AtomicFile.writeFolder(target, replaces: true) { _ in throw Interruption() }
    }
    #expect(try String(contentsOf: target.appendingPathComponent("a"), encoding: .utf8) == "0")
    let watch = Watch(target.appendingPathComponent("a"))
    Thread { watch.run() }.start()
    while watch.looks.load(ordering: .relaxed) == 0 { usleep(100) }
    for i in 1...50 { try write("\(i)") }
    watch.isWanted.store(false, ordering: .relaxed)
    #expect(watch.misses.load(ordering: .relaxed) == 0 && watch.looks.load(ordering: .relaxed) > 50)
    #expect(try Folder.contents(target).map(\.lastPathComponent) == ["50", "a"])
    #expect(try names() == ["model"])
  }

  @Test func twoWritersOfOneFolderAreNoticed() throws {
    try AtomicFile.writeFolder(folder.file("step")) { _ in
      expectError(.failure, containing: "another process is writing") {
        try AtomicFile.writeFolder(folder.file("step")) { _ in }
      }
    }
    #expect(try names() == ["step"])
  }

  @Test func missingFoldersAreNamed() throws {
    expectError(.failure, containing: "none") { try AtomicFile.write("x", to: folder.file("none/x")) }
    expectError(.missingInput, containing: "no such folder") { _ = try Folder.contents(folder.file("none")) }
  }

  #if os(Linux)
    @Test func aFullDiskNamesTheRemedy() throws {
      let file = try OutputFile(URL(fileURLWithPath: "/dev/full"))
      try file.write("x")
      expectError(
        .failure, containing: "disk full while writing /dev/full; free space and run the same command again"
      ) { try file.close() }
      let log = try AppendLog(URL(fileURLWithPath: "/dev/full"))
      expectError(.failure, containing: "disk full") { try log.append("x") }
    }
  #endif

  @Test func damageOfARecordedFileIsNoticed() throws {
    let record = try AtomicFile.write("abcdef", to: folder.file("x"))
    try record.verify(folder.file("x"), remedy: "copy it again")
    let same = try folder.file("x", Data("abcdeg".utf8))
    try record.verify(same, sizeOnly: true, remedy: "copy it again")
    expectError(.badData, containing: "corrupted (its check sum is not the one recorded); copy it again") {
      try record.verify(same, remedy: "copy it again")
    }
    let short = try folder.file("x", Data("abc".utf8))
    expectError(.badData, containing: "3 bytes where 6 were written") {
      try record.verify(short, sizeOnly: true, remedy: "copy it again")
    }
  }

  @Test func jsonErrorsNameTheKey() throws {
    struct State: Codable, Equatable {
      struct Inner: Codable, Equatable { var step: Int }
      var inner: [Inner]
    }
    let state = State(inner: [.init(step: 3)])
    try JSONFile.write(state, to: folder.file("s.json"))
    #expect(try JSONFile.read(State.self, from: folder.file("s.json")) == state)
    func read(_ text: String) throws {
      _ = try JSONFile.read(State.self, from: folder.file("bad.json", Data(text.utf8)), remedy: "make it again")
    }
    expectError(.badData, containing: "the key 'inner.0.step' is missing; make it again") {
      try read(#"{"inner":[{}]}"#)
    }
    expectError(.badData, containing: "the key 'inner.0.step' is not of type") {
      try read(#"{"inner":[{"step":"x"}]}"#)
    }
    expectError(.badData, containing: "not valid JSON") { try read(#"{"inner":"#) }
    expectError(.badData, containing: "not valid JSON") { try read("") }
  }

  /// An error that ran away is infinite: it must be written and read like any other.
  @Test func jsonKeepsNumbersThatAreNotFinite() throws {
    let numbers = [1.5, .infinity, -.infinity, .nan]
    try JSONFile.write(numbers, to: folder.file("n.json"))
    let read = try JSONFile.read([Double].self, from: folder.file("n.json"))
    #expect(read.prefix(3) == numbers.prefix(3) && read[3].isNaN)
  }

  @Test func threadsMakeOneFolderTogether() throws {
    let folder = try TemporaryFolder()
    let failures = Mutex<[String]>([])
    for round in 0..<200 {
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        do {
          try Folder.create(folder.file("\(round)/inner"))
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
    }
    #expect(failures.withLock(\.self) == [])
  }
}
