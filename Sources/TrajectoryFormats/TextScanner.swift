import CMacrostateKernels
import Foundation
import MacrostateStorage

/// Reads a text file, compressed or not, from start to end: lines, and tables of numbers. It holds a few hundred
/// kilobytes of the file at a time.
final class TextScanner {
  let url: URL
  /// The number of the next line, from 1.
  private(set) var lineNumber = 1
  private let file: DecompressedFile
  private let buffer: UnsafeMutableRawBufferPointer
  /// The part of the buffer that is still to be read.
  private var unread = 0..<0

  private static let bufferSize = 1 << 18

  init(_ url: URL) throws {
    self.url = url
    file = try DecompressedFile(url)
    buffer = .allocate(byteCount: Self.bufferSize, alignment: 16)
  }

  deinit { buffer.deallocate() }

  /// An error of kind `badData` at the line `number`.
  func error(atLine number: Int, _ problem: String) -> MacrostateError {
    MacrostateError(.badData, "\(url.path): line \(number): \(problem)")
  }

  /// The next line without its end; `nil` at the end of the file, or where the file ends within a line.
  func line() throws -> String? {
    while true {
      if let end = unread.first(where: { buffer[$0] == UInt8(ascii: "\n") }) {
        let text = String(decoding: buffer[unread.lowerBound..<end], as: UTF8.self)
        unread = (end + 1)..<unread.upperBound
        lineNumber += 1
        return text
      }
      guard try refill() else { return nil }
    }
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
        UnsafeRawBufferPointer(rebasing: buffer[unread]), rows: rows - done, into: start + done * columns.width)
      unread = (unread.lowerBound + progress.bytes)..<unread.upperBound
      done += progress.rows
      lineNumber += progress.rows
      if let problem = columns.message(progress) { throw error(atLine: lineNumber, problem) }
      guard try done == rows || refill() else { break }
    }
    return done
  }

  /// Moves what is unread to the buffer's start and reads on behind it; false at the end of the file.
  private func refill() throws -> Bool {
    let kept = UnsafeRawBufferPointer(rebasing: buffer[unread])
    guard kept.count < buffer.count else {
      throw error(atLine: lineNumber, "it has more than \(buffer.count) bytes; this is not a text dump of LAMMPS")
    }
    buffer.copyMemory(from: kept)
    let fresh = UnsafeMutableRawBufferPointer(rebasing: buffer[kept.count...])
    let count = try file.read(into: fresh)
    unread = 0..<(kept.count + count)
    return count > 0
  }
}

/// The columns of a table, and which of them are read.
struct TextColumns {
  /// Their names.
  let names: [String]
  /// The numbers of a row.
  let width: Int
  private let places: [Int32]

  /// The columns `names`, of which those numbered `wanted` are read, in the order of `wanted`.
  init(names: [String], wanted: [Int]) {
    self.names = names
    width = wanted.count
    var places = [Int32](repeating: -1, count: names.count)
    for (place, column) in wanted.enumerated() { places[column] = Int32(place) }
    self.places = places
  }

  fileprivate func read(
    _ text: UnsafeRawBufferPointer, rows: Int, into values: UnsafeMutablePointer<Double>
  ) -> MacrostateTextProgress {
    places.withUnsafeBufferPointer { places in
      var table = MacrostateTextTable(columns: names.count, width: width, places: places.baseAddress)
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
    default: nil
    }
  }
}
