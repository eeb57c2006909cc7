import Foundation
import MacrostateStorage

/// An input script of LAMMPS, as far as it has to be understood: which variables it uses, and its time step.
public struct LAMMPSScript: Sendable {
  /// The place.
  public let url: URL
  /// The check sum of its text, with that of the files that it includes.
  public let checksum: Checksum
  /// The lines without comments, continued ones joined.
  private let lines: [String]

  /// Reads the script at `url`, and the files that it includes by name and that are there.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if it, or a file that it includes, cannot be read or is no plain
  ///   file; `badData` if it is not text, or includes files without end.
  public init(_ url: URL) throws {
    self.url = url
    let script = try ScriptReader(url)
    lines = script.lines
    checksum = script.checksum
  }

  /// The variables that the script uses: as `$x`, `${name}` or `v_name`.
  public var usedVariables: Set<String> {
    var names: Set<String> = []
    for line in lines {
      names.formUnion(line.matches(of: /\$\{(\w+)\}/).map { String($0.1) })
      names.formUnion(line.matches(of: /\$([A-Za-z0-9_])/).map { String($0.1) })
      names.formUnion(line.matches(of: /\bv_(\w+)/).map { String($0.1) })
    }
    return names
  }

  /// The words of each line.
  var commands: [[String]] { lines.map { $0.split(whereSeparator: \.isWhitespace).map(String.init) } }
}

/// Reads a script and the files that it includes, as LAMMPS would find them.
private struct ScriptReader {
  private(set) var lines: [String] = []
  private(set) var checksum = Checksum()
  private var fileCount = 0
  /// The files that are being read, each included by the one before it.
  private var chain: [URL] = []

  /// As deep as LAMMPS follows scripts that include others.
  private static let deepest = 16
  /// Files that include others several times may make any number of lines.
  private static let mostFiles = 10_000

  init(_ url: URL) throws {
    try read(url)
  }

  /// A script that includes itself is read once: whether LAMMPS ever comes to that line is LAMMPS's affair.
  private mutating func read(_ url: URL) throws {
    fileCount += 1
    guard fileCount <= Self.mostFiles else {
      throw MacrostateError(
        .badData, "\(chain[0].path): it includes more than \(Self.mostFiles) files; include each of them once")
    }
    chain.append(url)
    defer { chain.removeLast() }
    let file = try MappedFile(url)
    file.withBytes { checksum.update($0) }
    guard file.withBytes({ !$0.contains(0) }) else {
      throw MacrostateError(.badData, "\(url.path): not a text; give the input script of LAMMPS")
    }
    for line in Self.joined(file.withBytes { String(decoding: $0, as: UTF8.self) }) {
      lines.append(line)
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.first == "include", words.count > 1, chain.count < Self.deepest else { continue }
      let included = URL(fileURLWithPath: String(words[1]), relativeTo: url.deletingLastPathComponent())
        .resolvingSymlinksInPath()
      guard FileManager.default.fileExists(atPath: included.path), included.path != "/dev/null",
        !chain.contains(where: { $0.resolvingSymlinksInPath() == included })
      else { continue }
      try read(included)
    }
  }

  /// The lines without comments; one that ends with `&` goes on in the next.
  private static func joined(_ text: String) -> [String] {
    var result: [String] = []
    var isContinued = false
    // By scalars: CR LF is one character.
    for raw in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = withoutComment(raw).trimmingCharacters(in: .whitespacesAndNewlines)
      let goesOn = line.hasSuffix("&")
      if goesOn { line.removeLast() }
      if isContinued, let last = result.popLast() { line = last + " " + line }
      result.append(line)
      isContinued = goesOn
    }
    return result
  }

  /// The text before a `#` that is not quoted.
  private static func withoutComment(_ line: Substring.UnicodeScalarView) -> String {
    var quote: Unicode.Scalar?
    let end = line.firstIndex { scalar in
      if scalar == quote {
        quote = nil
      } else if quote == nil, scalar == "\"" || scalar == "'" {
        quote = scalar
      }
      return quote == nil && scalar == "#"
    }
    return String(Substring(line[..<(end ?? line.endIndex)]))
  }
}
