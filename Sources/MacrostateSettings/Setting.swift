import Yams

/// One key of the settings `Root`: its name, meaning and limits, and where its value is kept.
public struct Setting<Root: Sendable>: Sendable {
  /// The key with its section, in snake case: `density.bins`.
  public let path: String
  /// The meaning, in one line.
  public let summary: String
  /// The form of its value: "an integer from 2 to 64".
  public let form: String
  /// Whether another value gives another result; the others may change when a run is resumed.
  public let affectsResult: Bool
  /// The choices under which alone it says anything; none for always.
  public private(set) var conditions: [SettingCondition<Root>] = []

  private(set) var read: @Sendable (SettingNode, inout Root) throws(SettingProblem) -> Void
  private(set) var demand: @Sendable (Root) -> String?
  private(set) var yaml: @Sendable (Root) -> String
  /// Gives the setting the value that it has elsewhere.
  private(set) var copy: @Sendable (_ from: Root, _ to: inout Root) -> Void

  /// The meaning, and the choices that it is for.
  var meaning: String {
    conditions.isEmpty ? summary : "\(summary) (for \(conditions.map(\.text).joined(separator: ", ")))"
  }

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
    demand = { $0[keyPath: place].demand ?? limit.demand($0[keyPath: place]) }
    yaml = { $0[keyPath: place].yaml }
    copy = { $1[keyPath: place] = $0[keyPath: place] }
  }

  /// A setting that only its type limits.
  public init<Value: SettingValue>(
    _ key: String, _ place: WritableKeyPath<Root, Value> & Sendable, _ summary: String
  ) {
    self.init(key, place, .none, summary)
  }

  /// The setting `part` of the group `section`, which stands at `place`.
  init<Group>(_ part: Setting<Group>, of section: String, at place: WritableKeyPath<Root, Group> & Sendable) {
    self.init(part, path: "\(section).\(part.path)", at: place) { SettingCondition($0, of: section, at: place) }
  }

  private init<Group>(
    _ part: Setting<Group>, path: String, at place: WritableKeyPath<Root, Group> & Sendable,
    condition: (SettingCondition<Group>) -> SettingCondition<Root>
  ) {
    self.path = path
    summary = part.summary
    form = part.form
    affectsResult = part.affectsResult
    read = { (node, root) throws(SettingProblem) in try part.read(node, &root[keyPath: place]) }
    demand = { part.demand($0[keyPath: place]) }
    yaml = { part.yaml($0[keyPath: place]) }
    copy = { part.copy($0[keyPath: place], &$1[keyPath: place]) }
    conditions = part.conditions.map(condition)
  }

  /// The setting `part` of settings that stand at `place`, under its own key.
  public init<Group>(_ part: Setting<Group>, at place: WritableKeyPath<Root, Group> & Sendable) {
    self.init(part, path: part.path, at: place) { SettingCondition($0, path: $0.path, at: place) }
  }

  /// One setting of several that have a key in common: it is set for all, and has the value of the one that `owner` says.
  init(_ settings: [Setting], owner: @escaping @Sendable (Root) -> Setting?) {
    let first = settings[0]
    self = first
    read = { (node, root) throws(SettingProblem) in for setting in settings { try setting.read(node, &root) } }
    demand = { (owner($0) ?? first).demand($0) }
    yaml = { (owner($0) ?? first).yaml($0) }
    copy = { from, to in for setting in settings { setting.copy(from, &to) } }
  }

  /// The same setting, which says something only where the choice `key` at `place` has one of these values.
  public func onlyFor<Choice: SettingChoice>(
    _ key: String, _ place: KeyPath<Root, Choice> & Sendable, _ values: Choice...
  ) -> Setting { onlyFor(SettingCondition(key, place, values)) }

  func onlyFor(_ condition: SettingCondition<Root>) -> Setting {
    var setting = self
    setting.conditions.append(condition)
    return setting
  }

  /// The first condition that does not hold for `root`: then the setting says nothing.
  func obstacle(_ root: Root) -> SettingCondition<Root>? { conditions.first { !$0.holds(root) } }
}
