import Foundation
import Synchronization

/// What a user should know of the files that were read, though all is well: what was left out, or not used.
///
/// Several threads may add to it.
public final class ReadingNotes: Sendable {
  private struct Entry {
    var places: Set<String> = []
    var count = 0
  }

  private let entries = Mutex<[String: Entry]>([:])

  /// No notes.
  public init() {}

  /// Adds the note `text` on the file at `url`, or once more.
  public func add(_ text: String, _ url: URL) {
    entries.withLock {
      $0[text, default: Entry()].places.insert(url.path)
      $0[text, default: Entry()].count += 1
    }
  }

  /// Adds the notes of `others`, all of which are on `place`, such as the run of a simulation whose files do not stay.
  public func add(_ others: ReadingNotes, of place: String) {
    let others = others.entries.withLock(\.self)
    entries.withLock { entries in
      for (text, other) in others {
        entries[text, default: Entry()].places.insert(place)
        entries[text, default: Entry()].count += other.count
      }
    }
  }

  /// The notes for people, each once, with the places and how often it was due there.
  public var texts: [String] {
    entries.withLock { entries in
      entries.sorted { $0.key < $1.key }.map { text, entry in
        let others = entry.places.count > 1 ? " and \(entry.places.count - 1) more" : ""
        let times = entry.count > entry.places.count ? " (\(entry.count) times)" : ""
        return "\(entry.places.min() ?? "")\(others): \(text)\(times)"
      }
    }
  }
}
