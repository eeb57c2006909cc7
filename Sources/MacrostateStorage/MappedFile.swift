import Foundation

/// A whole file mapped into memory for reading; the map lives as long as this object.
///
/// The map has the size that the file had when it was opened, so reading `bytes` is safe as long as nobody shortens the
/// file meanwhile: files of a data set are never changed in place.
///
/// `@unchecked Sendable` because the pointer is to memory that nobody writes and that is released only in `deinit`.
public final class MappedFile: @unchecked Sendable {
  /// Where the file is.
  public let url: URL
  /// The file's bytes; empty for an empty file. Valid only while this object lives, which the compiler ends after its
  /// last use: hold it with `withExtendedLifetime`, or use `withBytes`.
  @usableFromInline let bytes: UnsafeRawBufferPointer

  /// Maps the file at `url`.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if there is no such file, or it is a folder or unreadable.
  public init(_ url: URL) throws {
    self.url = url
    bytes = try withDescriptor(url, O_RDONLY | O_NONBLOCK, .reading) { descriptor in
      var information = stat()
      _ = try retrying(.reading, url) { fstat(descriptor, &information) }
      guard information.st_mode & S_IFMT == S_IFREG else {
        throw MacrostateError(.missingInput, "\(url.path): not a file; give the path of a file")
      }
      let size = Int(information.st_size)
      guard size > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
      guard let start = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED else {
        throw MacrostateError.system(errno, .reading, url)
      }
      return UnsafeRawBufferPointer(start: start, count: size)
    }
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
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }
}
