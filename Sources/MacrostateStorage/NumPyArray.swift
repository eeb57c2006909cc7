import Foundation

/// An array read from a `.npy` file or out of a `.npz` file, with elements of any type, converted when they are asked
/// for.
///
/// A `.npy` file and an uncompressed member of a `.npz` file stay on the disk, so the array may be larger than memory.
/// Elements are numbered in C order.
public struct NumPyArray: Sendable {
  /// What messages call the array: its path, and the member of a `.npz` file.
  public let name: String
  /// The type of the elements.
  public let elementType: NumPyElementType
  /// The array's shape; empty for a single number.
  public let shape: [Int]
  private let data: ByteRegion

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// Opens the `.npy` file at `url`.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if the file cannot be read; `badData` if it is no `.npy` file,
  ///   is truncated, or has elements that are not plain little-endian numbers in C order.
  public init(_ url: URL) throws {
    let file = try MappedFile(url)
    try self.init(ByteRegion(file, 0..<file.bytes.count), name: url.path)
  }

  init(_ file: ByteRegion, name: String) throws {
    let (header, offset) = try file.withUnsafeBytes { try NumPyHeader.parse($0, name: name) }
    self.name = name
    elementType = header.elementType
    shape = header.shape
    data = file.dropFirst(offset)
  }

  /// The elements `range` (all by default) as `Float`, rounded if they are of a finer type.
  public func floats(in range: Range<Int>? = nil) -> [Float] {
    if elementType == .float32 { return copied(range ?? 0..<count) }
    return doubles(in: range).map { Float($0) }
  }

  /// The elements `range` (all by default) as `Double`; integers beyond 2⁵³ are rounded.
  public func doubles(in range: Range<Int>? = nil) -> [Double] {
    let range = range ?? 0..<count
    // Closures, since a bare `Double.init` takes a UInt64 for a bit pattern.
    switch elementType {
    case .float32: return (copied(range) as [Float]).map { Double($0) }
    case .float64: return copied(range)
    case .int8: return (copied(range) as [Int8]).map { Double($0) }
    case .int16: return (copied(range) as [Int16]).map { Double($0) }
    case .int32: return (copied(range) as [Int32]).map { Double($0) }
    case .int64: return (copied(range) as [Int64]).map { Double($0) }
    case .uint8, .bool: return (copied(range) as [UInt8]).map { Double($0) }
    case .uint16: return (copied(range) as [UInt16]).map { Double($0) }
    case .uint32: return (copied(range) as [UInt32]).map { Double($0) }
    case .uint64: return (copied(range) as [UInt64]).map { Double($0) }
    }
  }

  /// The elements `range` (all by default) as `Int32`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if an element is not a whole number that fits.
  public func int32s(in range: Range<Int>? = nil) throws -> [Int32] {
    try whole(range ?? 0..<count)
  }

  /// The elements `range` (all by default) as `Int64`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if an element is not a whole number that fits.
  public func int64s(in range: Range<Int>? = nil) throws -> [Int64] {
    try whole(range ?? 0..<count)
  }

  private func whole<Target: FixedWidthInteger>(_ range: Range<Int>) throws -> [Target] {
    switch elementType {
    case .float32, .float64: try exact(doubles(in: range), range) { Target(exactly: $0) }
    case .int8: try exact(copied(range) as [Int8], range) { Target(exactly: $0) }
    case .int16: try exact(copied(range) as [Int16], range) { Target(exactly: $0) }
    case .int32: try exact(copied(range) as [Int32], range) { Target(exactly: $0) }
    case .int64: try exact(copied(range) as [Int64], range) { Target(exactly: $0) }
    case .uint8, .bool: try exact(copied(range) as [UInt8], range) { Target(exactly: $0) }
    case .uint16: try exact(copied(range) as [UInt16], range) { Target(exactly: $0) }
    case .uint32: try exact(copied(range) as [UInt32], range) { Target(exactly: $0) }
    case .uint64: try exact(copied(range) as [UInt64], range) { Target(exactly: $0) }
    }
  }

  private func exact<Source, Target: FixedWidthInteger>(
    _ values: [Source], _ range: Range<Int>, _ convert: (Source) -> Target?
  ) throws -> [Target] {
    var result: [Target] = []
    result.reserveCapacity(values.count)
    for (offset, value) in values.enumerated() {
      guard let converted = convert(value) else {
        throw MacrostateError(
          .badData,
          "\(name): element \(range.lowerBound + offset) is \(value), not a whole number of \(Target.bitWidth) bits; "
            + "save integers (x.astype('<i8'))")
      }
      result.append(converted)
    }
    return result
  }

  /// The bytes of the elements `range`, which need not be aligned in a `.npz` file, as an array.
  private func copied<Element: BitwiseCopyable>(_ range: Range<Int>) -> [Element] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the array")
    let size = MemoryLayout<Element>.size
    return data.withUnsafeBytes { bytes in
      [Element](unsafeUninitializedCapacity: range.count) { target, filled in
        UnsafeMutableRawBufferPointer(target).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[(range.lowerBound * size)..<(range.upperBound * size)]))
        filled = range.count
      }
    }
  }
}
