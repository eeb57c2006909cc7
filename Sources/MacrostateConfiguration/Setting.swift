import Yams

/// One key of the configuration: its name, meaning and limits, and where its value is kept.
public struct Setting: Sendable {
  /// The key with its section, in snake case: `density.bins`.
  public let path: String
  /// What it means, in one line.
  public let summary: String
  /// What its value may be: "an integer from 2 to 64".
  public let form: String
  /// Whether another value gives another result; the others may change when a run is resumed.
  public let affectsResult: Bool

  let read: @Sendable (Node, inout RunConfiguration) throws(SettingProblem) -> Void
  let demand: @Sendable (RunConfiguration) -> String?
  let yaml: @Sendable (RunConfiguration) -> String

  /// The key within its section.
  public var key: String { path.split(separator: ".").last.map(String.init) ?? path }

  init<Value: SettingValue>(
    _ path: String, _ place: WritableKeyPath<RunConfiguration, Value> & Sendable,
    _ limit: SettingLimit<Value>, affectsResult: Bool = true, _ summary: String
  ) {
    self.path = path
    self.summary = summary
    self.affectsResult = affectsResult
    form = limit.phrase.isEmpty ? Value.typePhrase : "\(Value.typePhrase) \(limit.phrase)"
    read = { (node, configuration) throws(SettingProblem) in
      configuration[keyPath: place] = try Value.read(node, over: configuration[keyPath: place])
    }
    demand = { limit.demand($0[keyPath: place]) }
    yaml = { $0[keyPath: place].yaml }
  }

  /// A setting that only its type limits.
  init<Value: SettingValue>(
    _ path: String, _ place: WritableKeyPath<RunConfiguration, Value> & Sendable, _ summary: String
  ) {
    self.init(path, place, .none, summary)
  }
}

/// A group of settings under one key; the first group has no key of its own.
public struct SettingSection: Sendable {
  /// The key in YAML, empty for the settings at the top.
  public let name: String
  /// What the group is about, in one line.
  public let summary: String
  /// Its settings, in the order in which they are written.
  public let settings: [Setting]
}
