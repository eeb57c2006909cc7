import Foundation

/// JSON files, written with sorted keys (the same value gives the same bytes) and read with errors that name the key.
///
/// Numbers that JSON does not have are the texts "Infinity", "-Infinity" and "NaN", which Python's `float` reads too.
public enum JSONFile {
  /// The text of `value`: indented, keys sorted, ending in a line end.
  ///
  /// - Throws: `MacrostateError` of kind `failure` for a value that cannot be encoded.
  public static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: infinity, negativeInfinity: "-" + infinity, nan: notANumber)
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    } catch {
      throw MacrostateError(.failure, "a value cannot be written as JSON: \(error)")
    }
  }

  /// Writes `value` as the file at `url`, whole or not at all.
  ///
  /// - Throws: `MacrostateError` of kind `failure` if the disk is full or the file cannot be written.
  @discardableResult
  public static func write(_ value: some Encodable, to url: URL) throws -> FileRecord {
    try AtomicFile.write(text(value), to: url)
  }

  /// Reads the file at `url` as a `Value`.
  ///
  /// - Parameter remedy: what the user can do if the file is damaged, the end of the message.
  /// - Throws: `MacrostateError` of kind `missingInput` if there is no such file; `badData` with the key at fault if
  ///   it is not what is expected.
  public static func read<Value: Decodable>(
    _ type: Value.Type, from url: URL, remedy: String = "restore the file or make it again"
  ) throws -> Value {
    let bytes = try FileContents.bytes(of: url)
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: infinity, negativeInfinity: "-" + infinity, nan: notANumber)
    do {
      return try decoder.decode(type, from: Data(bytes))
    } catch let error as DecodingError {
      throw MacrostateError(.badData, "\(url.path): \(describe(error)); \(remedy)")
    } catch {
      throw MacrostateError(.badData, "\(url.path): not valid JSON; \(remedy)")
    }
  }

  private static let infinity = "Infinity"
  private static let notANumber = "NaN"

  private static func describe(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context):
      "the key '\(path(context.codingPath + [key]))' is missing"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      "the key '\(path(context.codingPath))' is not of type \(type)"
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
      "the key '\(path(context.codingPath))': \(context.debugDescription)"
    default:
      "not valid JSON"
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
  }
}
