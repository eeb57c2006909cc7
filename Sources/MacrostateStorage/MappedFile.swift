import CFileSystem
import Foundation

/// A whole file mapped into memory for reading; the map lives as long as this object.
///
/// The map has the size that the file had when it was opened, so reading `bytes` is safe as long as nobody shortens the
/// file meanwhile: files of a data set are never changed in place. If somebody does, the system sends SIGBUS; a process
/// that called `ProcessStart.prepare()` ends with a message that names the file then. What is small or read once from
/// start to end is read with `FileContents` and `Checksum` instead, which do not map.
///
/// `@unchecked Sendable` because the pointer is to memory that nobody writes and that is released only in `deinit`.
public final class MappedFile: @unchecked Sendable {
  /// The file's place.
  public let url: URL
  /// The file's bytes; empty for an empty file. Valid only while this object lives, which the compiler ends after its
  /// last use: hold it with `withExtendedLifetime`, or use `withBytes`.
  @usableFromInline let bytes: UnsafeRawBufferPointer
  /// The map's number in the table of maps, for the message of a file that was shortened.
  private let number: Int

  /// Maps the file at `url`.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if there is no such file, or it is no plain file or unreadable.
  public init(_ url: URL) throws {
    self.url = url
    bytes = try withPlainFile(url) { descriptor, size in
      guard size > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
      guard let start = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED else {
        throw MacrostateError.system(errno, .reading, url)
      }
      return UnsafeRawBufferPointer(start: start, count: size)
    }
    number = bytes.baseAddress.map { [bytes] in macrostate_remember_map($0, bytes.count, url.path) } ?? -1
  }

  /// The number of bytes.
  public var count: Int { bytes.count }

  /// Calls `body` with the file's bytes, valid only during the call.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) { try body(bytes) }
  }

  /// Asks the system to read the whole file ahead into memory, in the background.
  public func readAhead() {
    if let start = bytes.baseAddress {
      _ = madvise(UnsafeMutableRawPointer(mutating: start), bytes.count, MADV_WILLNEED)
    }
  }

  deinit {
    if let start = bytes.baseAddress {
      macrostate_forget_map(number)
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }
}
