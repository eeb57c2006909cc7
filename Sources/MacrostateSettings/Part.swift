/// A part of the method that is chosen by its name and brings settings of its own: an encoder, a density, a dynamics.
public protocol Part: Sendable {
  /// The settings of the part; a part without any has `NoSettings`.
  associatedtype Settings: SettingsGroup
  /// The name, as in YAML and in stored models: `deep-set`.
  static var name: String { get }
}

/// The settings of a part that has none.
public struct NoSettings: SettingsGroup {
  /// What the group is about.
  public static let summary = "No settings"
  /// None.
  public static let settings: [Setting<NoSettings>] = []

  /// The only value.
  public init() {}
}
