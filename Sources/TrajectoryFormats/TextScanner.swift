import CMacrostateKernels
import Foundation
import MacrostateStorage

/// Reads a text file, compressed or not, from start to end: lines, and tables of numbers and names. It holds a few
/// hundred kilobytes of the file at a time.
///
/// Lines end with LF or CR LF. A last line without its end is read as a line where nothing says that it is cut off.
final class TextScanner {
  let url: URL
  /// The number of the next line, from 1.
  private(set) var lineNumber = 1
  /// Whether the file's last line, which has been reached, has no end.
  private(set) var lacksLastLineFeed = false
  private let file: DecompressedFile
  private let buffer: UnsafeMutableRawBufferPointer
  private let knownNames = KnownNames()
  /// Whether the line before what was unread at the last refill ended with a blank.
  private var blankEndsLines = false
  /// The part of the buffer that is still to be read.
  private var unread = 0..<0
  /// The bytes of text that have come into the buffer, or stand before what was read.
  private var bufferedCount = 0

  private static let bufferSize = 1 << 18

  /// - Parameter start: the byte, unpacked, and the number of the line to begin with; nil for the first.
  init(_ url: URL, from start: (byte: Int, line: Int)? = nil) throws {
    self.url = url
    file = try DecompressedFile(url)
    if let start {
      try file.seek(to: start.byte)
      bufferedCount = start.byte
      lineNumber = start.line
    }
    buffer = .allocate(byteCount: Self.bufferSize, alignment: 16)
  }

  deinit { buffer.deallocate() }

  /// The bytes of text, unpacked, before the next one to be read.
  var byteCount: Int { bufferedCount - unread.count }

  /// The different names met in columns of names, in that order: a table's rows hold their numbers.
  var names: [String] { knownNames.names }

  /// The program that unpacks the file in a shell; nil where it is not compressed.
  var packer: String? { file.program }

  /// The shell's command `arguments`, of head or tail, on the file as text.
  func shellCommand(_ arguments: String) -> String {
    url.shellCommand(arguments, packer: packer)
  }

  /// An error of kind `badData` at the line `number`.
  func error(atLine number: Int, _ problem: String) -> MacrostateError {
    MacrostateError(.badData, "\(url.path): line \(number): \(problem)")
  }

  /// The next line without its end; `nil` at the end of the file, or where the file ends within a line.
  func line() throws -> String? {
    while true {
      if let end = unread.first(where: { buffer[$0] == UInt8(ascii: "\n") }) {
        let hasReturn = end > unread.lowerBound && buffer[end - 1] == UInt8(ascii: "\r")
        let text = String(decoding: buffer[unread.lowerBound..<(hasReturn ? end - 1 : end)], as: UTF8.self)
        unread = (end + 1)..<unread.upperBound
        lineNumber += 1
        return text
      }
      guard try refill() else { return nil }
    }
  }

  /// The next line, which stays the next one; nil at the end of the file.
  func upcomingLine() throws -> String? {
    while true {
      if let end = unread.first(where: { buffer[$0] == UInt8(ascii: "\n") }) {
        return String(decoding: buffer[unread.lowerBound..<end], as: UTF8.self)
      }
      guard try refill() else { return nil }
    }
  }

  /// Reads `count` lines of numbers.
  ///
  /// Memory grows with what is there, whatever number of lines a file claims.
  ///
  /// - Returns: the numbers, and how many lines were there; fewer than `count` where the file ends.
  /// - Throws: `MacrostateError` of kind `badData` for a line that is no line of the table.
  func table(_ table: TextColumns, rows count: Int) throws -> (values: [Double], rows: Int) {
    let chunk = 1 << 20
    var values: [Double] = []
    for start in stride(from: 0, to: count, by: chunk) {
      let wanted = min(chunk, count - start)
      let next = try [Double](unsafeUninitializedCapacity: wanted * table.width) { buffer, initialized in
        initialized = try table.width * rows(wanted, of: table, into: buffer)
      }
      values = values.isEmpty ? next : values + next
      let read = values.count / table.width
      if read < start + wanted { return (values, read) }
    }
    return (values, count)
  }

  /// Reads `rows` lines of numbers into `values`.
  ///
  /// - Returns: the number of lines that were there; fewer than `rows` where the file ends.
  /// - Throws: `MacrostateError` of kind `badData` for a line that is no line of the table.
  func rows(_ rows: Int, of columns: TextColumns, into values: UnsafeMutableBufferPointer<Double>) throws -> Int {
    precondition(values.count >= rows * columns.width, "a place for every number")
    guard let start = values.baseAddress else { return 0 }
    var done = 0
    while done < rows {
      let progress = columns.read(
        UnsafeRawBufferPointer(rebasing: buffer[unread]), rows: rows - done, into: start + done * columns.width,
        naming: knownNames)
      unread = (unread.lowerBound + progress.bytes)..<unread.upperBound
      done += progress.rows
      lineNumber += progress.rows
      if let problem = columns.message(progress) {
        // A last line without its end that is no line of the table is one that was cut off.
        if lacksLastLineFeed, unread.first(where: { buffer[$0] == UInt8(ascii: "\n") }) == unread.last { break }
        throw error(atLine: lineNumber, problem)
      }
      guard try done == rows || refill() else { break }
    }
    return done
  }

