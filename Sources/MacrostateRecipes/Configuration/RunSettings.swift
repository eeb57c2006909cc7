import MacrostateSettings

/// Settings of a run that leave its result alone.
public struct RunSettings: SettingsGroup {
  /// Steps between two lines of `metrics.jsonl`.
  public var logInterval = 100
  /// Seconds between checkpoints.
  public var checkpointInterval = 60.0

  /// The defaults.
  public init() {}

  /// The subject of the group.
  public static let summary = "Logging and checkpoints"

  /// The keys of the group.
  public static let settings: [Setting<RunSettings>] = [
    Setting(
      "log_interval", \.logInterval, .steps, affectsResult: false,
      "steps between two lines of metrics.jsonl"),
    Setting(
      "checkpoint_interval", \.checkpointInterval, .between(0, 1e6), affectsResult: false,
      "seconds between checkpoints"),
  ]
}
