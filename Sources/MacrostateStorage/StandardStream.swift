import Foundation

/// An open stream of this process that takes text, such as standard output, with every failure noticed: `print` passes
/// over a full disk, and a `FileHandle` ends the process for it.
public struct StandardStream: Sendable {
  /// The stream of results.
  public static let output = StandardStream(descriptor: STDOUT_FILENO)
  /// The stream of messages.
  public static let errors = StandardStream(descriptor: STDERR_FILENO)

  let descriptor: Int32

  /// The stream's name in messages.
  public var name: String {
    switch descriptor {
    case STDIN_FILENO: "standard input"
    case STDOUT_FILENO: "standard output"
    case STDERR_FILENO: "standard error"
    default: "descriptor \(descriptor)"
    }
  }

  /// Whether the stream is a terminal, which acts upon what is written to it.
  public var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Whether this is the stream of results.
  public var isStandardOutput: Bool { descriptor == STDOUT_FILENO }

  /// Writes `text`, all of it.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if the stream is closed, nobody reads it, or its disk is full.
  public func write(_ text: String) throws {
    try Array(text.utf8).withUnsafeBytes { bytes in
      var rest = bytes[...]
      while let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
        let count = Foundation.write(descriptor, start, rest.count)
        if count >= 0 {
          rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
          // A pipe or a terminal that another program has set not to wait.
          var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&request, 1, -1)
        } else if errno != EINTR {
          throw unwritable(errno)
        }
      }
    }
  }

  /// This stream, if it is open for writing.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if it is not: before the work, not after it.
  func requireWritable() throws -> StandardStream {
    let mode = fcntl(descriptor, F_GETFL)
    guard mode >= 0, mode & O_ACCMODE != O_RDONLY else { throw unwritable(EBADF) }
    return self
  }

  private func unwritable(_ code: Int32) -> MacrostateError {
    let reason = code == EBADF ? "it is closed" : String(cString: strerror(code))
    return MacrostateError(
      .failure, "\(name): cannot be written (\(reason)); what was to stand there is not complete")
  }

  /// The number of the open descriptor that `path` is the name of: `/dev/stdin`, `/dev/stdout`, `/dev/stderr`,
  /// `/dev/fd/N` and Linux's `/proc/self/fd/N`; nil for other paths.
  static func descriptor(ofPath path: String) -> Int32? {
    switch path {
    case "/dev/stdin": return STDIN_FILENO
    case "/dev/stdout": return STDOUT_FILENO
    case "/dev/stderr": return STDERR_FILENO
    default:
      let folder = ["/dev/fd/", "/proc/self/fd/"].first(where: path.hasPrefix)
      return folder.flatMap { Int32(path.dropFirst($0.count)) }.flatMap { $0 >= 0 ? $0 : nil }
    }
  }
}
