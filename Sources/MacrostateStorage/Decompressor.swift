import Foundation

/// A program that unpacks a file, as a child process whose output is read: bzip2, xz, zstd or lz4.
///
/// Not for use by several threads at once.
final class Decompressor {
  /// A format that a program unpacks, known by the first bytes of files.
  struct Format: Sendable {
    /// The program's name.
    let program: String
    fileprivate let signature: [UInt8]

    /// The formats.
    static let all = [
      Format(program: "bzip2", signature: Array("BZh".utf8)),
      Format(program: "xz", signature: [0xFD] + Array("7zXZ".utf8)),
      Format(program: "zstd", signature: [0x28, 0xB5, 0x2F, 0xFD]),
      Format(program: "lz4", signature: [0x04, 0x22, 0x4D, 0x18]),
    ]

    /// The format of a file that begins with `bytes`; nil for others.
    static func of(_ bytes: [UInt8]) -> Format? { all.first { bytes.starts(with: $0.signature) } }
  }

  private let url: URL
  private let format: Format
  private let output: Int32
  private let process: pid_t
  private var hasEnded = false

  /// Starts the program on the file at `url`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that says how to unpack the file where there is no such program.
  init(_ url: URL, _ format: Format) throws {
    self.url = url
    self.format = format
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw MacrostateError.system(errno, .reading, url) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[1]) }
    var child = pid_t()
    let problem = Self.spawn(&child, [format.program, "-d", "-c", "-q", "--", url.path], output: ends[1])
    guard problem == 0 else {
      close(ends[0])
      throw MacrostateError(
        .badData,
        "\(url.path): compressed by \(format.program), which is not installed here; install it, or unpack the file "
          + "elsewhere: \(format.program) -d \(url.lastPathComponent)")
    }
    (output, process) = (ends[0], child)
  }

  private static func spawn(_ child: inout pid_t, _ words: [String], output: Int32) -> Int32 {
    #if os(Linux)
      var actions = posix_spawn_file_actions_t()
    #else
      var actions: posix_spawn_file_actions_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    return posix_spawnp(&child, words[0], &actions, nil, &arguments, environ)
  }

  deinit {
    close(output)
    end(kills: true)
  }

  /// Reads the next bytes into `buffer`.
  ///
  /// - Returns: how many there were; 0 at the end of the file.
  /// - Throws: `MacrostateError` of kind `badData` if the data are damaged or cut off.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = try retrying(.reading, url) { Foundation.read(output, buffer.baseAddress, buffer.count) }
    if count == 0, end(kills: false) != 0 {
      throw MacrostateError(
        .badData,
        "\(url.path): its compressed data are damaged or cut off (\(format.program)); copy or write the file again")
    }
    return count
  }

  /// Waits for the program's end, and gives its status.
  @discardableResult
  private func end(kills: Bool) -> Int32 {
    guard !hasEnded else { return 0 }
    hasEnded = true
    if kills { kill(process, SIGKILL) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status
  }
}
