import Foundation
import Synchronization

/// What a user should know of the files that were read, though all is well: what was left out, or not used.
///
/// Several threads may add to it.
public final class ReadingNotes: Sendable {
  private struct Entry {
    var files: Set<String> = []
    var count = 0
  }

  private let entries = Mutex<[String: Entry]>([:])

  /// No notes.
  public init() {}

  /// Adds the note `text` on the file at `url`, or once more.
  public func add(_ text: String, _ url: URL) {
    entries.withLock {
      $0[text, default: Entry()].files.insert(url.path)
      $0[text, default: Entry()].count += 1
    }
  }

  /// The notes for people, each once, with the files and how often it was due there.
  public var texts: [String] {
    entries.withLock { entries in
      entries.sorted { $0.key < $1.key }.map { text, entry in
        let others = entry.files.count > 1 ? " and \(entry.files.count - 1) more" : ""
        let times = entry.count > entry.files.count ? " (\(entry.count) times)" : ""
        return "\(entry.files.min() ?? "")\(others): \(text)\(times)"
      }
    }
  }
}
