import Foundation
import MacrostateStorage

/// An input script of LAMMPS, as far as it has to be understood: which variables it uses, and its time step.
public struct LAMMPSScript: Sendable {
  /// Where it is.
  public let url: URL
  /// The check sum of its text, with that of the files that it includes.
  public let checksum: Checksum
  /// The lines without comments, continued ones joined.
  private let lines: [String]

  /// Reads the script at `url`, and the files that it includes by name and that are there.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if it cannot be read; `badData` if it is not text.
  public init(_ url: URL) throws {
    self.url = url
    var checksum = Checksum()
    lines = try Self.lines(url, depth: 0, &checksum)
    self.checksum = checksum
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

  /// The value of the command `timestep` where it is a number, or a variable that `settings` or the script says.
  public func timeStep(settings: [String: String]) -> Double? {
    guard let words = commands("timestep").last, words.count > 1 else { return nil }
    let word = words[1]
    let name = word.hasPrefix("$") ? word.trimmingCharacters(in: CharacterSet(charactersIn: "${}")) : nil
    return Double(name.flatMap { settings[$0] ?? defaultValue(of: $0) } ?? word)
  }

  /// What `variable name index value` or `variable name equal value` in the script says.
  private func defaultValue(of name: String) -> String? {
    commands("variable").first { words in
      words.count > 3 && words[1] == name && ["index", "equal", "string"].contains(words[2])
    }?[3]
  }

  /// The words of all commands of that name.
  private func commands(_ name: String) -> [[String]] {
    lines.map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }.filter { $0.first == name }
  }

  private static func lines(_ url: URL, depth: Int, _ checksum: inout Checksum) throws -> [String] {
    let file = try MappedFile(url)
    file.withBytes { checksum.update($0) }
    guard let text = file.withBytes({ String(validating: $0, as: UTF8.self) }) else {
      throw MacrostateError(.badData, "\(url.path): not a text; give the input script of LAMMPS")
    }
    var result: [String] = []
    for line in joined(text) {
      result.append(line)
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.first == "include", words.count > 1, depth < 8 else { continue }
      let included = URL(fileURLWithPath: String(words[1]), relativeTo: url.deletingLastPathComponent())
      guard FileManager.default.fileExists(atPath: included.path) else { continue }
      result += try lines(included, depth: depth + 1, &checksum)
    }
    return result
  }

  /// The lines without comments; one that ends with `&` goes on in the next.
  private static func joined(_ text: String) -> [String] {
    var result: [String] = []
    var isContinued = false
    for raw in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = raw.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
      let goesOn = line.hasSuffix("&")
      if goesOn { line.removeLast() }
      if isContinued, let last = result.popLast() { line = last + " " + line }
      result.append(line)
      isContinued = goesOn
    }
    return result
  }
}
