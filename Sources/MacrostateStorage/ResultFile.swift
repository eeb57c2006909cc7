import Foundation

/// The place of a result that the user named on the command line: a file, which is then there whole or not at all, or an
/// open stream.
///
///     let result = try ResultFile("p.csv")     // refuses at once what cannot be written later
///     try result.write(table.csv)
///
/// Through a symbolic link the link's target is written, and the link stays. `-` and `/dev/stdout` are standard output;
/// `/dev/null` takes everything. What is no plain file (a folder, a device, a named pipe, a socket) is never replaced.
public struct ResultFile: Sendable {
  private enum Place: Sendable {
    case file(URL)
    case stream(StandardStream)
    case nowhere
  }

  /// The path as the user wrote it.
  public let path: String
  private let place: Place

  /// The place that `path` names.
  ///
  /// - Parameters:
  ///   - path: As the user wrote it.
  ///   - kept: Files and folders that the result must not replace or be put into, such as what the command reads.
  /// - Throws: `MacrostateError` of kind `usage` for no name at all, and for a place in `kept`; `failure` if it is no plain
  ///   file and no stream, if its folder does not exist, or if links lead in a circle.
  public init(_ path: String, keeping kept: [URL] = []) throws {
    self.path = path
    guard !path.isEmpty else {
      throw MacrostateError(.usage, "an output without a name; give the path of a file, or - for standard output")
    }
    place = try Self.place(path)
    guard case .file(let url) = place else { return }
    let result = Self.realPath(url.path) ?? url.path
    for input in kept {
      guard let real = Self.realPath(input.path), result == real || result.hasPrefix("\(real)/") else { continue }
      throw MacrostateError(
        .usage, "\(path): it would replace a part of \(input.path), which is in use; name another output")
    }
  }

  /// Whether the result goes to standard output, where nothing else may stand then.
  public var isStandardOutput: Bool {
    guard case .stream(let stream) = place else { return false }
    return stream.isStandardOutput
  }

  /// Writes `text`, in UTF-8, as the whole result. On a terminal, characters that it would act upon are shown instead.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if the disk is full or the file or the stream cannot be written.
  public func write(_ text: String) throws {
    switch place {
    case .file(let url): try AtomicFile.write(text, to: url)
    case .stream(let stream): try stream.write(stream.isTerminal ? TerminalText.visible(text) : text)
    case .nowhere: break
    }
  }

  /// Writes `bytes` as the whole result.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for a stream, which is for text; `failure` as for text.
  public func write(_ bytes: [UInt8]) throws {
    switch place {
    case .file(let url): try AtomicFile.write(bytes, to: url)
    case .stream: throw MacrostateError(.usage, "\(path): it takes text; name a file for what is none")
    case .nowhere: break
    }
  }

  private static func place(_ path: String) throws -> Place {
    if path == "-" { return try .stream(StandardStream.output.requireWritable()) }
    guard let chain = SymbolicLinks.chain(from: path), let end = chain.last else {
      throw MacrostateError(.failure, "\(path): its symbolic links lead in a circle; name another output")
    }
    if let descriptor = chain.lazy.compactMap(StandardStream.descriptor).first {
      return try .stream(StandardStream(descriptor: descriptor).requireWritable())
    }
    return try withoutLinks(end, path)
  }

  /// The place behind the last link of `path`.
  private static func withoutLinks(_ end: String, _ path: String) throws -> Place {
    let kind = FileKind(path: end)
    if kind?.isNullDevice == true { return .nowhere }
    guard kind ?? .plain == .plain, !end.hasSuffix("/") else {
      throw MacrostateError(
        .failure, "\(path): not a plain file (\(kind?.name ?? "the name of a folder")); name another output")
    }
    // The folder's real path, since a URL would take `..` for the folder above a link instead of above its target.
    let (folder, name) = SymbolicLinks.split(end)
    guard let real = realPath("\(folder)/.") else {
      throw MacrostateError.system(errno, .creating, URL(fileURLWithPath: path))
    }
    return .file(URL(fileURLWithPath: real, isDirectory: true).appendingPathComponent(name))
  }

  /// The path without links of what is at `path`; nil, with `errno`, where nothing is.
  private static func realPath(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}
