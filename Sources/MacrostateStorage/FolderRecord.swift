import Foundation

/// The list of a folder's files with their sizes and check sums, `files.json` beside them.
public struct FolderRecord: Sendable, Equatable {
  /// The name of the list.
  public static let fileName = "files.json"

  private let folder: URL
  private let remedy: String
  private let records: [String: FileRecord]

  /// The list of the files in `folder`.
  ///
  /// - Parameter remedy: what the user can do about a damaged file, the end of messages.
  /// - Throws: `MacrostateError`: `.missingInput` where there is no list, `.badData` for a damaged one.
  public init(of folder: URL, remedy: String) throws {
    self.folder = folder
    self.remedy = remedy
    records = try JSONFile.read(
      [String: FileRecord].self, from: folder.appendingPathComponent(Self.fileName), remedy: remedy)
  }

  /// Compares the file `name` with the list.
  ///
  /// - Throws: `MacrostateError(.badData)` where the list does not name it, or it is not as it was written.
  public func verify(_ name: String) throws {
    let file = folder.appendingPathComponent(name)
    guard let record = records[name] else {
      throw MacrostateError(.badData, "\(file.path): not in the list of files, \(Self.fileName), beside it; \(remedy)")
    }
    try record.verify(file, remedy: remedy)
  }

  /// Compares all files of the list and all that are in the folder (but for hidden ones).
  ///
  /// - Throws: as `verify(_:)`, for the first in alphabetical order.
  public func verifyAll() throws {
    let present = try Folder.contents(folder).map(\.lastPathComponent)
      .filter { $0 != Self.fileName && !$0.hasPrefix(".") }
    for name in Set(present).union(records.keys).sorted() { try verify(name) }
  }
}
