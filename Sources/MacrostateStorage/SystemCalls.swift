import Foundation

/// The action on a file in which a system call failed: the verb of the error message.
enum FileAction: String {
  case reading, writing, creating, renaming, removing
}

extension MacrostateError {
  /// The error of a disk on which `url` could not be written.
  package static func diskFull(_ url: URL) -> MacrostateError {
    MacrostateError(.failure, "disk full while writing \(url.path); free space and run the same command again")
  }

  /// The error for a system call that failed with `code` (an `errno`) while `action` was done to `url`.
  ///
  /// A full disk names its remedy: everything that writes can be resumed by the same command.
  static func system(_ code: Int32, _ action: FileAction, _ url: URL) -> MacrostateError {
    let reason = String(cString: strerror(code))
    switch (code, action) {
    case (ENOSPC, _), (EDQUOT, _): return diskFull(url)
    case (EFBIG, _):
      return MacrostateError(
        .failure,
        "file size limit reached while writing \(url.path); raise it (ulimit -f) and run the same command again")
    case (ELOOP, .creating):
      return MacrostateError(.failure, "\(url.path): a symbolic link, which is not written through; remove it")
    case (ENOENT, .reading):
      return MacrostateError(.missingInput, "\(url.path): no such file; check the path")
    case (_, .reading):
      return MacrostateError(.missingInput, "\(url.path): cannot be read (\(reason)); check its permissions")
    default:
      return MacrostateError(
        .failure, "\(url.path): \(action.rawValue) failed (\(reason)); check the path and its permissions")
    }
  }
}

/// Calls `body` until it is not interrupted by a signal, and throws if it returns a negative number.
func retrying<Result: SignedInteger>(_ action: FileAction, _ url: URL, _ body: () -> Result) throws -> Result {
  while true {
    let result = body()
    if result >= 0 { return result }
    if errno != EINTR { throw MacrostateError.system(errno, action, url) }
  }
}

/// Writes all of `bytes` to `descriptor`, at `position` if there is one, else at the file's own place.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at position: Int? = nil, of url: URL) throws {
  guard let start = bytes.baseAddress else { return }
  var done = 0
  while done < bytes.count {
    done += try retrying(.writing, url) {
      if let position {
        pwrite(descriptor, start + done, bytes.count - done, off_t(position + done))
      } else {
        write(descriptor, start + done, bytes.count - done)
      }
    }
  }
}

/// Opens `url`, hands its descriptor to `body` and closes it.
func withDescriptor<Result>(
  _ url: URL, _ flags: Int32, _ action: FileAction, _ body: (Int32) throws -> Result
) throws -> Result {
  let descriptor = try retrying(action, url) { open(url.path, flags | O_CLOEXEC, 0o666) }
  defer { close(descriptor) }
  return try body(descriptor)
}

/// A descriptor of the file at `url`, created if it is missing, open for writing, which the caller closes.
///
/// A symbolic link is not followed: in a shared folder anyone may have put it there, and what it leads to is not ours.
/// Nor is a named pipe waited for.
func openForWriting(_ url: URL, _ flags: Int32) throws -> Int32 {
  try retrying(.creating, url) {
    open(url.path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags, 0o666)
  }
}

/// Opens the plain file at `url` for reading, hands its descriptor and its size to `body` and closes it.
///
/// Whatever else has that name is refused at once: without `O_NONBLOCK`, opening a named pipe waits for a writer.
func withPlainFile<Result>(_ url: URL, _ body: (Int32, Int) throws -> Result) throws -> Result {
  let descriptor = try openPlainFile(url)
  defer { close(descriptor) }
  var status = stat()
  _ = try retrying(.reading, url) { fstat(descriptor, &status) }
  return try body(descriptor, Int(status.st_size))
}

/// A descriptor of the plain file at `url`, open for reading, which the caller closes.
func openPlainFile(_ url: URL) throws -> Int32 {
  // A socket cannot be opened at all, and the system's reason would not say why.
  try FileKind.requirePlainInput(url)
  let descriptor = try retrying(.reading, url) { open(url.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) }
  do {
    // Once more for the file that is open: another may have taken its place.
    try FileKind.requirePlainInput(url, descriptor: descriptor)
    return descriptor
  } catch {
    close(descriptor)
    throw error
  }
}

/// Reads up to `buffer.count` bytes from `descriptor`, from `position` on if there is one, else from its own place.
///
/// - Returns: how many there were: fewer than asked for only at the end, none at the end of a stream.
func readAll(
  _ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32, at position: Int? = nil, of url: URL
) throws -> Int {
  guard let start = buffer.baseAddress else { return 0 }
  var done = 0
  while done < buffer.count {
    let count = try retrying(.reading, url) {
      if let position {
        pread(descriptor, start + done, buffer.count - done, off_t(position + done))
      } else {
        read(descriptor, start + done, buffer.count - done)
      }
    }
    if count == 0 { break }
    done += count
  }
  return done
}
