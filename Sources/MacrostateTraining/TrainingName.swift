/// The name of a training of a run: that of its folder of checkpoints and of its lines in `metrics.jsonl`.
public struct TrainingName: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  /// The name as it stands in files and messages.
  public let rawValue: String

  /// A name.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The name.
  public var description: String { rawValue }

  /// The name of a training that continues this one, or does a part of it.
  public func appending(_ part: String) -> TrainingName { TrainingName(rawValue: "\(rawValue)-\(part)") }

  /// Whether this is `name`, continues it or does a part of it.
  public func belongs(to name: TrainingName) -> Bool { self == name || rawValue.hasPrefix(name.rawValue + "-") }
}
