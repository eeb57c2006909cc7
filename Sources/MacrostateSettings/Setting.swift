import Yams

/// One key of the settings `Root`: its name, meaning and limits, and where its value is kept.
public struct Setting<Root: Sendable>: Sendable {
  /// The key with its section, in snake case: `density.bins`.
  public let path: String
  /// What it means, in one line.
  public let summary: String
  /// What its value may be: "an integer from 2 to 64".
  public let form: String
  /// Whether another value gives another result; the others may change when a run is resumed.
  public let affectsResult: Bool

  let read: @Sendable (SettingNode, inout Root) throws(SettingProblem) -> Void
  let demand: @Sendable (Root) -> String?
  let yaml: @Sendable (Root) -> String

  /// The key within its section.
  public var key: String { path.split(separator: ".").last.map(String.init) ?? path }

  /// The key `key`, whose value `limit` limits beyond its type.
  public init<Value: SettingValue>(
    _ key: String, _ place: WritableKeyPath<Root, Value> & Sendable, _ limit: SettingLimit<Value>,
    affectsResult: Bool = true, _ summary: String
  ) {
    path = key
    self.summary = summary
    self.affectsResult = affectsResult
    form = limit.phrase.isEmpty ? Value.typePhrase : "\(Value.typePhrase) \(limit.phrase)"
    read = { (node, root) throws(SettingProblem) in
      root[keyPath: place] = try Value.read(node, over: root[keyPath: place])
    }
    demand = { limit.demand($0[keyPath: place]) }
    yaml = { $0[keyPath: place].yaml }
  }

  /// A setting that only its type limits.
  public init<Value: SettingValue>(
    _ key: String, _ place: WritableKeyPath<Root, Value> & Sendable, _ summary: String
  ) {
    self.init(key, place, .none, summary)
  }

  /// The setting `part` of the group `section`, which stands at `place`.
  init<Group>(_ part: Setting<Group>, of section: String, at place: WritableKeyPath<Root, Group> & Sendable) {
    path = "\(section).\(part.path)"
    summary = part.summary
    form = part.form
    affectsResult = part.affectsResult
    read = { (node, root) throws(SettingProblem) in try part.read(node, &root[keyPath: place]) }
    demand = { part.demand($0[keyPath: place]) }
    yaml = { part.yaml($0[keyPath: place]) }
  }
}
