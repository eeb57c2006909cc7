import Foundation

/// Writes a `.npy` file row by row; the number of rows may be known only at the end.
///
/// Not atomic by itself: write inside `AtomicFile.writeFolder`. Not for use by several threads at once.
public final class NumPyWriter<Element: NumPyElement> {
  /// The shape of one row; empty where a row is a single number.
  public let rowShape: [Int]
  private let rowLength: Int
  private let file: OutputFile
  private var elementCount = 0

  /// Starts the file at `url`, an array of shape `[rows] + rowShape`.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if the file cannot be created.
  public init(_ url: URL, rowShape: [Int] = []) throws {
    precondition(rowShape.count <= 3 && rowShape.allSatisfy { $0 > 0 }, "a row has 0 to 3 axes, none empty")
    self.rowShape = rowShape
    rowLength = rowShape.reduce(1, *)
    file = try OutputFile(url, headerLength: NumPyHeader.writtenLength)
  }

  /// The number of whole rows so far.
  public var rowCount: Int { elementCount / rowLength }

  /// Appends the elements of whole rows.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if the disk is full or the file cannot be written.
  public func append(_ elements: UnsafeBufferPointer<Element>) throws {
    precondition(elements.count % rowLength == 0, "only whole rows can be appended")
    try file.write(UnsafeRawBufferPointer(elements))
    elementCount += elements.count
  }

  /// Appends the elements of whole rows.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if the disk is full or the file cannot be written.
  public func append(_ elements: [Element]) throws {
    try elements.withUnsafeBufferPointer(append)
  }

  /// Ends a section of the file: the rows appended since the last call, or the start.
  ///
  /// - Returns: the size and the check sum of their bytes.
  public func endSection() -> FileRecord { file.endSection() }

  /// Writes the header with the number of rows, waits until the disk has it all, and closes the file.
  ///
  /// - Returns: the file's size and check sum.
  /// - Throws: `MacrostateError` of kind `failure` if the disk is full or the file cannot be written.
  @discardableResult
  public func close() throws -> FileRecord {
    let header = NumPyHeader(elementType: Element.numPyType, shape: [rowCount] + rowShape)
    return try file.close(header: header.encoded)
  }
}

/// Whole arrays as `.npy` files.
public enum NumPyFile {
  /// The bytes of a file of `elements` with `shape`.
  public static func bytes<Element: NumPyElement>(_ elements: [Element], shape: [Int]) -> [UInt8] {
    let header = NumPyHeader(elementType: Element.numPyType, shape: shape)
    precondition(header.elementCount == elements.count, "as many elements as the shape says")
    return header.encoded + elements.withUnsafeBytes(Array.init)
  }

  /// Writes `elements` as an array of `shape` to `url`, whole or not at all.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if the disk is full or the file cannot be written.
  @discardableResult
  public static func write<Element: NumPyElement>(
    _ elements: [Element], shape: [Int], to url: URL
  ) throws -> FileRecord {
    let header = NumPyHeader(elementType: Element.numPyType, shape: shape)
    precondition(header.elementCount == elements.count, "as many elements as the shape says")
    return try AtomicFile.write(to: url) { file in
      try header.encoded.withUnsafeBytes(file.write)
      try elements.withUnsafeBytes(file.write)
    }
  }
}
