import Foundation
import MacrostateStorage
import TestSupport
import Testing

@Suite struct FileContentsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func filesAndStreamsAreReadToTheirEnd() throws {
    let bytes = [UInt8]((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    let file = try folder.file("x", Data(bytes))
    #expect(try FileContents.bytes(of: file) == bytes)
    #expect(try FileContents.streamedBytes(of: file, limit: bytes.count) == bytes)
    expectError(.badData, containing: "more than 299999 bytes") {
      _ = try FileContents.streamedBytes(of: file, limit: bytes.count - 1)
    }
    #expect(try FileContents.bytes(of: folder.file("empty", Data())).isEmpty)
    // A pipe, as `<(…)` of a shell gives it.
    let pipe = Pipe()
    let writer = Thread {
      try? pipe.fileHandleForWriting.write(contentsOf: Data(bytes))
      try? pipe.fileHandleForWriting.close()
    }
    writer.start()
    let url = URL(fileURLWithPath: "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)")
    #expect(try FileContents.streamedBytes(of: url, limit: 1 << 20) == bytes)
    #expect(try FileContents.streamedBytes(of: URL(fileURLWithPath: "/dev/null"), limit: 1).isEmpty)
  }

  /// Opening a named pipe for reading would wait for a writer that never comes.
  @Test(.timeLimit(.minutes(1))) func namedPipesAndFoldersAreRefused() throws {
    let pipe = folder.file("pipe.npy")
    #expect(mkfifo(pipe.path, 0o600) == 0)
    expectError(.missingInput, containing: "a pipe that gave nothing") {
      _ = try FileContents.streamedBytes(of: pipe, limit: 100)
    }
    for url in [pipe, folder.url, URL(fileURLWithPath: "/dev/zero")] {
      let readers: [(URL) throws -> Void] = [
        { _ = try FileContents.bytes(of: $0) }, { _ = try MappedFile($0) }, { _ = try NumPyArray($0) },
        { _ = try ZipArchive($0) }, { _ = try DecompressedFile($0) }, { _ = try FileRecord(of: $0) },
        { _ = try Safetensors($0) }, { _ = try JSONFile.read([Int].self, from: $0) },
      ]
      for read in readers { expectError(.missingInput, containing: "not a file") { try read(url) } }
    }
    expectError(.missingInput, containing: "a folder") {
      _ = try FileContents.streamedBytes(of: folder.url, limit: 100)
    }
  }

  @Test func checkSumsAreThoseOfTheWholeFile() throws {
    let bytes = [UInt8](repeating: 0x61, count: (1 << 20) + 3)
    let file = try folder.file("x", Data(bytes))
    let expected = bytes.withUnsafeBytes { Checksum($0) }
    #expect(try Checksum.ofFile(file) == expected)
    #expect(try FileRecord(of: file) == FileRecord(byteCount: bytes.count, crc32: expected.value))
  }
}
