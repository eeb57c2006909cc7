/// The choice of a part of a family, with the settings of all parts: what stands under `encoder` in YAML.
///
/// Parts that have a key in common have it with one form and meaning; it is set for all of them.
public struct PartSettings<Family: PartFamily>: SettingsGroup {
  /// The name of the part that is chosen.
  public var kind: PartName<Family>
  /// The settings that were set, by the name of their type; the others are as by default.
  private var groups: [String: any SettingsGroup] = [:]

  /// The default part with its defaults.
  public init() { kind = PartName(Family.all[0]) }

  /// The part `part` with `settings`.
  public init<P: Part>(_ part: P.Type, _ settings: P.Settings = P.Settings()) {
    kind = PartName(part)
    self[P.Settings.self] = settings
  }

  /// The part that is chosen.
  public var part: any Part.Type { kind.part }

  /// The settings of one type, those of the parts that have it.
  public subscript<Group: SettingsGroup>(_ group: Group.Type) -> Group {
    get { groups[Self.name(group)] as? Group ?? Group() }
    set { groups[Self.name(group)] = newValue }
  }

  private static func name(_ group: any SettingsGroup.Type) -> String { String(reflecting: group) }

  /// Whether the same part is chosen, with the same settings; those of other parts make no difference.
  public static func == (first: PartSettings, second: PartSettings) -> Bool {
    first.kind == second.kind && first.chosenSettings.allSatisfy { $0.yaml(first) == $0.yaml(second) }
  }

  /// The settings of the part that is chosen.
  var chosenSettings: [Setting<PartSettings>] { Self.partSettings.filter { $0.obstacle(self) == nil } }

  /// The subject of the group.
  public static var summary: String { "A part, and its settings" }

  /// The key `kind`, then those of all parts.
  public static var settings: [Setting<PartSettings>] { [kindSetting("which part")] + partSettings }

  /// The key `kind`.
  public static func kindSetting(_ summary: String) -> Setting<PartSettings> { Setting("kind", \.kind, summary) }

  /// The keys of all parts, those in common once, each for the parts that have it.
  public static var partSettings: [Setting<PartSettings>] {
    var keys: [String] = []
    var settings: [String: [(kind: PartName<Family>, setting: Setting<PartSettings>)]] = [:]
    for part in Family.all {
      for setting in lifted(part) {
        if settings[setting.key] == nil { keys.append(setting.key) }
        settings[setting.key, default: []].append((PartName(part), setting))
      }
    }
    return keys.compactMap { key in settings[key].map(merged) }
  }

  /// The rules of the part that is chosen.
  public static var rules: [SettingRule<PartSettings>] { Family.all.flatMap { rules(of: $0) } }

  private static func rules<P: Part>(of part: P.Type) -> [SettingRule<PartSettings>] {
    P.rules.map { rule in
      SettingRule(keys: rule.paths) { settings, path in
        settings.kind == PartName(part) ? rule.complaint(settings[P.Settings.self], path) : nil
      }
    }
  }

  static func lifted<P: Part>(_ part: P.Type) -> [Setting<PartSettings>] {
    P.settings.map { Setting($0, at: \PartSettings[GroupPlace<P.Settings>()]) }
  }

  /// One setting of those that several parts have under one key.
  private static func merged(_ entries: [(kind: PartName<Family>, setting: Setting<PartSettings>)]) -> Setting<
    PartSettings
  > {
    let owners = Dictionary(entries.map { ($0.kind, $0.setting) }) { first, _ in first }
    let setting = Setting(entries.map(\.setting)) { owners[$0.kind] }
    let kinds = entries.map(\.kind)
    return kinds.count == Family.all.count ? setting : setting.onlyFor(SettingCondition("kind", \.kind, kinds))
  }

  /// A place in the settings of a part, for key paths.
  private subscript<Group: SettingsGroup>(_ place: GroupPlace<Group>) -> Group {
    get { self[Group.self] }
    set { self[Group.self] = newValue }
  }
}

private struct GroupPlace<Group>: Hashable, Sendable {}
