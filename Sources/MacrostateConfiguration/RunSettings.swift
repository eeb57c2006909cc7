/// Settings of a run that leave its result alone.
public struct RunSettings: Codable, Equatable, Sendable {
  /// Steps between two lines of `metrics.jsonl`.
  public var logInterval = 100
  /// Seconds between checkpoints.
  public var checkpointInterval = 60.0

  /// The defaults.
  public init() {}
}
