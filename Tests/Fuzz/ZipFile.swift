import CZlib
import MacrostateStorage

/// Compressed files as samples.
enum ZipFile {
  /// A zip archive of `entries`, stored or deflated.
  static func archive(_ entries: [(name: String, bytes: [UInt8])], isDeflated: Bool) -> [UInt8] {
    var result: [UInt8] = []
    var directory: [UInt8] = []
    for (name, bytes) in entries {
      let data = isDeflated ? deflated(bytes, windowBits: -15) : bytes
      // Version, flags, method, time, date, check sum, sizes, length of the name, of the extra field.
      let common =
        number(20, 2) + number(0, 2) + number(isDeflated ? 8 : 0, 2) + number(0, 2) + number(0x21, 2)
        + number(Int(bytes.withUnsafeBytes { Checksum($0).value }), 4) + number(data.count, 4) + number(bytes.count, 4)
        + number(name.utf8.count, 2) + number(0, 2)
      // Version that made it; comment, disk, attributes, place.
      directory += [0x50, 0x4b, 1, 2] + number(20, 2) + common + number(0, 2) + number(0, 2) + number(0, 2)
      directory += number(0, 4) + number(result.count, 4) + Array(name.utf8)
      result += [0x50, 0x4b, 3, 4] + common + Array(name.utf8) + data
    }
    let end =
      [0x50, 0x4b, 5, 6] + number(0, 4) + number(entries.count, 2) + number(entries.count, 2)
      + number(directory.count, 4) + number(result.count, 4) + number(0, 2)
    return result + directory + end
  }

  /// A gzip file of `bytes`.
  static func gzip(_ bytes: [UInt8]) -> [UInt8] { deflated(bytes, windowBits: 31) }

  private static func number(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func deflated(_ bytes: [UInt8], windowBits: Int32) -> [UInt8] {
    var stream = z_stream()
    var input = bytes
    var output = [UInt8](repeating: 0, count: bytes.count + 1024)
    let isReady =
      deflateInit2_(
        &stream, 6, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      == Z_OK
    precondition(isReady, "zlib is there")
    defer { deflateEnd(&stream) }
    return input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END, "small samples fit")
        return Array(output.prefix(Int(stream.total_out)))
      }
    }
  }
}
