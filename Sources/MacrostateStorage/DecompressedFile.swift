import CZlib
import Foundation

/// A file read from start to end, decompressed on the way if its first bytes say that it is compressed: by zlib if it is
/// gzip's, else by the program of its format, a child process (bzip2, xz, zstd, lz4).
///
/// Not for use by several threads at once.
public final class DecompressedFile {
  private enum Contents {
    case plain(gzFile)
    case packed(Decompressor, Decompressor.Format)
  }

  /// The file's place.
  public let url: URL
  private var contents: Contents

  private static let bufferSize: UInt32 = 1 << 18

  /// Opens the file at `url`.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if there is no such file, or it is no plain file or unreadable;
  ///   `badData` for a compressed one whose program is missing.
  public init(_ url: URL) throws {
    // What is read is read more than once, which a pipe cannot give.
    let descriptor = try openPlainFile(url)
    self.url = url
    var start = [UInt8](repeating: 0, count: 8)
    let count = start.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    if let format = Decompressor.Format.of(Array(start.prefix(max(0, count)))) {
      close(descriptor)
      contents = .packed(try Decompressor(url, format), format)
      return
    }
    guard let handle = gzdopen(descriptor, "rb") else {
      close(descriptor)
      throw MacrostateError(.failure, "\(url.path): no memory to decompress it")
    }
    gzbuffer(handle, Self.bufferSize)
    contents = .plain(handle)
  }

  deinit { if case .plain(let handle) = contents { gzclose(handle) } }

  /// The program that unpacks the file in a shell; nil where it is not compressed.
  public var program: String? {
    switch contents {
    case .plain(let handle): gzdirect(handle) == 0 ? "gzip" : nil
    case .packed(_, let format): format.program
    }
  }

  /// Goes on at the byte `offset` of what is decompressed; a compressed file is unpacked up to there.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if it cannot be unpacked so far.
  public func seek(to offset: Int) throws {
    let isThere: Bool
    switch contents {
    case .plain(let handle): isThere = gzseek(handle, offset, SEEK_SET) >= 0
    case .packed(_, let format):
      contents = .packed(try Decompressor(url, format), format)
      isThere = try skip(offset)
    }
    guard isThere else {
      throw MacrostateError(
        .badData, "\(url.path): it has not the bytes that it had; leave the file as it is meanwhile")
    }
  }

  /// Passes over `count` bytes; false where there are fewer.
  private func skip(_ count: Int) throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    var left = count
    while left > 0 {
      let read = try buffer.withUnsafeMutableBytes {
        try self.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<min(left, $0.count)]))
      }
      if read == 0 { return false }
      left -= read
    }
    return true
  }

  /// Reads the next bytes into `buffer`.
  ///
  /// - Returns: how many there were; 0 at the end of the file.
  /// - Throws: `MacrostateError` of kind `badData` if compressed data are damaged or cut off.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    switch contents {
    case .plain(let handle): try read(handle, into: buffer)
    case .packed(let decompressor, _): try decompressor.read(into: buffer)
    }
  }

  private func read(_ handle: gzFile, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = gzread(handle, buffer.baseAddress, UInt32(clamping: min(buffer.count, Int(Int32.max))))
    if count > 0 { return Int(count) }
    var code: Int32 = 0
    let reason = gzerror(handle, &code).map { String(cString: $0) } ?? ""
    if count == 0, code == Z_OK || code == Z_STREAM_END { return 0 }
    if code == Z_ERRNO { throw MacrostateError.system(errno, .reading, url) }
    throw MacrostateError(
      .badData, "\(url.path): its compressed data are damaged or cut off (\(reason)); copy or write the file again")
  }
}
