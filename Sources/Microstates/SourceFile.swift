import Foundation
import MacrostateStorage

/// A file that a data set was imported from, as it was then. The data set's `sources.json` lists them.
public struct SourceFile: Codable, Equatable, Sendable {
  /// What the file gives: `positions`, `observables`, `types`, `dump`.
  public var role: String
  /// Where it was.
  public var path: String
  /// What the file system said of it.
  public var stamp: FileStamp
  /// The CRC-32 of its contents.
  public var crc32: UInt32

  /// The file at `url` as it is now, or as `known`, its record of earlier, where the file system says that nothing has
  /// changed: then the contents are not read.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if the file cannot be read.
  public init(role: String, _ url: URL, known: SourceFile? = nil) throws {
    self.role = role
    path = url.absoluteURL.standardizedFileURL.path
    stamp = try FileStamp(of: url)
    if let known, known.stamp == stamp {
      crc32 = known.crc32
    } else {
      crc32 = try Checksum.ofFile(url).value
    }
  }

  /// Whether this file has the contents that `other` had.
  public func hasContents(of other: SourceFile) -> Bool {
    crc32 == other.crc32 && stamp.byteCount == other.stamp.byteCount
  }

  static let listName = "sources.json"

  private struct List: Codable { var files: [SourceFile] }

  /// The files that the data set at `dataset` was imported from; `nil` where that is not recorded.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if the list is damaged.
  public static func read(_ dataset: URL) throws -> [SourceFile]? {
    let url = dataset.appendingPathComponent(listName)
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    return try SealedJSONFile.read(
      List.self, from: url, remedy: "remove this file: the next import of the same files makes it anew"
    ).files
  }

  /// Writes `files` as those that the data set at `dataset` was imported from.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if the disk is full or the file cannot be written.
  public static func write(_ files: [SourceFile], _ dataset: URL) throws {
    try SealedJSONFile.write(List(files: files), to: dataset.appendingPathComponent(listName))
  }
}
