import Foundation
import MacrostateStorage

/// An empty folder for one test, removed with this object.
public final class TemporaryFolder: Sendable {
  public let url: URL

  /// - Parameter place: the folder in which it is made.
  public init(in place: URL = FileManager.default.temporaryDirectory) throws {
    url = place.appendingPathComponent("macrostate-test-\(UUID().uuidString)")
    try Folder.create(url)
  }

  deinit { try? Folder.remove(url) }

  public func file(_ name: String) -> URL { url.appendingPathComponent(name) }

  /// A new file with these bytes.
  public func file(_ name: String, _ bytes: Data) throws -> URL {
    try bytes.write(to: file(name))
    return file(name)
  }

  /// A new file with this text.
  @discardableResult
  public func file(_ name: String, _ text: String) throws -> URL { try file(name, Data(text.utf8)) }

  public func text(_ name: String) throws -> String { try String(contentsOf: file(name), encoding: .utf8) }

  /// All files below the folder `name` with their bytes, by their path in it.
  public func bytes(of name: String) throws -> [String: Data] {
    var result: [String: Data] = [:]
    func visit(_ url: URL, _ path: String) throws {
      for item in try Folder.contents(url) {
        let path = path + "/" + item.lastPathComponent
        if Folder.exists(item) { try visit(item, path) } else { result[path] = try Data(contentsOf: item) }
      }
    }
    try visit(file(name), "")
    return result
  }
}

/// Runs `body` with an empty folder, which is removed afterwards.
public func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = try TemporaryFolder()
  return try withExtendedLifetime(folder) { try body(folder.url) }
}
