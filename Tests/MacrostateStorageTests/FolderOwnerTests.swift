import Foundation
import MacrostateStorage
import TestSupport
import Testing

@Suite struct FolderOwnerTests {
  @Test(arguments: [true, false]) func oneOwnerAtATime(hasLocks: Bool) throws {
    let folder = try TemporaryFolder()
    let run = folder.file("runs/a")
    var owner: FolderOwner? = try FolderOwner(run, hasLocks: hasLocks)
    let text = try String(contentsOf: run.appendingPathComponent(FolderOwner.fileName), encoding: .utf8)
    #expect(text.contains("\"process\" : \(getpid())"))
    expectError(.failure, containing: "another process (process \(getpid()) on") {
      _ = try FolderOwner(run, hasLocks: hasLocks)
    }
    try withExtendedLifetime(owner) { try Data().write(to: run.appendingPathComponent("x")) }
    owner = nil
    #expect(try Folder.contents(run).map(\.lastPathComponent) == ["x"])
    _ = try FolderOwner(run, hasLocks: hasLocks)
  }

  @Test func anEmptyFolderIsNotLeft() throws {
    let folder = try TemporaryFolder()
    try FolderOwner.owning([folder.file("a/b"), folder.file("a/c")]) {}
    #expect(!Folder.exists(folder.file("a")))
  }

  @Test func theSecondOfTwoIsRefusedBeforeTheBody() throws {
    let folder = try TemporaryFolder()
    let owner = try FolderOwner(folder.file("b"))
    expectError(.failure, containing: "/b: another process") {
      try FolderOwner.owning([folder.file("a"), folder.file("b")]) { _ = Issue.record("both are needed") }
    }
    #expect(!Folder.exists(folder.file("a")))
    withExtendedLifetime(owner) {}
  }

  /// A kill leaves the file, but not the lock.
  @Test func aFileWithoutALockIsNoOwner() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("run/owner.json")
    try Folder.create(folder.file("run"))
    try Data("{".utf8).write(to: file)
    _ = try FolderOwner(folder.file("run"))
    #expect(!FileManager.default.fileExists(atPath: file.path))
  }

  @Test func withoutLocksAnOldOwnerIsNamedWithTheRemedy() throws {
    let folder = try TemporaryFolder()
    let run = folder.file("run")
    let file = run.appendingPathComponent("owner.json")
    try Folder.create(run)
    try Data(#"{"host": "far", "process": 12, "start": "2026-01-02T03:04:05Z"}"#.utf8).write(to: file)
    expectError(
      .failure, containing: "(process 12 on far, since 2026-01-02T03:04:05Z) is writing this folder; wait for it"
    ) {
      _ = try FolderOwner(run, hasLocks: false)
    }
    let old = Date(timeIntervalSinceNow: -600)
    try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: file.path)
    expectError(.failure, containing: "and has not said so for 10 minutes. If it runs no more, remove this file") {
      _ = try FolderOwner(run, hasLocks: false)
    }
    #expect(FileManager.default.fileExists(atPath: file.path))
  }

  @Test func withoutLocksTheOwnerIsRenewed() throws {
    let folder = try TemporaryFolder()
    let run = folder.file("run")
    let owner = try FolderOwner(run, hasLocks: false, interval: 0.01)
    let file = run.appendingPathComponent("owner.json")
    func modified() throws -> Date {
      try #require(FileManager.default.attributesOfItem(atPath: file.path)[.modificationDate] as? Date)
    }
    let old = Date(timeIntervalSinceNow: -600)
    try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: file.path)
    let start = ContinuousClock.now
    while try modified() < old + 300, ContinuousClock.now - start < .seconds(20) { usleep(10_000) }
    #expect(try modified() > old + 300)
    withExtendedLifetime(owner) {}
  }
}
