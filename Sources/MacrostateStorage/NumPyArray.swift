import Foundation

/// An array read from a `.npy` file or out of a `.npz` file, with elements of any type, converted when they are asked
/// for.
///
/// Elements are numbered in C order, whatever the order in the file. What can be read at any place (a `.npy` file, an
/// uncompressed member of a `.npz` file) stays on the disk, and of the rest at most two blocks are in memory
/// (`NumPyBlocks`), so the array may be larger than memory.
public struct NumPyArray: Sendable {
  private enum Storage: Sendable {
    case file(RandomAccessFile, dataOffset: Int)
    case blocks(NumPyBlocks)
  }

  /// The array's name in messages: its path, and the member of a `.npz` file.
  public let name: String
  /// The type of the elements.
  public let elementType: NumPyElementType
  /// The array's shape; empty for a single number.
  public let shape: [Int]
  private let isBigEndian: Bool
  private let storage: Storage

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// Opens the `.npy` file at `url`.
  ///
  /// - Parameter blockByteCount: the memory that a block of an array in Fortran order should take.
  /// - Throws: `MacrostateError` of kind `missingInput` if the file cannot be read; `badData` if it is no `.npy` file,
  ///   is truncated, or has elements that are neither numbers nor text.
  public init(_ url: URL, blockByteCount: Int? = nil) throws {
    try self.init(ByteSource(RandomAccessFile(url)), name: url.path, blockByteCount: blockByteCount)
  }

  init(_ source: ByteSource, name: String, blockByteCount: Int? = nil) throws {
    let (header, dataOffset) = try NumPyHeader.parse(fileByteCount: source.byteCount, name: name) { count in
      try source.stream().bytes(min(count, source.byteCount))
    }
    self.name = name
    elementType = header.elementType
    shape = header.shape
    isBigEndian = header.isBigEndian
    if source.deflated == nil, !header.isFortranOrder {
      storage = .file(source.file, dataOffset: source.range.lowerBound + dataOffset)
    } else {
      let blocks = NumPyBlocks(
        source, dataOffset: dataOffset, header: header, blockByteCount: blockByteCount ?? NumPyBlocks.defaultByteCount)
      try blocks.begin()
      storage = .blocks(blocks)
    }
    if elementType == .longDouble { try checkLongDoubles() }
  }

  /// The elements `range` (all by default) as `Float`, rounded if they are of a finer type, infinite if they are larger
  /// than any.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if they are text, or the file is damaged.
  public func floats(in range: Range<Int>? = nil) throws -> [Float] {
    switch (elementType, isBigEndian) {
    case (.float32, false): try copied(range ?? 0..<count)
    case (.float32, true): try bits(range ?? 0..<count) { Float(bitPattern: $0) }
    default: try doubles(in: range).map { Float($0) }
    }
  }

  /// The elements `range` (all by default) as `Double`; integers beyond 2⁵³ are rounded.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if they are text, or the file is damaged.
  public func doubles(in range: Range<Int>? = nil) throws -> [Double] {
    let range = range ?? 0..<count
    // Closures, since a bare `Double.init` takes a UInt64 for a bit pattern.
    switch elementType {
    case .float16: return try bits(range) { Double(halfBitPattern: $0) }
    case .float32: return try bits(range) { Double(Float(bitPattern: $0)) }
    case .float64: return isBigEndian ? try bits(range) { Double(bitPattern: $0) } : try copied(range)
    case .longDouble: return try longDoubles(range).map(\.value)
    case .int8: return try bits(range) { (bits: Int8) in Double(bits) }
    case .int16: return try bits(range) { (bits: Int16) in Double(bits) }
    case .int32: return try bits(range) { (bits: Int32) in Double(bits) }
    case .int64: return try bits(range) { (bits: Int64) in Double(bits) }
    case .uint8, .bool: return try bits(range) { (bits: UInt8) in Double(bits) }
    case .uint16: return try bits(range) { (bits: UInt16) in Double(bits) }
    case .uint32: return try bits(range) { (bits: UInt32) in Double(bits) }
    case .uint64: return try bits(range) { (bits: UInt64) in Double(bits) }
    case .characters, .bytes: throw textForNumbers
    }
  }

  /// The elements `range` (all by default) as `Int64`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if an element is not a whole number that fits.
  public func int64s(in range: Range<Int>? = nil) throws -> [Int64] {
    let range = range ?? 0..<count
    return switch elementType {
    case .float16, .float32, .float64, .longDouble: try exact(doubles(in: range), range) { Int64(exactly: $0) }
    case .int8: try bits(range) { (bits: Int8) in Int64(bits) }
    case .int16: try bits(range) { (bits: Int16) in Int64(bits) }
    case .int32: try bits(range) { (bits: Int32) in Int64(bits) }
    case .int64: try bits(range) { (bits: Int64) in bits }
    case .uint8, .bool: try bits(range) { (bits: UInt8) in Int64(bits) }
    case .uint16: try bits(range) { (bits: UInt16) in Int64(bits) }
    case .uint32: try bits(range) { (bits: UInt32) in Int64(bits) }
    case .uint64: try exact(bits(range) { (bits: UInt64) in bits }, range) { Int64(exactly: $0) }
    case .characters, .bytes: throw textForNumbers
    }
  }

