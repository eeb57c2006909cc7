import Foundation
import MacrostateStorage
import TestSupport
import Testing

@Suite struct AppendLogTests {
  @Test func resumingCutsBackToTheCheckpoint() throws {
    let folder = try TemporaryFolder()
    let url = folder.file("metrics.jsonl")
    let log = try AppendLog(url)
    try log.append("one")
    let checkpoint = log.byteCount
    try log.append("two, after the checkpoint")
    try log.sync()

    let resumed = try AppendLog(url, cutBackTo: checkpoint)
    #expect(resumed.byteCount == checkpoint)
    try resumed.append("two")
    #expect(try String(contentsOf: url, encoding: .utf8) == "one\ntwo\n")
    #expect(try AppendLog(url).byteCount == 8)
  }

  @Test func aLogShorterThanItsCheckpointIsRefused() throws {
    let folder = try TemporaryFolder()
    try AppendLog(folder.file("m")).append("one")
    expectError(.badData, containing: "4 bytes, but the checkpoint was made when it had 9") {
      _ = try AppendLog(folder.file("m"), cutBackTo: 9)
    }
    #expect(try AppendLog(folder.file("m")).byteCount == 4)
  }
}
