import CMacrostateKernels
import Foundation

/// The check sum SHA-256, which nobody can make another file fit.
package enum SHA256 {
  /// The check sum of `data`, as 64 hexadecimal digits.
  package static func hexadecimal(_ data: Data) -> String {
    var sum = [UInt8](repeating: 0, count: 32)
    data.withUnsafeBytes { bytes in
      macrostate_sha256(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, &sum)
    }
    return sum.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
