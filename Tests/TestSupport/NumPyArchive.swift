import Foundation
import MacrostateStorage

/// Uncompressed archives of arrays, as `numpy.savez` makes them.
public enum NumPyArchive {
  /// Writes `arrays` as the file at `url`.
  public static func write(_ arrays: [(name: String, values: [Double], shape: [Int])], to url: URL) throws {
    let member = url.appendingPathExtension("member.npy")
    defer { try? FileManager.default.removeItem(at: member) }
    var members = Data()
    var directory = Data()
    for array in arrays {
      try NumPyFile.write(array.values, shape: array.shape, to: member)
      let contents = try Data(contentsOf: member)
      let crc = [UInt8](contents).withUnsafeBytes { Checksum($0).value }
      let file = Data((array.name + ".npy").utf8)
      let size = little(UInt32(contents.count))
      let fields = little(UInt16(20)) + Data(count: 8) + little(crc) + size + size + little(UInt16(file.count))
      directory +=
        Data("PK\u{1}\u{2}".utf8) + little(UInt16(20)) + fields + Data(count: 12) + little(UInt32(members.count)) + file
      members += Data("PK\u{3}\u{4}".utf8) + fields + Data(count: 2) + file + contents
    }
    let count = little(UInt16(arrays.count))
    let end =
      Data("PK\u{5}\u{6}".utf8) + Data(count: 4) + count + count + little(UInt32(directory.count))
      + little(UInt32(members.count)) + Data(count: 2)
    try (members + directory + end).write(to: url)
  }

  private static func little<Value: FixedWidthInteger>(_ value: Value) -> Data {
    withUnsafeBytes(of: value.littleEndian) { Data($0) }
  }
}
