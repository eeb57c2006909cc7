import Foundation
import MacrostateStorage

/// The columns of a table in a text file, as they stand there: blocks of rows under names, of which several runs in one log
/// have one each.
struct TableText {
  /// Rows under one header.
  struct Block {
    /// The names of the columns.
    var names: [String]
    /// The rows, each as long as the names.
    var rows: [[Double]] = []
    /// The line of each row.
    var lines: [Int] = []
  }

  /// The program that wrote it, as far as that matters.
  enum Kind {
    case lammpsLog, lammpsAverages, xvg, plain
  }

  let kind: Kind
  /// The blocks that have rows, in the order of the file.
  private(set) var blocks: [Block] = []

  /// The table in the file at `url`, compressed or not.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if it cannot be read; `badData` with file and line.
  init(_ url: URL) throws {
    let scanner = try TextScanner(url)
    var lines: [String] = []
    while let line = try scanner.line() { lines.append(line) }
    func fail(_ number: Int, _ problem: String) -> MacrostateError {
      MacrostateError(.badData, "\(url.path): line \(number): \(problem)")
    }
    kind = Self.kind(lines)
    switch kind {
    case .lammpsLog: blocks = try Self.log(lines, fail)
    case .xvg: blocks = [try Self.xvg(lines, fail)]
    case .lammpsAverages, .plain: blocks = [try Self.plain(lines, fail)]
    }
    blocks.removeAll { $0.rows.isEmpty }
    guard blocks.isEmpty else { return }
    let isMulti = lines.contains { $0.hasPrefix("-----") && $0.contains("Step") }
    throw MacrostateError(
      .badData,
      "\(url.path): no rows of numbers"
        + (isMulti
          ? "; thermo_style multi is not read: use one, custom or yaml"
          : " under a header: give a line with the names of the columns, or a log of LAMMPS with thermo output"))
  }

  private static func kind(_ lines: [String]) -> Kind {
    for line in lines.prefix(400) {
      if line.hasPrefix("LAMMPS (") || line.hasPrefix("Per MPI rank memory") || line.hasPrefix("keywords:") {
        return .lammpsLog
      }
      if line.hasPrefix("# Time-averaged data for fix") { return .lammpsAverages }
      if line.hasPrefix("@") { return .xvg }
    }
    return .plain
  }

  /// The thermo output of a log of LAMMPS, of the styles one, custom and yaml.
  private static func log(
    _ lines: [String], _ fail: (Int, String) -> MacrostateError
  ) throws -> [Block] {
    var blocks: [Block] = []
    var isOpen = false
    for (i, line) in lines.enumerated() {
      let text = line.trimmingCharacters(in: .whitespaces)
      if text.hasPrefix("keywords:") {
        blocks.append(Block(names: listed(text.dropFirst("keywords:".count))))
        isOpen = true
        continue
      }
      let words = text.hasPrefix("- [") ? listed(text.dropFirst(2)) : text.split(separator: " ").map(String.init)
      if text.hasPrefix("Loop time of") || text == "..." { isOpen = false }
      let isHeader = (words.contains("Step") || words.contains("Time")) && words.allSatisfy { Double($0) == nil }
      if isHeader, words.count > 1, i + 1 < lines.count, isRow(lines[i + 1], count: words.count) {
        blocks.append(Block(names: words))
        isOpen = true
        continue
      }
      // Warnings stand between rows.
      guard isOpen, let first = words.first, Double(first) != nil else { continue }
      let values = words.compactMap { Double($0) }
      let width = blocks[blocks.count - 1].names.count
      guard values.count == width else {
        // The last line of a run that was killed.
        if i >= lines.count - 1 { break }
        throw fail(i + 1, "\(words.count) columns where the header has \(width); the log is damaged")
      }
      blocks[blocks.count - 1].rows.append(values)
      blocks[blocks.count - 1].lines.append(i + 1)
    }
    return blocks
  }

  private static func isRow(_ line: String, count: Int) -> Bool {
    let words = line.split(separator: " ")
    return words.count == count && words.allSatisfy { Double($0) != nil }
  }

  /// The entries of `['Step', 'Temp', ]`.
  private static func listed(_ text: Substring) -> [String] {
    text.trimmingCharacters(in: CharacterSet(charactersIn: " []")).split(separator: ",")
      .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " '\"")) }.filter { !$0.isEmpty }
  }

  /// A file of GROMACS: names in lines `@ s0 legend "…"`, rows of x and one column for each.
  private static func xvg(_ lines: [String], _ fail: (Int, String) -> MacrostateError) throws -> Block {
    var legends: [Int: String] = [:]
    var (axis, ordinate) = ("time", "column-2")
    var block = Block(names: [])
    func quoted(_ line: String) -> String {
      line.split(separator: "\"", omittingEmptySubsequences: false).dropFirst().first.map(String.init) ?? ""
    }
    for (i, line) in lines.enumerated() {
      let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      if first == "&" { break }
      guard !first.hasPrefix("@") else {
        if words.count > 2, words[2] == "legend", let number = words[1].hasPrefix("s") ? Int(words[1].dropFirst()) : nil
        {
          legends[number] = quoted(line)
        }
        if words.count > 2, words[1] == "xaxis", words[2] == "label" { axis = quoted(line) }
        if words.count > 2, words[1] == "yaxis", words[2] == "label" { ordinate = quoted(line) }
        continue
      }
      if block.names.isEmpty {
        block.names =
          [axis]
          + (1..<max(1, words.count)).map {
            legends[$0 - 1] ?? ($0 == 1 && legends.isEmpty ? ordinate : "column-\($0 + 1)")
          }
      }
      try add(words, line: i + 1, to: &block, fail)
    }
    return block
  }

  /// Rows under a line of names, which may begin with #; columns are separated by commas, or else by blanks.
  private static func plain(_ lines: [String], _ fail: (Int, String) -> MacrostateError) throws -> Block {
    var block = Block(names: [])
    for (i, line) in lines.enumerated() {
      let isComment = line.hasPrefix("#")
      let words = fields(isComment ? line.dropFirst() : line[...])
      if words.isEmpty { continue }
      if block.rows.isEmpty, isComment || words.contains(where: { Double($0) == nil && !$0.isEmpty }) {
        block.names = words
        continue
      }
      if isComment { continue }
      guard !block.names.isEmpty else {
        throw fail(i + 1, "no names of columns stand above the numbers; give a header line, such as 'time energy'")
      }
      if block.names.contains("Number-of-rows") || block.names.first == "Row" {
        throw fail(i + 1, "a file of fix ave/time with 'mode vector' is not read; use 'mode scalar'")
      }
      try add(words, line: i + 1, to: &block, fail)
    }
    return block
  }

  private static func add(
    _ words: [String], line: Int, to block: inout Block, _ fail: (Int, String) -> MacrostateError
  ) throws {
    guard words.count == block.names.count else {
      throw fail(
        line,
        "\(words.count) columns where the header names \(block.names.count) (\(block.names.joined(separator: ", ")))")
    }
    block.rows.append(
      try words.map { word in
        guard let value = Double(word) else { throw fail(line, "'\(word.prefix(40))' is no number") }
        return value
      })
    block.lines.append(line)
  }

  /// The fields of a line: between commas or tabs, where there are some outside of quotation marks, else between blanks.
  static func fields(_ line: Substring) -> [String] {
    var fields: [String] = [""]
    var isQuoted = false
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted, "\t" where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    if fields.count > 1 { return fields.map { $0.trimmingCharacters(in: .whitespaces) } }
    return line.contains("\"") ? fields : line.split(whereSeparator: \.isWhitespace).map(String.init)
  }
}