  /// Moves what is unread to the buffer's start and reads on behind it; false at the end of the file.
  private func refill() throws -> Bool {
    let kept = UnsafeRawBufferPointer(rebasing: buffer[unread])
    guard kept.count < buffer.count else {
      throw error(atLine: lineNumber, "it has more than \(buffer.count) bytes; this is not a text file of particles")
    }
    if unread.lowerBound > 0 { blankEndsLines = endsWithBlank(0..<(unread.lowerBound - 1)) }
    buffer.copyMemory(from: kept)
    let fresh = UnsafeMutableRawBufferPointer(rebasing: buffer[kept.count...])
    let count = try file.read(into: fresh)
    unread = 0..<(kept.count + count)
    bufferedCount += count
    guard count == 0 else { return true }
    return endLastLine()
  }

  /// Ends a last line that has no end, unless it is cut off: where lines end with a blank, as LAMMPS writes them, and
  /// the last does not.
  private func endLastLine() -> Bool {
    guard !unread.isEmpty, !blankEndsLines || endsWithBlank(unread) else { return false }
    buffer[unread.upperBound] = UInt8(ascii: "\n")
    unread = unread.lowerBound..<(unread.upperBound + 1)
    lacksLastLineFeed = true
    return true
  }

  /// Whether the line in `range` ends with a blank, before its CR if there is one.
  private func endsWithBlank(_ range: Range<Int>) -> Bool {
    let end = range.last.map { buffer[$0] == UInt8(ascii: "\r") ? range.dropLast() : range } ?? range
    return end.last.map { buffer[$0] == UInt8(ascii: " ") || buffer[$0] == UInt8(ascii: "\t") } ?? false
  }
}

/// The different names that were met in a column, in memory that C fills.
private final class KnownNames {
  let pointer: UnsafeMutablePointer<MacrostateTextNames>
  private let lengths: UnsafeMutablePointer<Int>
  private let text: UnsafeMutablePointer<CChar>

  init() {
    lengths = .allocate(capacity: Int(MACROSTATE_TEXT_NAMES))
    text = .allocate(capacity: Int(MACROSTATE_TEXT_NAMES * MACROSTATE_TEXT_NAME_LENGTH))
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: MacrostateTextNames(count: 0, lengths: lengths, text: text))
  }

  deinit {
    pointer.deallocate()
    text.deallocate()
    lengths.deallocate()
  }

  var names: [String] {
    (0..<pointer.pointee.count).map { number in
      let start = UnsafeRawPointer(text + number * Int(MACROSTATE_TEXT_NAME_LENGTH))
      return String(decoding: UnsafeRawBufferPointer(start: start, count: lengths[number]), as: UTF8.self)
    }
  }
}

/// The columns of a table, and which of them are read.
struct TextColumns {
  /// Their names.
  let names: [String]
  /// The numbers of a row.
  let width: Int
  private let places: [Int32]

  /// The columns `names`, of which those numbered `wanted` are read, in the order of `wanted`; the one numbered `named`
  /// holds names.
  init(names: [String], wanted: [Int], named: Int?) {
    self.names = names
    width = wanted.count
    var places = [Int32](repeating: -1, count: names.count)
    for (place, column) in wanted.enumerated() { places[column] = Int32(column == named ? -2 - place : place) }
    self.places = places
  }

  /// Reads the words of a row, as many as there are columns.
  ///
  /// - Parameters:
  ///   - row: the numbers, `width` of them.
  ///   - known: the names met so far, to which new ones are added.
  /// - Returns: whether all are what their columns hold.
  func read(_ words: [String], into row: inout [Double], names known: inout [String]) -> Bool {
    for (word, place) in zip(words, places) where place != -1 {
      if place >= 0 {
        guard let value = Double(word) else { return false }
        row[Int(place)] = value
      } else {
        let number = known.firstIndex(of: word) ?? known.count
        if number == known.count { known.append(word) }
        row[Int(-2 - place)] = Double(number)
      }
    }
    return true
  }

  /// The names of the columns that are not read.
  var unread: [String] { zip(names, places).filter { $0.1 == -1 }.map(\.0) }

  fileprivate func read(
    _ text: UnsafeRawBufferPointer, rows: Int, into values: UnsafeMutablePointer<Double>,
    naming known: KnownNames
  ) -> MacrostateTextProgress {
    places.withUnsafeBufferPointer { places in
      var table = MacrostateTextTable(
        columns: names.count, width: width, places: places.baseAddress, names: known.pointer)
      return macrostate_read_table(
        &table, text.assumingMemoryBound(to: CChar.self).baseAddress, text.count, rows, values)
    }
  }

  /// What is wrong with the line at which the reading stopped.
  fileprivate func message(_ progress: MacrostateTextProgress) -> String? {
    switch progress.problem {
    case MacrostateTextTooFewColumns:
      "\(progress.column) columns where the header names \(names.count) (\(names.joined(separator: " "))); the dump is "
        + "damaged: write it again"
    case MacrostateTextTooManyColumns:
      "more columns than the \(names.count) that the header names (\(names.joined(separator: " "))); the dump is "
        + "damaged: write it again"
    case MacrostateTextNoNumber:
      "the column '\(names[progress.column])' is not a number; the dump is damaged: write it again"
    case MacrostateTextNoName:
      "the column '\(names[progress.column])' names the species, and has more than \(MACROSTATE_TEXT_NAMES) names or one "
        + "of more than \(MACROSTATE_TEXT_NAME_LENGTH) letters; dump the column 'type' instead"
    default: nil
    }
  }
}
