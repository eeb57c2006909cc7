import Foundation

/// The file system's word on a file: where it is equal, the contents have not changed.
public struct FileStamp: Codable, Equatable, Sendable {
  /// The size in bytes.
  public var byteCount: Int
  /// The number of the file on its disk.
  public var inode: UInt64
  /// The time of the last change of the contents, in nanoseconds since 1970.
  public var modified: Int64
  /// The time of the last change of the contents or of what is known of the file, in nanoseconds since 1970.
  public var changed: Int64

  /// The stamp of the file at `url` as it is now; that of its target for a symbolic link.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if there is no such file.
  public init(of url: URL) throws {
    var status = stat()
    _ = try retrying(.reading, url) { stat(url.path, &status) }
    byteCount = Int(status.st_size)
    inode = UInt64(status.st_ino)
    #if os(Linux)
      (modified, changed) = (Self.nanoseconds(status.st_mtim), Self.nanoseconds(status.st_ctim))
    #else
      (modified, changed) = (Self.nanoseconds(status.st_mtimespec), Self.nanoseconds(status.st_ctimespec))
    #endif
  }

  /// Wraps around beyond the year 2262: it is compared, never reckoned with.
  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
