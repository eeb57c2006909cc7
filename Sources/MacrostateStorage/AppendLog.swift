import Foundation
import Synchronization

/// A text file of lines that only grows, such as `metrics.jsonl`, and that resuming cuts back to a checkpoint.
///
/// Several threads may append to it.
public final class AppendLog: Sendable {
  /// The file's place.
  public let url: URL
  /// The file's length in bytes: what a checkpoint keeps, to cut back to it later.
  public var byteCount: Int { length.withLock(\.self) }
  private let length: Mutex<Int>
  private let descriptor: Int32

  /// Opens the log at `url`, or starts an empty one, and cuts it back to `byteCount` bytes if that is given.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if the file is shorter than `byteCount`; `failure` if it cannot be
  ///   written or is a symbolic link.
  public init(_ url: URL, cutBackTo byteCount: Int? = nil) throws {
    self.url = url
    descriptor = try openForWriting(url, O_APPEND)
    do {
      let length = Int(try retrying(.writing, url) { [descriptor] in lseek(descriptor, 0, SEEK_END) })
      self.length = Mutex(byteCount ?? length)
      guard let byteCount else { return }
      guard byteCount <= length else {
        throw MacrostateError(
          .badData,
          "\(url.path): \(length) bytes, but the checkpoint was made when it had \(byteCount); restore it from "
            + "a copy, or start the run anew")
      }
      _ = try retrying(.writing, url) { [descriptor] in ftruncate(descriptor, off_t(byteCount)) }
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit {
    close(descriptor)
  }

  /// Appends `line` and a line end, at once and in one piece.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if the disk is full or the file cannot be written.
  public func append(_ line: String) throws {
    let bytes = Array((line + "\n").utf8)
    try length.withLock { length in
      try bytes.withUnsafeBytes { try writeAll($0, to: descriptor, of: url) }
      length += bytes.count
    }
  }

  /// Waits until the disk has all lines; call it before a checkpoint that keeps `byteCount`.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if the disk is full or the file cannot be written.
  public func sync() throws {
    _ = try retrying(.writing, url) { fsync(descriptor) }
  }
}
