/// A group of settings that a part brings: a value with its defaults, and the keys that stand for it.
public protocol SettingsGroup: Equatable, Sendable {
  /// The subject of the group, in one line.
  static var summary: String { get }
  /// The keys of the group, in the order in which they are written.
  static var settings: [Setting<Self>] { get }
  /// The rules of several keys together.
  static var rules: [SettingRule<Self>] { get }
  /// The defaults.
  init()
}

extension SettingsGroup {
  /// None.
  public static var rules: [SettingRule<Self>] { [] }
}

/// Settings of `Root` under one key; those at the top have no key of their own.
public struct SettingSection<Root: Sendable>: Sendable {
  /// The key in YAML, empty for the settings at the top.
  public let name: String
  /// The subject of the section, in one line.
  public let summary: String
  /// Its settings, in the order in which they are written.
  public private(set) var settings: [Setting<Root>]
  /// The rules of several of them together.
  let rules: [SettingRule<Root>]

  /// The settings at the top.
  public init(top settings: [Setting<Root>], _ summary: String) {
    name = ""
    self.summary = summary
    self.settings = settings
    rules = []
  }

  /// The settings of a group under the key `name`.
  public init<Group: SettingsGroup>(_ name: String, _ place: WritableKeyPath<Root, Group> & Sendable) {
    self.name = name
    summary = Group.summary
    settings = Group.settings.map { Setting($0, of: name, at: place) }
    rules = Group.rules.map { SettingRule($0, at: place) { "\(name).\($0)" } }
  }

  /// The same section, which says something only where the choice `path` at `place` has one of these values.
  public func onlyFor<Choice: SettingChoice>(
    _ path: String, _ place: KeyPath<Root, Choice> & Sendable, _ values: Choice...
  ) -> SettingSection {
    var section = self
    section.settings = settings.map { $0.onlyFor(SettingCondition(path, place, values)) }
    return section
  }
}
