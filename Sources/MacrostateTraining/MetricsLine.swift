import Foundation
import MacrostateStorage

/// A line of `metrics.jsonl`.
public struct MetricsLine: Codable, Sendable, Equatable {
  /// The training that it is of: `closure`, `dynamics-0`, …
  public var training: TrainingName
  /// Steps taken.
  public var step: Int
  /// The mean loss since the last line; nil where no step was taken.
  public var loss: Double?
  /// The validation score, where it was computed here.
  public var validation: Double?
  /// The learning rate of the last step.
  public var rate: Double
}

extension MetricsLine {
  package func jsonText() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

extension MetricsLine {
  /// The lines of a file; none where there is no file. A line that a kill cut short is at the end, and is left out.
  package static func all(in file: URL) throws -> [MetricsLine] {
    guard FileManager.default.fileExists(atPath: file.path) else { return [] }
    let text = String(decoding: try FileContents.bytes(of: file), as: UTF8.self)
    return text.split(separator: "\n").compactMap { line in
      try? JSONDecoder().decode(MetricsLine.self, from: Data(line.utf8))
    }
  }
}
