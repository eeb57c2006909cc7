import Foundation
import MacrostateStorage

/// A file in GSD's layout, versions 1 and 2: arrays with names, by frame.
///
/// A header of 256 bytes says where the index and the list of names are. An entry of the index is an array of a frame: the
/// number of its name, its shape and its place. The index is in the order of frames; what follows its last entry is 0.
final class GSDFile {
  /// An array of a frame.
  struct Chunk {
    let name: String
    let rows: Int
    let columns: Int
    let element: GSDElement
    /// The bytes in the file.
    let bytes: Range<Int>
  }

  let file: RandomAccessFile
  /// The names of all arrays of all frames.
  let names: [String]
  /// The number of frames.
  let frameCount: Int
  private let index: Range<Int>
  private let entryCount: Int
  private var window: (first: Int, bytes: [UInt8]) = (0, [])

  /// The bytes with which every file begins.
  static let magic: [UInt8] = Array(repeating: [0xDF, 0x65], count: 4).flatMap(\.self)
  private static let entrySize = 32
  private static let entriesAtOnce = 512
  /// Far more than 65 536 names need.
  private static let longestNames = 1 << 24

  /// Opens the file at `url`, whose arrays must be of `schema`.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if it cannot be read; `badData` if it is no such file.
  init(_ url: URL, schema: String) throws {
    let file = try RandomAccessFile(url)
    let header = try GSDHeader(file)
    guard header.schema == schema else {
      throw GSDHeader.error(file, "its schema is '\(header.schema)', and only '\(schema)' is known")
    }
    self.file = file
    names = try Self.names(file, in: header.names, areFixed: header.version.major == 1)
    index = header.index
    let entryCount = try Self.entryCount(file, header.index)
    self.entryCount = entryCount
    frameCount =
      try entryCount == 0
      ? 0
      : Self.frame(
        of: file.bytes(at: header.index.lowerBound + (entryCount - 1) * Self.entrySize, count: 8)) + 1
    // A frame that sets nothing takes no bytes, but nobody writes so many of them.
    guard frameCount <= entryCount + (1 << 16) else {
      throw GSDHeader.error(
        file,
        "its index has \(entryCount) entries for \(frameCount) frames; the file is damaged: copy or write it again")
    }
  }

  /// Where the index begins.
  var start: Int { index.lowerBound }

  private func place(_ number: Int) -> Int { index.lowerBound + number * Self.entrySize }

  /// The arrays of `frame`, by name, and where the entries of the next frame begin.
  ///
  /// - Parameter place: where those of the frame begin; a frame without any begins where the next does.
  func chunks(ofFrame frame: Int, at place: Int) throws -> (chunks: [String: Chunk], next: Int) {
    var found: [String: Chunk] = [:]
    var number = (place - start) / Self.entrySize
    while (0..<entryCount).contains(number) {
      let entry = try entry(number)
      let owner = Self.frame(of: entry)
      guard owner >= frame else { throw damaged(number, "it is of frame \(owner), and stands behind frame \(frame)") }
      guard owner == frame else { break }
      let chunk = try chunk(entry, number)
      guard found.updateValue(chunk, forKey: chunk.name) == nil else {
        throw damaged(number, "'\(chunk.name)' is in frame \(frame) twice")
      }
      number += 1
    }
    return (found, self.place(number))
  }

  private func chunk(_ entry: ArraySlice<UInt8>, _ number: Int) throws -> Chunk {
    let (rows, location): (UInt64, UInt64) = (entry.integer(at: 8), entry.integer(at: 16))
    let (columns, id): (UInt32, UInt16) = (entry.integer(at: 24), entry.integer(at: 28))
    guard Int(id) < names.count else { throw damaged(number, "its name has the number \(id) of \(names.count)") }
    let name = names[Int(id)]
    guard let element = GSDElement(rawValue: entry[entry.startIndex + 30]) else {
      throw damaged(number, "'\(name)' has elements of the unknown type \(entry[entry.startIndex + 30])")
    }
    let (count, overflow) = rows.multipliedReportingOverflow(by: UInt64(columns))
    let (size, overflows) = count.multipliedReportingOverflow(by: UInt64(element.size))
    guard !overflow, !overflows, let first = Int(exactly: location), let length = Int(exactly: size),
      first >= GSDHeader.size, first <= file.count, length <= file.count - first
    else {
      throw damaged(
        number, "'\(name)' has \(rows) × \(columns) elements from byte \(location) on, and the file \(file.count) bytes"
      )
    }
    return Chunk(
      name: name, rows: Int(rows), columns: Int(columns), element: element, bytes: first..<(first + length))
  }

  private func entry(_ number: Int) throws -> ArraySlice<UInt8> {
    if !(window.first..<(window.first + window.bytes.count / Self.entrySize)).contains(number) {
      let count = min(Self.entriesAtOnce, entryCount - number)
      window = (
        number,
        try file.bytes(at: place(number), count: count * Self.entrySize)
      )
    }
    let start = (number - window.first) * Self.entrySize
    return window.bytes[start..<(start + Self.entrySize)]
  }

  private func damaged(_ number: Int, _ problem: String) -> MacrostateError {
    GSDHeader.error(
      file,
      "entry \(number) of its index is damaged: \(problem); the file is cut off or damaged: copy or write it again")
  }

  // MARK: Opening

  /// The frame of an entry; of one that is damaged, a number that no file has.
  private static func frame(of entry: some RandomAccessCollection<UInt8>) -> Int {
    Int(min(entry.integer(at: 0), UInt64(1) << 48))
  }

  /// The number of entries before those that are 0.
  private static func entryCount(_ file: RandomAccessFile, _ index: Range<Int>) throws -> Int {
    var range = 0..<(index.count / entrySize)
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      let location: UInt64 = try file.bytes(at: index.lowerBound + middle * entrySize + 16, count: 8).integer(at: 0)
      range = location == 0 ? range.lowerBound..<middle : (middle + 1)..<range.upperBound
    }
    return range.lowerBound
  }

  /// The names: each in 64 bytes in version 1, one after the other in version 2, each with a 0 behind it.
  private static func names(_ file: RandomAccessFile, in block: Range<Int>, areFixed: Bool) throws -> [String] {
    guard block.count <= longestNames else {
      throw GSDHeader.error(file, "its list of names has \(block.count) bytes; the file is damaged")
    }
    let bytes = try file.bytes(at: block.lowerBound, count: block.count)
    let names =
      areFixed
      ? stride(from: 0, to: bytes.count, by: GSDHeader.nameSize).map { bytes[$0..<($0 + GSDHeader.nameSize)].text }
      : bytes.split(separator: 0, omittingEmptySubsequences: false).map(\.text)
    return Array(names.prefix { !$0.isEmpty })
  }
}
