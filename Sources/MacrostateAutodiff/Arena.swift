import CMacrostateKernels
import Synchronization

/// Memory for the tensors of one tape: handed out in order, taken back all at once.
/// Unchecked: one tape has it at a time, on the thread that runs it.
final class Arena: @unchecked Sendable {
  // Unchecked: one tape uses it at a time, and the pool hands it over, and counts its bytes, under a lock.
  /// The extent of what is handed out: memory beyond it is free again once the arena is reset to it.
  struct Mark {
    fileprivate var chunk = 0
    fileprivate var used = 0
  }

  private var chunks: [UnsafeMutableBufferPointer<Float>] = []
  private(set) var mark = Mark()
  /// Small tapes stay small: the first chunk is 256 KB, each next one twice as large up to 4 MB.
  private static let firstChunk = 1 << 16
  private static let largestChunk = 1 << 20
  static let alignment = 64

  deinit { for chunk in chunks { chunk.deallocate() } }

  var byteCount: Int { chunks.reduce(0) { $0 + $1.count * MemoryLayout<Float>.size } }

  /// Takes back all that was handed out since `mark`.
  func reset(to mark: Mark = Mark()) { self.mark = mark }

  /// `count` floats, aligned to 64 bytes, with anything in them. A few floats beyond them may be read and written, too
  /// (whole vectors).
  func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    let size = padded(count) + padding
    while true {
      if mark.chunk < chunks.count {
        if mark.used + size <= chunks[mark.chunk].count, let base = chunks[mark.chunk].baseAddress {
          defer { mark.used += size }
          return base + mark.used
        }
        mark = Mark(chunk: mark.chunk + 1, used: 0)
      } else {
        let count = max(size, min(Self.firstChunk << min(chunks.count, 8), Self.largestChunk))
        chunks.append(UnsafeMutableBufferPointer(start: allocateFloats(count), count: count))
      }
    }
  }
}

/// Memory that several tapes use in turn: as many arenas as tapes are in use at once, the last put back first taken.
public final class ArenaPool: Sendable {
  private let free = Mutex<[Arena]>([])

  /// A pool without memory.
  public init() {}

  /// Bytes of the memory that no tape uses at the moment: between two steps, of all.
  public var byteCount: Int { free.withLock { $0.reduce(0) { $0 + $1.byteCount } } }

  func take() -> Arena { free.withLock { $0.popLast() } ?? Arena() }

  func putBack(_ arena: Arena) {
    arena.reset()
    free.withLock { $0.append(arena) }
  }
}

/// Floats to which rows are padded: the widest vector register.
let padding = Int(MACROSTATE_PADDING)

/// `count` rounded up to a multiple of the padding.
@inlinable
package func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

/// Zeroed floats, aligned to 64 bytes; the caller deallocates them.
func allocateFloats(_ count: Int) -> UnsafeMutablePointer<Float> {
  let raw = UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: Arena.alignment)
  raw.initializeMemory(as: UInt8.self, repeating: 0, count: count * 4)
  return raw.bindMemory(to: Float.self, capacity: count)
}
