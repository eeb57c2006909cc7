/// A part of the method that is chosen by its name and brings settings of its own: an encoder, a density, a dynamics.
public protocol Part: Sendable {
  /// The settings of the part; parts with the same type share its values, a part without any has `NoSettings`.
  associatedtype Settings: SettingsGroup
  /// The name, as in YAML and in stored models: `deep-set`.
  static var name: String { get }
  /// The keys of the settings that the part uses; all, unless it shares them with a part that has more.
  static var settings: [Setting<Settings>] { get }
  /// The rules of several keys together where the part is chosen.
  static var rules: [SettingRule<Settings>] { get }
}

extension Part {
  public static var settings: [Setting<Settings>] { Settings.settings }
  public static var rules: [SettingRule<Settings>] { Settings.rules }
}

/// The settings of a part that has none.
public struct NoSettings: SettingsGroup {
  /// The subject of the group.
  public static let summary = "No settings"
  /// None.
  public static let settings: [Setting<NoSettings>] = []

  /// The only value.
  public init() {}
}
