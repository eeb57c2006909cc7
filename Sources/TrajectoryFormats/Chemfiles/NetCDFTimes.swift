import Foundation
import MacrostateStorage

/// The times in an Amber trajectory, a file of NetCDF's classic formats (CDF-1, CDF-2 and CDF-5; Unidata's
/// specification): the variable `time`, one number a record.
///
/// chemfiles 0.10 reads everything else, and leaves the times out.
package struct NetCDFTimes {
  private let file: RandomAccessFile
  /// Where the first number is, and how far the next is from it.
  private var place: (start: Int, stride: Int)?
  private var isDouble = false
  private var count = 0

  /// - Throws: `MacrostateError` of kind `missingInput` if it cannot be read; `badData` if the header is damaged.
  package init(_ url: URL) throws {
    file = try RandomAccessFile(url)
    var header = try NetCDFHeader(file)
    let variables = try header.variables()
    count = header.recordCount ?? Int.max
    guard let time = variables.first(where: { $0.name == "time" }), time.isRecord, time.elementCount == 1,
      let isDouble = time.type == 6 ? true : time.type == 5 ? false : nil
    else { return }
    self.isDouble = isDouble
    let records = variables.filter(\.isRecord)
    // A record of one variable alone has no room between.
    let size = records.count == 1 ? (isDouble ? 8 : 4) : records.reduce(0) { $0 &+ $1.size }
    guard time.start >= 0, size > 0 else { return }
    place = (time.start, size)
  }

  /// The time of a frame, in ps; nil where the file says none.
  package func time(ofFrame frame: Int) throws -> Double? {
    guard let place, frame < count else { return nil }
    let (distance, overflow) = frame.multipliedReportingOverflow(by: place.stride)
    let (start, overflows) = place.start.addingReportingOverflow(distance)
    let size = isDouble ? 8 : 4
    guard !overflow, !overflows, start <= file.count - size else { return nil }
    let bytes = Array(try file.bytes(at: start, count: size).reversed())
    if isDouble { return Double(bitPattern: bytes.integer(at: 0)) }
    return Double(Float(bitPattern: bytes.integer(at: 0)))
  }
}

/// The header of a NetCDF file, read from its start.
struct NetCDFHeader {
  /// A variable.
  struct Variable {
    let name: String
    let type: Int
    /// Whether it has a value for each record.
    let isRecord: Bool
    /// The number of elements, of a record where it is one.
    let elementCount: Int
    /// The number of bytes with those that fill up to four.
    let size: Int
    let start: Int
  }

  private let bytes: [UInt8]
  private let url: URL
  private var place = 4
  private let version: UInt8
  /// The number of records; nil while the file is being written.
  private(set) var recordCount: Int?

  /// Far more than the header of any trajectory has.
  private static let longest = 1 << 20

  init(_ file: RandomAccessFile) throws {
    url = file.url
    bytes = try file.bytes(at: 0, count: min(file.count, Self.longest))
    version = bytes.count > 4 ? bytes[3] : 0
    guard bytes.starts(with: Array("CDF".utf8)), [1, 2, 5].contains(version) else { throw damaged }
    let streaming = version == 5 ? Int.max : Int(UInt32.max)
    let number = try integer(isWide: version == 5)
    recordCount = number == streaming || number < 0 ? nil : number
  }

  private var damaged: MacrostateError {
    MacrostateError(
      .badData, "\(url.path): byte \(place): its header is not one of NetCDF, or is cut off; copy or write it again")
  }

  private mutating func integer(isWide: Bool) throws -> Int {
    let size = isWide ? 8 : 4
    guard place + size <= bytes.count else { throw damaged }
    defer { place += size }
    return bytes[place..<(place + size)].reduce(0) { $0 << 8 | Int($1) }
  }

  private mutating func length() throws -> Int {
    let length = try integer(isWide: version == 5)
    guard 0...bytes.count ~= length else { throw damaged }
    return length
  }

  private mutating func skip(_ count: Int) throws {
    let padded = (count + 3) / 4 * 4
    guard count >= 0, padded <= bytes.count - place else { throw damaged }
    place += padded
  }

  private mutating func name() throws -> String {
    let count = try length()
    let start = place
    try skip(count)
    return String(decoding: bytes[start..<(start + count)], as: UTF8.self)
  }

  /// The number of items in a list, which begins with a mark.
  private mutating func listCount() throws -> Int {
    _ = try integer(isWide: false)
    return try length()
  }

  private mutating func skipAttributes() throws {
    for _ in 0..<(try listCount()) {
      _ = try name()
      let type = try integer(isWide: false)
      let count = try length()
      try skip(count * Self.elementSize(type))
    }
  }

  /// The size of an element of a type.
  static func elementSize(_ type: Int) -> Int {
    switch type {
    case 1, 2, 7: 1
    case 3, 8: 2
    case 4, 5, 9: 4
    default: 8
    }
  }

  /// All variables.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if the header is damaged.
  mutating func variables() throws -> [Variable] {
    var lengths: [Int] = []
    for _ in 0..<(try listCount()) {
      _ = try name()
      lengths.append(try integer(isWide: version == 5))
    }
    try skipAttributes()
    var result: [Variable] = []
    for _ in 0..<(try listCount()) {
      let name = try name()
      var dimensions: [Int] = []
      for _ in 0..<(try length()) { dimensions.append(try integer(isWide: version == 5)) }
      guard dimensions.allSatisfy(lengths.indices.contains) else { throw damaged }
      try skipAttributes()
      let type = try integer(isWide: false)
      let size = try integer(isWide: version == 5)
      let start = try integer(isWide: version != 1)
      let isRecord = dimensions.first.map { lengths[$0] == 0 } ?? false
      let count = dimensions.dropFirst(isRecord ? 1 : 0).reduce(1) { $0.multipliedReportingOverflow(by: lengths[$1]).0 }
      result.append(
        Variable(name: name, type: type, isRecord: isRecord, elementCount: count, size: size, start: start))
    }
    return result
  }
}
