import Foundation
import MacrostateStorage

/// The results of finished pieces of work: small JSON files that carry a check sum of themselves.
struct ResultStore<Result: Codable> {
  /// Their folder.
  let folder: URL
  /// The version of the results' layout.
  let layout: Int

  private struct Sealed: Codable {
    var checksum: UInt32
    var result: Result
  }

  func url(_ hash: String) -> URL { folder.appendingPathComponent("\(hash)-v\(layout).json") }

  /// The result of this hash; nil where there is none, or where it is damaged, which `warn` is told.
  func read(_ hash: String, warn: (String) -> Void) throws -> Result? {
    let url = url(hash)
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    do {
      let sealed = try JSONFile.read(Sealed.self, from: url)
      if try Self.checksum(sealed.result) == sealed.checksum { return sealed.result }
      warn("\(url.relativePath): damaged (its check sum is not the one recorded); this result is made anew")
    } catch let error as MacrostateError {
      warn("\(error.message); this result is made anew")
    }
    return nil
  }

  func write(_ result: Result, _ hash: String) throws {
    try Folder.create(folder)
    try JSONFile.write(Sealed(checksum: Self.checksum(result), result: result), to: url(hash))
  }

  private static func checksum(_ result: Result) throws -> UInt32 {
    try Array(JSONFile.text(result).utf8).withUnsafeBytes { Checksum($0).value }
  }
}
