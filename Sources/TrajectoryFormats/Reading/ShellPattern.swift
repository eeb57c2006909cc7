import Foundation
import MacrostateStorage

/// Names of files with `*`, `?` and `[…]`, as shells have them, for those whose shell has left them as they are.
public enum ShellPattern {
  /// The files of `paths`: those that are there as they are written, and those that match, sorted by numbers in their names.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` for a pattern that nothing matches.
  public static func files(_ paths: [String]) throws -> [URL] {
    try paths.flatMap { path -> [URL] in
      guard path.contains(where: { "*?[".contains($0) }), !FileManager.default.fileExists(atPath: path) else {
        return [URL(fileURLWithPath: path)]
      }
      var found = glob_t()
      defer { globfree(&found) }
      guard glob(path, 0, nil, &found) == 0, let names = found.gl_pathv else {
        throw MacrostateError(.missingInput, "\(path): no file has such a name")
      }
      let matches = (0..<Int(found.gl_pathc)).compactMap { names[$0].map { String(cString: $0) } }
      return matches.sorted { $0.compare($1, options: .numeric) == .orderedAscending }.map { URL(fileURLWithPath: $0) }
    }
  }
}
