import Foundation

/// A file of a user, read in pieces at any place.
///
/// Not mapped, so that a file that becomes shorter while it is read is an error and not a signal. Threads may share it.
public final class RandomAccessFile: Sendable {
  /// The file's place.
  public let url: URL
  /// The number of bytes that it had when it was opened.
  public let count: Int
  private let descriptor: Int32

  /// Opens the file at `url`.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if there is no such file, or it is none (a folder, a pipe), or
  ///   unreadable.
  public init(_ url: URL) throws {
    let descriptor = try openPlainFile(url)
    var information = stat()
    guard fstat(descriptor, &information) == 0 else {
      close(descriptor)
      throw MacrostateError.system(errno, .reading, url)
    }
    self.url = url
    self.descriptor = descriptor
    count = Int(information.st_size)
  }

  deinit { close(descriptor) }

  /// Fills `target` with the bytes from `offset` on.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if the file ends before; `missingInput` if it cannot be read.
  public func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws {
    var done = 0
    while done < target.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: target[done...])
      let count = try retrying(.reading, url) { pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done)) }
      guard count > 0 else {
        throw MacrostateError(
          .badData,
          "\(url.path): ends at byte \(offset + done), and had \(self.count) bytes when it was opened; leave it alone "
            + "while it is read, or copy it again")
      }
      done += count
    }
  }

  /// The `count` bytes from `offset` on.
  ///
  /// - Throws: as `read` does.
  public func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { target, filled in
      try read(
        at: offset, into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(target)[..<count]))
      filled = count
    }
  }
}
