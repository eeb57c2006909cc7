import Foundation

/// JSON files of one object that carry a check sum of themselves: the key `checksum`, in the first line of the object, is
/// the CRC-32 of the file's bytes without that line.
///
/// Files without the key, written by earlier versions, are read as they are.
public enum SealedJSONFile {
  private static let start = Array("{\n".utf8)
  private static let seal = Array("  \"checksum\" : ".utf8)
  private static let lineEnd = Array(",\n".utf8)

  /// Writes `value`, an object of at least one key, as the file at `url`, whole or not at all.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if the disk is full or the file cannot be written.
  @discardableResult
  public static func write(_ value: some Encodable, to url: URL) throws -> FileRecord {
    let text = Array(try JSONFile.text(value).utf8)
    let number = Array(String(text.withUnsafeBytes { Checksum($0).value }).utf8)
    return try AtomicFile.write(start + seal + number + lineEnd + text.dropFirst(start.count), to: url)
  }

  /// Reads the file at `url` as a `Value`, and compares its check sum.
  ///
  /// - Parameter remedy: what the user can do if the file is damaged, the end of the message.
  /// - Throws: `MacrostateError` of kind `missingInput` if there is no such file; `badData` with the key at fault if
  ///   it is not what is expected, or if the file is not as it was written.
  public static func read<Value: Decodable>(
    _ type: Value.Type, from url: URL, remedy: String = "restore the file or make it again"
  ) throws -> Value {
    let sealed = try JSONFile.read(Sealed<Value>.self, from: url, remedy: remedy)
    guard let recorded = sealed.checksum else { return sealed.value }
    guard try FileContents.bytes(of: url).withUnsafeBytes({ unsealedChecksum($0) }) == recorded else {
      throw MacrostateError(
        .badData,
        "\(url.path): changed since it was written (its check sum is not the one recorded); \(remedy), or, if the change is "
          + "meant, remove the line \"checksum\" from it")
    }
    return sealed.value
  }

  /// A value and the check sum that stands beside its keys.
  private struct Sealed<Value: Decodable>: Decodable {
    enum Key: String, CodingKey { case checksum }

    let checksum: UInt32?
    let value: Value

    init(from decoder: any Decoder) throws {
      checksum = try decoder.container(keyedBy: Key.self).decodeIfPresent(UInt32.self, forKey: .checksum)
      value = try Value(from: decoder)
    }
  }

  /// The check sum of a file without its first key; nil where that is not the check sum as it is written.
  private static func unsealedChecksum(_ bytes: UnsafeRawBufferPointer) -> UInt32? {
    let head = start + seal
    guard bytes.starts(with: head),
      let comma = bytes.dropFirst(head.count).firstIndex(of: lineEnd[0]), comma + 1 < bytes.count
    else { return nil }
    let rest = UnsafeRawBufferPointer(rebasing: bytes[(comma + lineEnd.count)...])
    let beginning = start.withUnsafeBytes { Checksum($0) }
    return beginning.followed(by: Checksum(rest), count: rest.count).value
  }
}
