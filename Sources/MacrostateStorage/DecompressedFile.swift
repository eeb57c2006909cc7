import CZlib
import Foundation

/// A file read from start to end, decompressed on the way if it is gzip's, which its first bytes tell.
///
/// Not for use by several threads at once.
public final class DecompressedFile {
  /// The file's place.
  public let url: URL
  private let handle: gzFile

  private static let bufferSize: UInt32 = 1 << 18

  /// Opens the file at `url`.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if there is no such file, or it is no plain file or unreadable.
  public init(_ url: URL) throws {
    // What is read is read more than once, which a pipe cannot give.
    let descriptor = try openPlainFile(url)
    guard let handle = gzdopen(descriptor, "rb") else {
      close(descriptor)
      throw MacrostateError(.failure, "\(url.path): no memory to decompress it")
    }
    self.url = url
    self.handle = handle
    gzbuffer(handle, Self.bufferSize)
  }

  /// Whether gzip has compressed the file.
  public var isCompressed: Bool { gzdirect(handle) == 0 }

  deinit { gzclose(handle) }

  /// Goes on at the byte `offset` of what is decompressed; a compressed file is unpacked up to there.
  ///
  /// - Throws: `MacrostateError` of kind `badData` if it cannot be unpacked so far.
  public func seek(to offset: Int) throws {
    guard gzseek(handle, offset, SEEK_SET) >= 0 else {
      throw MacrostateError(
        .badData, "\(url.path): it has not the bytes that it had; leave the file as it is meanwhile")
    }
  }

  /// Reads the next bytes into `buffer`.
  ///
  /// - Returns: how many there were; 0 at the end of the file.
  /// - Throws: `MacrostateError` of kind `badData` if compressed data are damaged or cut off.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
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
