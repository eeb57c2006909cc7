import CMacrostateKernels

/// Memory for the tensors of one tape: handed out in order, taken back all at once.
final class Arena {
  private var chunks: [UnsafeMutableBufferPointer<Float>] = []
  private var chunk = 0
  private var used = 0
  private static let chunkSize = 1 << 20
  static let alignment = 64

  deinit { for chunk in chunks { chunk.deallocate() } }

  /// Takes back all that was handed out.
  func reset() {
    chunk = 0
    used = 0
  }

  /// `count` floats, aligned to 64 bytes, with anything in them. A few floats beyond them may be read and written, too
  /// (whole vectors).
  func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    let size = padded(count) + padding
    while true {
      if chunk < chunks.count {
        if used + size <= chunks[chunk].count, let base = chunks[chunk].baseAddress {
          defer { used += size }
          return base + used
        }
        chunk += 1
        used = 0
      } else {
        chunks.append(allocateFloats(max(size, Self.chunkSize)))
      }
    }
  }
}

/// Floats to which rows are padded: the widest vector register.
let padding = Int(MACROSTATE_PADDING)

/// `count` rounded up to a multiple of the padding.
@inlinable
package func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

/// Zeroed floats, aligned to 64 bytes; the caller deallocates them.
func allocateFloats(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
  let raw = UnsafeMutableRawBufferPointer.allocate(byteCount: count * 4, alignment: Arena.alignment)
  raw.initializeMemory(as: UInt8.self, repeating: 0)
  return raw.bindMemory(to: Float.self)
}
