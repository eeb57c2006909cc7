import Foundation
import MacrostateStorage

/// The folder that a reproduction is to write into, and whether it may.
struct ReproductionFolder {
  let url: URL

  /// The names of what a reproduction makes first, and of what stands beside it in the end.
  private static let names: Set = [
    FolderOwner.fileName, "data", "data-mixing", "runs", "results", "densities", "figures", "tables", "report.html",
  ]
  private static let tableEndings: Set = ["csv", "md"]

  /// - Throws: `MacrostateError(.badData)` where there is something that is neither the folder of
  ///   a reproduction nor empty.
  func requireOwn() throws {
    guard FileManager.default.fileExists(atPath: url.path), !hasResults else { return }
    guard Folder.exists(url) else {
      throw MacrostateError(.badData, "\(url.path): a file, not a folder of reproduce; name another with --output")
    }
    let stranger = try Folder.contents(url).first {
      !Self.names.contains($0.lastPathComponent) && !Self.tableEndings.contains($0.pathExtension)
    }
    guard let stranger else { return }
    throw MacrostateError(
      .badData,
      "\(url.path): the folder is not empty and none of reproduce's (it has \(stranger.lastPathComponent)): nothing in it "
        + "is touched; name another with --output, which will be made")
  }

  /// Whether there is the result of a finished piece of work, whatever its user has put beside it.
  private var hasResults: Bool {
    ["results", "densities"].contains { name in
      let files = (try? Folder.contents(url.appendingPathComponent(name))) ?? []
      return files.contains { $0.lastPathComponent.wholeMatch(of: /[0-9a-f]{16}-v\d+\.json/) != nil }
    }
  }
}
