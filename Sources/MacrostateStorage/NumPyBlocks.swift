import Foundation
import Synchronization

/// The elements, in C order, of an array that can only be read from start to end: it is compressed, or in Fortran order.
///
/// They are kept in blocks of rows (all that belongs to one first index), each made by one passage over the source. An
/// array that fits into one block is read once; a larger one never takes more memory than two. Threads may share it.
final class NumPyBlocks: Sendable {
  /// The size of a block.
  static let defaultByteCount = 1 << 29

  private struct State {
    var stream: (any ByteStream)?
    /// The blocks that were used last, the latest at the end.
    var blocks: [(number: Int, bytes: [UInt8])] = []
  }

  private let source: ByteSource
  private let dataOffset: Int
  private let elementSize: Int
  private let shape: [Int]
  private let isFortranOrder: Bool
  private let rowSize: Int
  private let rowsPerBlock: Int
  private let state = Mutex(State())

  /// The elements behind the header of `dataOffset` bytes.
  init(_ source: ByteSource, dataOffset: Int, header: NumPyHeader, blockByteCount: Int = defaultByteCount) {
    self.source = source
    self.dataOffset = dataOffset
    elementSize = header.elementType.byteCount
    // A single number is a row of one element, too.
    shape = header.shape.isEmpty ? [1] : header.shape
    isFortranOrder = header.isFortranOrder
    rowSize = shape.dropFirst().reduce(elementSize, *)
    rowsPerBlock = max(1, blockByteCount / max(1, rowSize))
  }

  /// Makes the first block, which is all of a small array: damage is found before anything is made of it.
  func begin() throws {
    guard rowSize > 0, shape[0] > 0 else { return }
    _ = try state.withLock { try block(0, &$0).count }
  }

  /// Copies the bytes of the elements in C order from byte `start` on.
  func read(at start: Int, into target: UnsafeMutableRawBufferPointer) throws {
    let blockSize = rowsPerBlock * rowSize
    var done = 0
    while done < target.count {
      let number = (start + done) / blockSize
      done += try state.withLock { state in
        let bytes = try block(number, &state)
        let first = start + done - number * blockSize
        let count = min(bytes.count - first, target.count - done)
        bytes.withUnsafeBytes { bytes in
          UnsafeMutableRawBufferPointer(rebasing: target[done..<(done + count)])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[first..<(first + count)]))
        }
        return count
      }
    }
  }

  private func block(_ number: Int, _ state: inout State) throws -> [UInt8] {
    if let place = state.blocks.firstIndex(where: { $0.number == number }) {
      state.blocks.append(state.blocks.remove(at: place))
    } else {
      if state.blocks.count > 1 { state.blocks.removeFirst() }
      let rows = (number * rowsPerBlock)..<min((number + 1) * rowsPerBlock, shape[0])
      let bytes = isFortranOrder ? try transposed(rows, &state) : try plain(rows, &state)
      state.blocks.append((number, bytes))
    }
    return state.blocks[state.blocks.count - 1].bytes
  }

  /// The stream, at the byte `offset` behind the header; it carries on where that is ahead.
  private func stream(at offset: Int, _ state: inout State) throws -> any ByteStream {
    let position = dataOffset + offset
    var stream = try state.stream ?? source.stream()
    if stream.position > position { stream = try source.stream() }
    // A stream that fails is not to be used again.
    state.stream = nil
    try stream.skip(position - stream.position)
    return stream
  }

  private func plain(_ rows: Range<Int>, _ state: inout State) throws -> [UInt8] {
    let stream = try stream(at: rows.lowerBound * rowSize, &state)
    let bytes = try stream.bytes(rows.count * rowSize)
    state.stream = stream
    return bytes
  }

  /// The rows of an array in Fortran order: every column (all that belongs to one set of further indices) gives one
  /// element to each.
  private func transposed(_ rows: Range<Int>, _ state: inout State) throws -> [UInt8] {
    let stream = try stream(at: 0, &state)
    let size = elementSize
    var place = ColumnPlace(shape: Array(shape.dropFirst()), elementSize: size)
    let bytes = try [UInt8](unsafeUninitializedCapacity: rows.count * rowSize) { target, filled in
      var element = 0
      var left = shape[0] * (rowSize / size)
      while left > 0 {
        let piece = try stream.bytes(min(left, 1 << 20) * size)
        let count = piece.count / size
        piece.withUnsafeBytes { piece in
          var from = 0
          while from < count {
            // The elements of one column that are in this piece.
            let row = element % shape[0]
            let length = min(count - from, shape[0] - row)
            let wanted = rows.clamped(to: row..<(row + length))
            for row in wanted {
              let source = piece.baseAddress.map { $0 + (from + row - element % shape[0]) * size }
              let offset = (row - rows.lowerBound) * rowSize + place.offset
              if let source, let target = target.baseAddress { memcpy(target + offset, source, size) }
            }
            from += length
            element += length
            if element % shape[0] == 0 { place.advance() }
          }
        }
        left -= count
      }
      filled = rows.count * rowSize
    }
    state.stream = stream
    return bytes
  }
}

/// The place in a row of the element of a column, as the columns follow each other in Fortran order.
private struct ColumnPlace {
  private let shape: [Int]
  private let strides: [Int]
  private var indices: [Int]
  /// The byte in the row.
  private(set) var offset = 0

  init(shape: [Int], elementSize: Int) {
    self.shape = shape
    var strides = [Int](repeating: elementSize, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    self.strides = strides
    indices = [Int](repeating: 0, count: shape.count)
  }

  mutating func advance() {
    for axis in shape.indices {
      indices[axis] += 1
      offset += strides[axis]
      if indices[axis] < shape[axis] { return }
      offset -= shape[axis] * strides[axis]
      indices[axis] = 0
    }
  }
}
