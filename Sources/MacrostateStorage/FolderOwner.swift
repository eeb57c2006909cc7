import Dispatch
import Foundation

/// The right of this process to write into a folder, which one process has at a time.
///
/// It is a lock on the file `owner.json` in the folder, so that a kill gives it back; the file says who the owner is,
/// and is removed in the end. Where the file system has no locks the file itself is the right: it is renewed each
/// minute, and one that was not renewed for three is named with the remedy, since its process may have been killed.
///
/// `@unchecked Sendable`: all but the timer is constant, and the timer is set in `init` and cancelled in `deinit` alone.
public final class FolderOwner: @unchecked Sendable {
  /// The process that owns the folder, as `owner.json` names it.
  struct Record: Codable {
    /// The machine's name.
    var host: String
    /// The process's number on that machine.
    var process: Int32
    /// When it took the folder (UTC).
    var start: String
  }

  /// The name of the file in the folder.
  public static let fileName = "owner.json"

  private let file: URL
  private let descriptor: Int32
  /// The folders that were made for this owner, the innermost first.
  private let madeFolders: [URL]
  private var timer: (any DispatchSourceTimer)?

  /// Runs `body` while this process owns all of `folders`, which are made where they are missing; those that it leaves
  /// empty are removed again.
  ///
  /// - Throws: what `body` throws; `MacrostateError(.failure)` where another process owns one of the folders, with its
  ///   number, its machine and its start. Nothing is changed then.
  public static func owning<Result>(_ folders: [URL], _ body: () throws -> Result) throws -> Result {
    guard let first = folders.first else { return try body() }
    let owner = try FolderOwner(first)
    return try withExtendedLifetime(owner) { try owning(Array(folders.dropFirst()), body) }
  }

  /// Takes the folder, as long as this object lives.
  ///
  /// - Parameters:
  ///   - hasLocks: false to do as on a file system without locks.
  ///   - interval: seconds between two renewals there.
  /// - Throws: as `owning`.
  package init(_ folder: URL, hasLocks: Bool = true, interval: Double = 60) throws {
    madeFolders = Self.missingFolders(folder)
    file = folder.appendingPathComponent(Self.fileName)
    do {
      try Folder.create(folder)
      let isLocked: Bool
      (descriptor, isLocked) = try Self.take(file, hasLocks: hasLocks, interval: interval)
      if !isLocked { timer = Self.renewal(of: file, interval: interval) }
    } catch {
      for folder in madeFolders { rmdir(folder.path) }
      throw error
    }
    try writeRecord()
  }

  deinit {
    timer?.cancel()
    // While it is still locked: nobody can have taken the file that is removed.
    unlink(file.path)
    close(descriptor)
    for folder in madeFolders { rmdir(folder.path) }
  }

  // MARK: Taking

  /// Opens the file and locks it, or makes it where there are no locks.
  private static func take(
    _ file: URL, hasLocks: Bool, interval: Double
  ) throws -> (descriptor: Int32, isLocked: Bool) {
    while true {
      var isMine = true
      var descriptor = open(file.path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
      if descriptor < 0 && errno == EEXIST {
        isMine = false
        descriptor = open(file.path, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
        // Its owner has just removed it.
        if descriptor < 0 && errno == ENOENT { continue }
      }
      guard descriptor >= 0 else { throw MacrostateError.system(errno, .creating, file) }
      do {
        switch hasLocks ? try FileLock.take(descriptor, of: file) : .unsupported {
        case .taken where names(file, descriptor): return (descriptor, true)
        case .unsupported where isMine: return (descriptor, false)
        case .taken: close(descriptor)
        case .held: throw refusal(file)
        case .unsupported: throw refusal(file, maximumAge: 3 * interval)
        }
      } catch {
        close(descriptor)
        throw error
      }
    }
  }

  /// Whether `file` is still the file that `descriptor` has open: an owner removes it in the end.
  private static func names(_ file: URL, _ descriptor: Int32) -> Bool {
    var (mine, present) = (stat(), stat())
    return fstat(descriptor, &mine) == 0 && stat(file.path, &present) == 0
      && mine.st_ino == present.st_ino && mine.st_dev == present.st_dev
  }

  private static func missingFolders(_ folder: URL) -> [URL] {
    var missing: [URL] = []
    var folder = folder.absoluteURL.standardizedFileURL
    while !Folder.exists(folder), folder.path != "/" {
      missing.append(folder)
      folder.deleteLastPathComponent()
    }
    return missing
  }

  private func writeRecord() throws {
    let record = Record(
      host: Self.hostName, process: getpid(), start: ISO8601DateFormatter().string(from: Date()))
    let bytes = Array(try JSONFile.text(record).utf8)
    _ = try retrying(.writing, file) { ftruncate(descriptor, 0) }
    try bytes.withUnsafeBytes { try writeAll($0, to: descriptor, at: 0, of: file) }
  }

  /// The machine's name as the system has it: nothing is asked of the network.
  private static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func renewal(of file: URL, interval: Double) -> any DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
    timer.schedule(deadline: .now() + interval, repeating: interval)
    timer.setEventHandler { utimes(file.path, nil) }
    timer.resume()
    return timer
  }

  // MARK: Refusing

  private static func refusal(_ file: URL, maximumAge: Double = .infinity) -> MacrostateError {
    let folder = file.deletingLastPathComponent().path
    // Its owner may be about to write it.
    let record = try? JSONFile.read(Record.self, from: file)
    let owner = record.map { " (process \($0.process) on \($0.host), since \($0.start))" } ?? ""
    var status = stat()
    let age = stat(file.path, &status) == 0 ? time(nil) - status.modified : 0
    guard Double(age) > maximumAge else {
      return MacrostateError(
        .failure, "\(folder): another process\(owner) is writing this folder; wait for it to end, or stop it")
    }
    return MacrostateError(
      .failure,
      "\(file.path): another process\(owner) was writing this folder and has not said so for \(age / 60) minutes. If it "
        + "runs no more, remove this file and run the same command again")
  }
}

extension stat {
  /// Seconds since 1970 of the last change.
  fileprivate var modified: Int {
    #if os(Linux)
      st_mtim.tv_sec
    #else
      st_mtimespec.tv_sec
    #endif
  }
}
