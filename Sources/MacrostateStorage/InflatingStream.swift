import CZlib
import Foundation

/// Deflated bytes of a file, unpacked piece by piece; the check sum is compared when the last one has been read.
final class InflatingStream: ByteStream {
  private(set) var position = 0
  private let file: RandomAccessFile
  private let deflated: ByteSource.Deflated
  /// The bytes of the file that have not been read.
  private var rest: Range<Int>
  /// The bytes that were read last, which zlib has a pointer into.
  private let input: UnsafeMutableRawBufferPointer
  private let state: UnsafeMutablePointer<z_stream>
  private var checksum = Checksum()

  private static let pieceSize = 1 << 18

  init(_ file: RandomAccessFile, _ range: Range<Int>, _ deflated: ByteSource.Deflated) throws {
    self.file = file
    self.deflated = deflated
    rest = range
    input = .allocate(byteCount: Self.pieceSize, alignment: 16)
    // On the heap, since zlib keeps its address.
    state = .allocate(capacity: 1)
    state.initialize(to: z_stream())
    guard inflateInit2_(state, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw MacrostateError(.failure, "\(file.url.path): no memory to unpack it")
    }
  }

  deinit {
    inflateEnd(state)
    state.deallocate()
    input.deallocate()
  }

  func read(into target: UnsafeMutableRawBufferPointer) throws {
    var done = 0
    while done < target.count {
      if state.pointee.avail_in == 0 { try refill() }
      let piece = min(target.count - done, 1 << 30)
      state.pointee.next_out = target.baseAddress.map { ($0 + done).assumingMemoryBound(to: UInt8.self) }
      state.pointee.avail_out = uInt(piece)
      let status = inflate(state, Z_NO_FLUSH)
      let count = piece - Int(state.pointee.avail_out)
      done += count
      guard status == Z_OK || done == target.count else { throw corrupted }
      guard count > 0 || state.pointee.avail_in == 0 else { throw corrupted }
    }
    checksum.update(UnsafeRawBufferPointer(target))
    position += target.count
    if position == deflated.byteCount, checksum.value != deflated.crc32 { throw corrupted }
  }

  func skip(_ count: Int) throws {
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: min(count, Self.pieceSize), alignment: 16)
    defer { scratch.deallocate() }
    var left = count
    while left > 0 {
      let piece = min(left, scratch.count)
      try read(into: UnsafeMutableRawBufferPointer(rebasing: scratch[..<piece]))
      left -= piece
    }
  }

  private func refill() throws {
    let count = min(rest.count, input.count)
    guard count > 0 else { throw corrupted }
    try file.read(at: rest.lowerBound, into: UnsafeMutableRawBufferPointer(rebasing: input[..<count]))
    rest = rest.dropFirst(count)
    state.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    state.pointee.avail_in = uInt(count)
  }

  private var corrupted: MacrostateError {
    MacrostateError(
      .badData, "\(file.url.path): '\(deflated.name)' is corrupted (check sum); copy or write the file again")
  }
}
