import Foundation

/// Whole files, and texts from streams, read into memory: a file that is shortened meanwhile gives fewer bytes, where a
/// map of it would end the process.
public enum FileContents {
  /// The bytes of the plain file at `url`.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if there is no such file, or it is no plain file or unreadable.
  public static func bytes(of url: URL) throws -> [UInt8] {
    try withPlainFile(url) { descriptor, size in
      try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        let space = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: size)
        count = try readAll(space, from: descriptor, at: 0, of: url)
      }
    }
  }

  /// The bytes that a user named by `url`: a plain file, or a stream such as `/dev/stdin` or the `/dev/fd/63` that a
  /// shell makes of `<(…)`.
  ///
  /// - Parameter limit: the most bytes that make sense there.
  /// - Throws: `MacrostateError` of kind `missingInput` if nothing can be read there, or nobody writes into a pipe;
  ///   `badData` for more than `limit` bytes.
  public static func streamedBytes(of url: URL, limit: Int) throws -> [UInt8] {
    let kind = FileKind(path: url.path)
    guard kind != .folder, kind != .blockDevice else {
      try FileKind.requirePlainInput(url)
      return []
    }
    let descriptor = try open(url)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try chunk.withUnsafeMutableBytes {
        try readNext($0, from: descriptor, isFirst: bytes.isEmpty, of: url)
      }
      if count == 0 { break }
      bytes += chunk[..<count]
      guard bytes.count <= limit else {
        throw MacrostateError(.badData, "\(url.path): more than \(limit) bytes; is it the right file?")
      }
    }
    if bytes.isEmpty, let kind, kind != .plain, !kind.isNullDevice {
      throw MacrostateError(.missingInput, "\(url.path): \(kind.name) that gave nothing; give a file, or write into it")
    }
    return bytes
  }

  /// A descriptor to read `url` from. One that is open already is read from where it stands: a socket cannot be opened
  /// by the name `/dev/stdin`.
  private static func open(_ url: URL) throws -> Int32 {
    if let number = StandardStream.descriptor(ofPath: url.path) {
      return try retrying(.reading, url) { fcntl(number, F_DUPFD_CLOEXEC, 3) }
    }
    if FileKind(path: url.path) == .socket { try FileKind.requirePlainInput(url) }
    return try retrying(.reading, url) { Foundation.open(url.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) }
  }

  /// The next bytes of a stream; none at its end.
  ///
  /// A named pipe may be opened before its writer comes: it is given two seconds. A writer that is there is waited for.
  private static func readNext(
    _ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32, isFirst: Bool, of url: URL
  ) throws -> Int {
    var patience = isFirst && FileKind(descriptor: descriptor) == .namedPipe ? 20 : 0
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count > 0 { return count }
      if count == 0 {
        if patience == 0 { return 0 }
        patience -= 1
        usleep(100_000)
      } else if errno == EAGAIN {
        patience = 0
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&request, 1, -1)
      } else if errno != EINTR {
        throw MacrostateError.system(errno, .reading, url)
      }
    }
  }
}
