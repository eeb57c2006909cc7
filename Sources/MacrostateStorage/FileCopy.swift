import Foundation

/// Copies of files for programs that may write into them.
public enum FileCopy {
  private static let blockSize = 1 << 20

  /// Copies the contents of `source` into a new file at `url`, which its owner may write.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if the source cannot be read; `failure` if there is a file at
  ///   `url` or it cannot be written.
  public static func copy(_ source: URL, to url: URL) throws {
    try withDescriptor(source, O_RDONLY, .reading) { input in
      try withDescriptor(url, O_WRONLY | O_CREAT | O_EXCL, .creating) { output in
        try withUnsafeTemporaryAllocation(byteCount: blockSize, alignment: 16) { block in
          while true {
            let count = try retrying(.reading, source) { read(input, block.baseAddress, block.count) }
            guard count > 0 else { return }
            try writeAll(UnsafeRawBufferPointer(rebasing: block[..<count]), to: output, of: url)
          }
        }
      }
    }
  }
}
