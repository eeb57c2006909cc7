import CFileSystem
import Foundation

/// Files and folders that are there whole or not at all, whatever happens while they are written.
///
/// The bytes go to `name.partial` in the same folder, are synced, renamed to `name`, and the folder is synced.
/// After a kill a leftover `name.partial` may remain; the next write replaces it. It is always a new file: a link of
/// that name, which in a shared folder anyone may have put there, is removed, not followed.
public enum AtomicFile {
  /// Writes `bytes` as the file at `url`, replacing the one there.
  ///
  /// - Returns: the file's size and check sum.
  /// - Throws: `MacrostateError` of kind `failure` if the disk is full or the file cannot be written.
  @discardableResult
  public static func write(_ bytes: some ContiguousBytes, to url: URL) throws -> FileRecord {
    try write(to: url) { file in try bytes.withUnsafeBytes(file.write) }
  }

  /// Writes `text` in UTF-8 as the file at `url`, replacing the one there.
  ///
  /// - Returns: the file's size and check sum.
  /// - Throws: `MacrostateError` of kind `failure` if the disk is full or the file cannot be written.
  @discardableResult
  public static func write(_ text: String, to url: URL) throws -> FileRecord {
    try write(Array(text.utf8), to: url)
  }

  /// Writes the file at `url`, replacing the one there, by what `body` appends.
  ///
  /// - Returns: the file's size and check sum.
  /// - Throws: what `body` throws, or `MacrostateError` of kind `failure` if the disk is full or not writable; the old
  ///   file is then untouched.
  @discardableResult
  public static func write(to url: URL, _ body: (OutputFile) throws -> Void) throws -> FileRecord {
    let earlier = try requirePlainFile(url)
    let partial = partialURL(url)
    try removeLeftover(partial)
    let file = try OutputFile(new: partial, permissions: earlier.map { $0.st_mode & 0o777 })
    do {
      try body(file)
      guard file.isThere else {
        throw MacrostateError(.failure, "\(url.path): another process is writing this file, too; wait for it to end")
      }
      let record = try file.close()
      try rename(partial, to: url)
      return record
    } catch {
      if file.isThere { unlink(partial.path) }
      throw error
    }
  }

  /// Makes the folder at `url` by what `body` writes into the folder that it is given.
  ///
  /// `body` must sync its files itself, as `OutputFile.close` does. While it runs, the folder is locked, so that the
  /// same command started twice cannot write into one folder.
  ///
  /// - Parameter replaces: whether a folder that is at `url` makes room for the new one, in a single step: who reads
  ///   meanwhile finds the one or the other.
  /// - Throws: what `body` throws, or `MacrostateError` of kind `failure` if `url` exists and is not to be replaced,
  ///   another process is writing it, or the disk is full; what is at `url` is then untouched.
  public static func writeFolder(_ url: URL, replaces: Bool = false, _ body: (URL) throws -> Void) throws {
    let partial = partialURL(url)
    if SymbolicLinks.target(of: partial.path) != nil { try removeLeftover(partial) }
    try Folder.create(partial)
    try Folder.withLock(partial) {
      guard replaces || !Folder.exists(url) else {
        try Folder.remove(partial)
        throw MacrostateError(.failure, "\(url.path): is there already; remove it, or choose another name")
      }
      do {
        for leftover in try Folder.contents(partial) { try Folder.remove(leftover) }
        try body(partial)
        try sync(partial)
        if Folder.exists(url) {
          try exchange(partial, with: url)
          try Folder.remove(partial)
        } else {
          try rename(partial, to: url)
        }
      } catch {
        try? Folder.remove(partial)
        throw error
      }
    }
  }

  /// Waits until the disk has the entries of the folder at `url`.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if the disk is full or the folder cannot be opened.
  public static func sync(_ url: URL) throws {
    try withDescriptor(url, O_RDONLY, .writing) { descriptor in
      // Some file systems cannot sync a folder and say EINVAL; there is nothing more to do there.
      if fsync(descriptor) < 0, errno != EINVAL { throw MacrostateError.system(errno, .writing, url) }
    }
  }

  /// Renaming would replace a device such as `/dev/null` by a file.
  ///
  /// - Returns: what is known of the file at `url`; nil where none is there.
  private static func requirePlainFile(_ url: URL) throws -> stat? {
    var status = stat()
    guard stat(url.path, &status) == 0 else { return nil }
    guard FileKind(status) == .plain else {
      throw MacrostateError(.failure, "\(url.path): not a plain file; name another output")
    }
    return status
  }

  /// Removes what an interrupted write, or somebody else, has left as `partial`: the name alone, if it is a link.
  private static func removeLeftover(_ partial: URL) throws {
    guard unlink(partial.path) < 0, errno != ENOENT, errno != ENOTDIR else { return }
    throw MacrostateError.system(errno, .removing, partial)
  }

  private static func partialURL(_ url: URL) -> URL {
    url.deletingLastPathComponent().appendingPathComponent(url.lastPathComponent + ".partial")
  }

  /// Lets two folders change their names, in a single step where the file system can.
  private static func exchange(_ source: URL, with url: URL) throws {
    if macrostate_exchange_names(source.path, url.path) != 0 {
      let earlier = url.deletingLastPathComponent().appendingPathComponent(url.lastPathComponent + ".earlier")
      try Folder.remove(earlier)
      _ = try retrying(.renaming, url) { Foundation.rename(url.path, earlier.path) }
      _ = try retrying(.renaming, url) { Foundation.rename(source.path, url.path) }
      _ = try retrying(.renaming, url) { Foundation.rename(earlier.path, source.path) }
    }
    try sync(url.deletingLastPathComponent())
  }

  private static func rename(_ source: URL, to url: URL) throws {
    _ = try retrying(.renaming, url) { Foundation.rename(source.path, url.path) }
    try sync(url.deletingLastPathComponent())
  }
}
