import Foundation

/// One entry of a safetensors header: a tensor's place, or the metadata under its reserved key.
enum SafetensorsEntry: Codable {
  case tensor(type: String, shape: [Int], start: Int, end: Int)
  case metadata([String: String])

  static let metadataKey = "__metadata__"

  private struct Place: Codable {
    var dtype: String
    var shape: [Int]
    var offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }

  init(from decoder: any Decoder) throws {
    guard decoder.codingPath.last?.stringValue != Self.metadataKey else {
      self = .metadata(try [String: String](from: decoder))
      return
    }
    let place = try Place(from: decoder)
    guard place.offsets.count == 2 else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "two offsets are needed"))
    }
    self = .tensor(type: place.dtype, shape: place.shape, start: place.offsets[0], end: place.offsets[1])
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .metadata(let metadata):
      try metadata.encode(to: encoder)
    case .tensor(let type, let shape, let start, let end):
      try Place(dtype: type, shape: shape, offsets: [start, end]).encode(to: encoder)
    }
  }

  /// The header's text, padded with spaces so that the data begins at a multiple of 8 bytes.
  static func encode(_ header: [String: SafetensorsEntry]) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = Array(try encoder.encode(header))
    return text + [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
  }

  /// The entries of a header; `nil` if it is not understood.
  static func decode(_ text: Data) -> [String: SafetensorsEntry]? {
    try? JSONDecoder().decode([String: SafetensorsEntry].self, from: text)
  }
}