  /// All elements as text.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if they are numbers, or the file is damaged.
  public func texts() throws -> [String] {
    let bytes: [UInt8] = try read(0..<count)
    let size = elementType.byteCount
    let places = (0..<count).map { ($0 * size)..<(($0 + 1) * size) }
    switch elementType {
    case .bytes:
      return places.map { String(decoding: bytes[$0].prefix { $0 != 0 }, as: UTF8.self) }
    case .characters:
      let shifts: [UInt32] = isBigEndian ? [24, 16, 8, 0] : [0, 8, 16, 24]
      return places.map { place in
        let codes = stride(from: place.lowerBound, to: place.upperBound, by: 4).map { start in
          zip(shifts, bytes[start...]).reduce(UInt32(0)) { $0 | UInt32($1.1) << $1.0 }
        }
        return String(decoding: codes.prefix { $0 != 0 }, as: UTF32.self)
      }
    default:
      throw MacrostateError(
        .badData, "\(name): it holds numbers ('\(elementType.descriptor)') where names are needed; save text")
    }
  }

  /// Checks that the elements are numbers.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if they are text.
  public func requireNumbers() throws {
    if elementType.isText { throw textForNumbers }
  }

  private var textForNumbers: MacrostateError {
    MacrostateError(
      .badData,
      "\(name): it holds text (type '\(elementType.descriptor)') where numbers are needed; save numbers instead, such as 1 "
        + "for the first name, 2 for the second (in Python numpy.unique(x, return_inverse=True)[1])")
  }

  private func exact<Source>(
    _ values: [Source], _ range: Range<Int>, _ convert: (Source) -> Int64?
  ) throws -> [Int64] {
    var result: [Int64] = []
    result.reserveCapacity(values.count)
    for (offset, value) in values.enumerated() {
      guard let converted = convert(value) else {
        throw MacrostateError(
          .badData,
          "\(name): element \(range.lowerBound + offset) is \(value), not a whole number of 64 bits; "
            + "save integers (in Python x.astype('i8'))")
      }
      result.append(converted)
    }
    return result
  }

  /// Checks that 128-bit numbers are those of x86, in which alone they can be read.
  private func checkLongDoubles() throws {
    var isAllZero = true
    for start in stride(from: 0, to: count, by: 1 << 16) {
      for number in try longDoubles(start..<min(count, start + 1 << 16)) {
        guard number.isPlausible else {
          throw MacrostateError(.badData, "\(name): \(NumPyDescriptor.longDoubleRefusal)")
        }
        isAllZero = isAllZero && number.value == 0
      }
    }
    // On another kind of machine, whole numbers have their bits where x86 has none.
    if isAllZero && count > 0 { throw MacrostateError(.badData, "\(name): \(NumPyDescriptor.longDoubleRefusal)") }
  }

  private func longDoubles(_ range: Range<Int>) throws -> [LongDouble] {
    let words: [UInt64] = try read(range)
    return stride(from: 0, to: words.count, by: 2).map { LongDouble(significand: words[$0], head: words[$0 + 1]) }
  }

  /// The elements `range`, converted from their bits.
  private func bits<Bits: FixedWidthInteger & BitwiseCopyable, Value>(
    _ range: Range<Int>, _ convert: (Bits) -> Value
  ) throws -> [Value] {
    let bits: [Bits] = try read(range)
    return isBigEndian ? bits.map { convert(Bits(bigEndian: $0)) } : bits.map { convert(Bits(littleEndian: $0)) }
  }

  /// The elements `range`, which are of this type.
  private func copied<Element: NumPyElement>(_ range: Range<Int>) throws -> [Element] { try read(range) }

  /// The bytes of the elements `range`, as units of which one or more make an element.
  private func read<Unit: BitwiseCopyable>(_ range: Range<Int>) throws -> [Unit] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the array")
    let size = elementType.byteCount
    let unitCount = range.count * size / MemoryLayout<Unit>.size
    return try [Unit](unsafeUninitializedCapacity: unitCount) { target, filled in
      let bytes = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: target[..<unitCount]))
      switch storage {
      case .file(let file, let offset): try file.read(at: offset + range.lowerBound * size, into: bytes)
      case .blocks(let blocks): try blocks.read(at: range.lowerBound * size, into: bytes)
      }
      filled = unitCount
    }
  }
}
