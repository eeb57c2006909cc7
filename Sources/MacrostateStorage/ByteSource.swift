/// Bytes that lie in a file as they are, or deflated: a whole file, or a member of an archive.
struct ByteSource: Sendable {
  let file: RandomAccessFile
  /// The place of the bytes in the file.
  let range: Range<Int>
  /// The facts about deflated bytes; nil where they lie as they are.
  let deflated: Deflated?

  /// The size and the check sum of deflated bytes.
  struct Deflated: Sendable {
    var byteCount: Int
    var crc32: UInt32
    /// The name in messages.
    var name: String
  }

  /// All bytes of a file.
  init(_ file: RandomAccessFile) {
    self.init(file, 0..<file.count)
  }

  /// The bytes `range` of a file, which unpack to what `deflated` says, if anything.
  init(_ file: RandomAccessFile, _ range: Range<Int>, deflated: Deflated? = nil) {
    self.file = file
    self.range = range
    self.deflated = deflated
  }

  /// The number of bytes, unpacked.
  var byteCount: Int { deflated?.byteCount ?? range.count }

  /// A reader of the bytes from their start.
  func stream() throws -> any ByteStream {
    if let deflated { return try InflatingStream(file, range, deflated) }
    return PlainStream(file, range)
  }
}

/// A reader of bytes from start to end. Not for use by several threads at once.
protocol ByteStream: AnyObject {
  /// The number of bytes read.
  var position: Int { get }
  /// Fills `target` with the next bytes.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if there are fewer, or they are damaged.
  func read(into target: UnsafeMutableRawBufferPointer) throws
  /// Passes over the next `count` bytes.
  func skip(_ count: Int) throws
}

extension ByteStream {
  /// The next `count` bytes.
  func bytes(_ count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { target, filled in
      try read(into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(target)[..<count]))
      filled = count
    }
  }
}

/// Bytes as they lie in a file.
private final class PlainStream: ByteStream {
  private let file: RandomAccessFile
  private let start: Int
  private(set) var position = 0

  init(_ file: RandomAccessFile, _ range: Range<Int>) {
    self.file = file
    start = range.lowerBound
  }

  func read(into target: UnsafeMutableRawBufferPointer) throws {
    try file.read(at: start + position, into: target)
    position += target.count
  }

  func skip(_ count: Int) { position += count }
}
