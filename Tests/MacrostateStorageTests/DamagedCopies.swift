import Foundation
import MacrostateStorage
import TestSupport

/// Reads damaged copies of `bytes`, cut at every length and with every byte changed: each must be read or refused with
/// a `MacrostateError`, never crash.
func expectNoCrash(_ bytes: Data, name: String, read: (URL) throws -> Void) throws {
  let folder = try TemporaryFolder()
  let bytes = [UInt8](bytes)
  let cut = (0..<bytes.count).map { Array(bytes[..<$0]) }
  let changed = bytes.indices.map { place in
    var copy = bytes
    copy[place] = [0xFF, 0x00, bytes[place] ^ 1][place % 3]
    return copy
  }
  for damaged in cut + changed {
    do {
      try read(folder.file(name, Data(damaged)))
    } catch is MacrostateError {
    }
  }
}
