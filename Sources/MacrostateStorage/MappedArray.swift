import Foundation

/// A `.npy` file of known element type, mapped into memory: random access without loading it.
///
///     let energies = try MappedArray<Double>(url)
///     let first = energies[0]
///
/// Elements are numbered in C order, the last axis fastest. Copies share the map.
public struct MappedArray<Element: NumPyElement>: Sendable {
  /// The array's shape.
  public let shape: [Int]
  /// The number of elements.
  public let count: Int
  @usableFromInline let file: MappedFile
  @usableFromInline let dataOffset: Int

  /// Maps the file at `url`.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if the file cannot be read; `badData` if it is no `.npy` file,
  ///   is truncated, or has elements of another type.
  public init(_ url: URL) throws {
    file = try MappedFile(url)
    let (header, offset) = try file.withBytes { try NumPyHeader.parse($0, name: url.path) }
    guard header.elementType == Element.numPyType, !header.isBigEndian else {
      throw MacrostateError(
        .badData,
        "\(url.path): elements of type '\(header.descriptor)' where '\(Element.numPyType.descriptor)' is needed; write "
          + "the file again")
    }
    guard !header.isFortranOrder else {
      throw MacrostateError(.badData, "\(url.path): in Fortran order; write the file again in C order")
    }
    guard offset % MemoryLayout<Element>.alignment == 0 else {
      throw MacrostateError(.badData, "\(url.path): its data is not aligned; write it again with numpy.save")
    }
    shape = header.shape
    count = header.elementCount
    dataOffset = offset
  }

  /// The file's place.
  public var url: URL { file.url }

  /// Asks the system to read the whole file ahead into memory, in the background.
  public func readAhead() { file.readAhead() }

  /// The elements, valid only as long as something keeps this array: for the hot loops of this package.
  @inlinable var elements: UnsafeBufferPointer<Element> {
    let start = file.bytes.baseAddress.map { ($0 + dataOffset).assumingMemoryBound(to: Element.self) }
    return UnsafeBufferPointer(start: start, count: count)
  }

  /// The element number `index` in C order.
  @inlinable public subscript(index: Int) -> Element {
    precondition(index >= 0 && index < count, "index outside the array")
    return withExtendedLifetime(file) { elements[index] }
  }

  /// Calls `body` with all elements in C order; the pointer is valid only during the call.
  @inlinable public func withUnsafeBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(file) {} }
    return try body(elements)
  }

  /// Calls `body` with the elements `range` in C order; the pointer is valid only during the call.
  @inlinable public func withUnsafeBufferPointer<Result, Failure: Error>(
    in range: Range<Int>, _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the array")
    defer { withExtendedLifetime(file) {} }
    return try body(UnsafeBufferPointer(rebasing: elements[range]))
  }
}
