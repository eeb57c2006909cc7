/// A choice under which alone a setting says anything: `encoder.heads` is for `encoder.kind` set-transformer.
public struct SettingCondition<Root: Sendable>: Sendable {
  /// The key of the choice.
  public let path: String
  /// The values of the choice that the setting is for, as in YAML.
  public let values: [String]
  let holds: @Sendable (Root) -> Bool
  let chosen: @Sendable (Root) -> String

  init<Choice: SettingChoice>(
    _ path: String, _ place: KeyPath<Root, Choice> & Sendable, _ values: [Choice]
  ) {
    self.path = path
    self.values = values.map(\.yaml)
    holds = { values.contains($0[keyPath: place]) }
    chosen = { $0[keyPath: place].yaml }
  }

  /// The condition `part` of the group `section`, which stands at `place`.
  init<Group>(_ part: SettingCondition<Group>, of section: String, at place: KeyPath<Root, Group> & Sendable) {
    self.init(part, path: "\(section).\(part.path)", at: place)
  }

  /// The condition `part` of settings that stand at `place`.
  init<Group>(_ part: SettingCondition<Group>, path: String, at place: KeyPath<Root, Group> & Sendable) {
    self.path = path
    values = part.values
    holds = { part.holds($0[keyPath: place]) }
    chosen = { part.chosen($0[keyPath: place]) }
  }

  /// The purpose of the setting, in words: `encoder.kind set-transformer`.
  var text: String { "\(path) \(values.joined(separator: " or "))" }
}
