import Foundation

/// A file being written from start to end, buffered, with its check sum kept as it grows.
///
/// A header may be left open at the start and written last, for formats whose header states the final length.
/// Not for use by several threads at once.
public final class OutputFile {
  /// The file's place.
  public let url: URL
  private let headerLength: Int
  private var descriptor: Int32
  private let identity: stat
  private var buffer: [UInt8] = []
  private var bodyLength = 0
  /// The check sum of the body up to where the current section begins.
  private var bodyChecksum = Checksum()
  private var section = Checksum()
  private var sectionLength = 0

  private static let bufferSize = 1 << 18

  /// Creates the file at `url`, or empties the one there, and leaves `headerLength` bytes for `close(header:)`.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if the file cannot be created, or `url` is a symbolic link.
  public convenience init(_ url: URL, headerLength: Int = 0) throws {
    try self.init(url, headerLength: headerLength, flags: O_TRUNC)
  }

  /// Creates the file at `url`, where nothing may be, with `permissions` if they are given.
  convenience init(new url: URL, permissions: mode_t?) throws {
    try self.init(url, headerLength: 0, flags: O_EXCL)
    // Where the file system has none, there are none to keep.
    if let permissions { fchmod(descriptor, permissions) }
  }

  private init(_ url: URL, headerLength: Int, flags: Int32) throws {
    self.url = url
    self.headerLength = headerLength
    descriptor = try openForWriting(url, flags)
    var identity = stat()
    fstat(descriptor, &identity)
    self.identity = identity
    buffer.reserveCapacity(Self.bufferSize)
  }

  deinit {
    if descriptor >= 0 { Foundation.close(descriptor) }
  }

  /// The number of bytes written so far, the header not counted.
  public var byteCount: Int { bodyLength }

  /// Whether the file still has its name: another process may have given that to a file of its own.
  var isThere: Bool {
    var named = stat()
    return lstat(url.path, &named) == 0 && named.st_ino == identity.st_ino && named.st_dev == identity.st_dev
  }

  /// Appends `bytes`.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if the disk is full or the file cannot be written.
  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    section.update(bytes)
    sectionLength += bytes.count
    if buffer.count + bytes.count > Self.bufferSize { try flush() }
    if bytes.count > Self.bufferSize {
      try writeAll(bytes, to: descriptor, at: headerLength + bodyLength, of: url)
    } else {
      buffer.append(contentsOf: bytes)
    }
    bodyLength += bytes.count
  }

  /// Appends the UTF-8 bytes of `text`.
  ///
  /// - Throws: as `write(_:)` does.
  public func write(_ text: String) throws {
    try Array(text.utf8).withUnsafeBytes(write)
  }

  /// Ends a section of the file: what was written since the last call, or the start.
  ///
  /// - Returns: the section's size and check sum, which cost no second pass over the bytes.
  public func endSection() -> FileRecord {
    let record = FileRecord(byteCount: sectionLength, crc32: section.value)
    bodyChecksum = bodyChecksum.followed(by: section, count: sectionLength)
    (section, sectionLength) = (Checksum(), 0)
    return record
  }

  /// Writes the header and what is buffered, waits until the disk has it all, and closes the file.
  ///
  /// - Parameter header: exactly the bytes for which the initialiser left room.
  /// - Returns: the file's size and check sum.
  /// - Throws: `MacrostateError` of kind `failure` if the disk is full or the file cannot be written.
  @discardableResult
  public func close(header: [UInt8] = []) throws -> FileRecord {
    precondition(header.count == headerLength, "the header must fill the room left for it")
    try flush()
    _ = endSection()
    try header.withUnsafeBytes { try writeAll($0, to: descriptor, at: 0, of: url) }
    _ = try retrying(.writing, url) { fsync(descriptor) }
    let open = descriptor
    descriptor = -1
    // A full disk on a network file system may show only here. An interrupted close has closed all the same.
    if Foundation.close(open) < 0, errno != EINTR { throw MacrostateError.system(errno, .writing, url) }
    let checksum = header.withUnsafeBytes(Checksum.init).followed(by: bodyChecksum, count: bodyLength)
    return FileRecord(byteCount: headerLength + bodyLength, crc32: checksum.value)
  }

  private func flush() throws {
    let position = headerLength + bodyLength - buffer.count
    try buffer.withUnsafeBytes { try writeAll($0, to: descriptor, at: position, of: url) }
    buffer.removeAll(keepingCapacity: true)
  }
}
