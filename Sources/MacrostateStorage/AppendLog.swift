import Foundation

/// A text file of lines that only grows, such as `metrics.jsonl`, and that resuming cuts back to a checkpoint.
///
/// Not for use by several threads at once.
public final class AppendLog {
  /// Where the file is.
  public let url: URL
  /// The file's length in bytes: what a checkpoint keeps, to cut back to it later.
  public private(set) var byteCount: Int
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
      self.byteCount = byteCount ?? length
      guard self.byteCount <= length else {
        throw MacrostateError(
          .badData,
          "\(url.path): \(length) bytes, but the checkpoint was made when it had \(self.byteCount); restore it from "
            + "a copy, or start the run anew")
      }
      guard let byteCount else { return }
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
    try bytes.withUnsafeBytes { try writeAll($0, to: descriptor, of: url) }
    byteCount += bytes.count
  }

  /// Waits until the disk has all lines; call it before a checkpoint that keeps `byteCount`.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if the disk is full or the file cannot be written.
  public func sync() throws {
    _ = try retrying(.writing, url) { fsync(descriptor) }
  }
}
