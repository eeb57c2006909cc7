import Foundation
import MacrostateStorage
import TestSupport
import Testing

@Suite struct ResultFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func path(_ name: String) -> String { folder.file(name).path }
  private func text(_ name: String) throws -> String { try String(contentsOf: folder.file(name), encoding: .utf8) }
  private func link(_ name: String, _ target: String) { #expect(symlink(target, path(name)) == 0) }
  private func isLink(_ name: String) -> Bool {
    var status = stat()
    return lstat(path(name), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  @Test func linksStayAndTheirTargetsAreWritten() throws {
    try Folder.create(folder.file("there"))
    _ = try folder.file("there/old.csv", Data("old".utf8))
    link("direct", "there/old.csv")
    link("chain", "direct")
    link("absolute", path("there/old.csv"))
    link("folder", "there")
    for (count, name) in ["direct", "chain", "absolute", "folder/old.csv"].enumerated() {
      try ResultFile(path(name)).write("new \(count)")
      #expect(try text("there/old.csv") == "new \(count)")
    }
    #expect(["direct", "chain", "absolute", "folder"].allSatisfy(isLink))
    link("dangling", "there/new.csv")
    link("chainToNothing", "dangling")
    try ResultFile(path("chainToNothing")).write("made")
    #expect(try text("there/new.csv") == "made")
    // A folder of a link's target that is above it is not the one above the link.
    link("up", "there/..")
    try ResultFile(path("folder/../up.csv")).write("up")
    #expect(try text("up.csv") == "up")
    #expect(try Folder.contents(folder.file("there")).map(\.lastPathComponent) == ["new.csv", "old.csv"])
  }

  @Test func whatIsReadIsNotReplaced() throws {
    try Folder.create(folder.file("model/deep"))
    let kept = try [folder.file("x.npy", Data("mine".utf8)), folder.file("model"), folder.file("absent")]
    link("link.csv", "x.npy")
    link("other", "model")
    for name in ["x.npy", "link.csv", "model/new.csv", "other/new.csv", "model/deep/new.csv", "model/../x.npy"] {
      let error = #expect(throws: MacrostateError.self) { try ResultFile(path(name), keeping: kept) }
      #expect(error?.kind == .usage && error?.message.contains("which is in use; name another output") == true)
    }
    for name in ["x.npy.csv", "model.csv", "absent.csv"] { try ResultFile(path(name), keeping: kept).write("new") }
    #expect(try text("x.npy") == "mine")
  }

  @Test func whatIsNoFileIsRefusedAndStays() throws {
    #expect(mkfifo(path("pipe"), 0o600) == 0)
    try Folder.create(folder.file("folder"))
    link("toPipe", "pipe")
    link("toDevice", "/dev/zero")
    link("circle", "circle")
    link("nowhere", "none/x.csv")
    let places: [(String, String)] = [
      (path("pipe"), "not a plain file (a pipe)"), (path("toPipe"), "not a plain file (a pipe)"),
      (path("folder"), "not a plain file (a folder)"), (path("toDevice"), "not a plain file (a device)"),
      ("/dev/zero", "not a plain file (a device)"), (path("new") + "/", "the name of a folder"),
      (path("circle"), "in a circle"), (path("nowhere"), "nowhere"), (path("none/x.csv"), "none/x.csv"),
      ("/dev/fd/999", "descriptor 999"),
    ]
    for (place, problem) in places {
      expectError(.failure, containing: problem) { _ = try ResultFile(place) }
    }
    expectError(.usage, containing: "without a name") { _ = try ResultFile("") }
    #expect(isLink("toPipe") && isLink("toDevice"))
  }

  @Test func streamsAreWrittenInto() throws {
    for name in ["-", "/dev/stdout", "/dev/fd/1"] { #expect(try ResultFile(name).isStandardOutput) }
    link("toOutput", "/dev/stdout")
    #expect(try ResultFile(path("toOutput")).isStandardOutput)
    #expect(try !ResultFile("/dev/stderr").isStandardOutput)
    let descriptor = open(path("open"), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    try ResultFile("/dev/fd/\(descriptor)").write("a\u{1b}b")
    close(descriptor)
    #expect(try text("open") == "a\u{1b}b", "only a terminal gets other characters")
    try ResultFile("/dev/null").write("x")
    link("toNull", "/dev/null")
    try ResultFile(path("toNull")).write("x")
    #expect(isLink("toNull"))
  }

  @Test func permissionsStay() throws {
    let secret = try folder.file("secret.csv", Data("old".utf8))
    #expect(chmod(secret.path, 0o600) == 0)
    try ResultFile(secret.path).write("new")
    var status = stat()
    #expect(stat(secret.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  @Test func whatStandsBesideAnOutputIsNotFollowed() throws {
    let other = try folder.file("other", Data("other".utf8))
    try Folder.create(folder.file("others"))
    _ = try folder.file("others/kept", Data("kept".utf8))
    link("x.csv.partial", "other")
    try AtomicFile.write("x", to: folder.file("x.csv"))
    link("step.partial", "others")
    try AtomicFile.writeFolder(folder.file("step")) { partial in
      try AtomicFile.write("a", to: partial.appendingPathComponent("a"))
    }
    link("metrics.jsonl", "other")
    expectError(.failure, containing: "a symbolic link") { _ = try AppendLog(folder.file("metrics.jsonl")) }
    link("y.npy", "other")
    expectError(.failure, containing: "a symbolic link") { _ = try OutputFile(folder.file("y.npy")) }
    #expect(try String(contentsOf: other, encoding: .utf8) == "other")
    #expect(try text("others/kept") == "kept")
    #expect(try text("x.csv") == "x" && text("step/a") == "a")
    #expect(!isLink("step") && !isLink("x.csv"))
  }

  @Test func foldersAreMadeWhereALinkLeads() throws {
    link("link.dataset", "far/real.dataset")
    try Folder.create(folder.file("link.dataset"))
    #expect(isLink("link.dataset") && Folder.exists(folder.file("far/real.dataset")))
    link("circle", "circle")
    expectError(.failure, containing: "circle") { try Folder.create(folder.file("circle")) }
    _ = try folder.file("file", Data())
    expectError(.failure, containing: "a file, not a folder") { try Folder.create(folder.file("file")) }
  }

  @Test func twoWritersOfOneFileAreNoticed() throws {
    expectError(.failure, containing: "another process is writing this file") {
      try AtomicFile.write(to: folder.file("x")) { file in
        try file.write("first")
        try AtomicFile.write("second", to: folder.file("x"))
        _ = try folder.file("x.partial", Data("third, not finished".utf8))
      }
    }
    #expect(try text("x") == "second")
  }
}
