import Foundation
import MacrostateStorage
import Testing

/// An empty folder for one test, removed with it.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("storage-\(UUID().uuidString)")
    try Folder.create(url)
  }

  deinit {
    try? Folder.remove(url)
  }

  func file(_ name: String) -> URL { url.appendingPathComponent(name) }

  func file(_ name: String, _ bytes: Data) throws -> URL {
    let url = file(name)
    try bytes.write(to: url)
    return url
  }
}

/// Expects `body` to throw an error of `kind` whose message contains `part`.
func expectError(
  _ kind: MacrostateError.Kind, containing part: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  let error = #expect(throws: MacrostateError.self, sourceLocation: sourceLocation) { try body() }
  #expect(error?.kind == kind, sourceLocation: sourceLocation)
  let message = error?.message ?? ""
  #expect(message.contains(part), "\(message)", sourceLocation: sourceLocation)
}

/// Reads damaged copies of `bytes`, cut at every length and with every byte changed: each must be read or refused with
/// a `MacrostateError`, never crash.
func expectNoCrash(_ bytes: Data, name: String, read: (URL) throws -> Void) throws {
  let folder = try TemporaryFolder()
  let bytes = [UInt8](bytes)
  let cut = (0..<bytes.count).map { Array(bytes[..<$0]) }
  let changed = bytes.indices.map { place in
    var copy = bytes
    copy[place] = [0xFF, 0x00, bytes[place] ^ 1][place % 3]
    return copy
  }
  for damaged in cut + changed {
    do {
      try read(folder.file(name, Data(damaged)))
    } catch is MacrostateError {
    }
  }
}
