import Foundation

/// Folders, with errors that name them.
public enum Folder {
  /// Makes the folder at `url` and those above it, if they are missing; where `url` is a link to none, its target.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if the folder cannot be made.
  public static func create(_ url: URL) throws {
    if exists(url) { return }
    // Another thread may have made the folder meanwhile.
    if let kind = FileKind(path: url.path), kind != .folder {
      throw MacrostateError(.failure, "\(url.path): \(kind.name), not a folder; choose another name")
    }
    if let chain = SymbolicLinks.chain(from: url.path), let target = chain.dropFirst().last {
      return try create(URL(fileURLWithPath: target, isDirectory: true))
    }
    let parent = url.deletingLastPathComponent()
    if parent.path != url.path, !exists(parent) { try create(parent) }
    if mkdir(url.path, 0o777) < 0, errno != EEXIST || !exists(url) {
      throw MacrostateError.system(errno, .creating, url)
    }
  }

  /// Whether there is a folder at `url`.
  public static func exists(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// The contents of the folder at `url`, by name in alphabetical order.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if there is no such folder or it cannot be read.
  public static func contents(_ url: URL) throws -> [URL] {
    guard exists(url) else {
      throw MacrostateError(.missingInput, "\(url.path): no such folder; check the path")
    }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
        .map(url.appendingPathComponent)
    } catch {
      throw MacrostateError(
        .missingInput, "\(url.path): cannot be read (\(error.localizedDescription)); check its permissions")
    }
  }

  /// The bytes of the files in the folder at `url`, without those of folders in it.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if there is no such folder or it cannot be read.
  public static func byteCount(_ url: URL) throws -> Int {
    try contents(url).reduce(0) { sum, file in
      let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
      return sum + ((attributes?[.size] as? NSNumber)?.intValue ?? 0)
    }
  }

  /// Renames the file or the folder at `url` to `target`, in the same folder, and waits until the disk has it.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if it cannot be renamed.
  public static func move(_ url: URL, to target: URL) throws {
    _ = try retrying(.renaming, url) { rename(url.path, target.path) }
    try AtomicFile.sync(target.deletingLastPathComponent())
  }

  /// Makes a symbolic link at `url` to the file or the folder `target`.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if the link cannot be made.
  public static func link(_ url: URL, to target: URL) throws {
    guard symlink(target.absoluteURL.standardizedFileURL.path, url.path) == 0 else {
      throw MacrostateError.system(errno, .creating, url)
    }
  }

  /// Removes the file or the folder at `url` with all that is in it, if it is there.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if it cannot be removed.
  public static func remove(_ url: URL) throws {
    guard FileManager.default.fileExists(atPath: url.path) else { return }
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      throw MacrostateError(
        .failure, "\(url.path): cannot be removed (\(error.localizedDescription)); check its permissions")
    }
  }

  /// Runs `body` while the folder at `url` is locked against other processes and other calls of this function.
  ///
  /// The lock ends with its process, so a kill leaves none behind. On a file system without locks `body` just runs.
  ///
  /// - Parameter waits: whether to wait for a lock that another holds, or to throw.
  /// - Throws: what `body` throws; `MacrostateError` of kind `failure` if another process holds the lock.
  public static func withLock<Result>(_ url: URL, waits: Bool = false, _ body: () throws -> Result) throws -> Result {
    try withDescriptor(url, O_RDONLY, .writing) { descriptor in
      if try FileLock.take(descriptor, waits: waits, of: url) == .held {
        throw MacrostateError(
          .failure, "\(url.path): another process is writing this folder; wait for it to end, or stop it")
      }
      return try body()
    }
  }
}
