/// What several settings must satisfy together.
public struct SettingRule<Root: Sendable>: Sendable {
  /// The settings concerned; the message is placed where the first of them was set.
  public let paths: [String]
  /// What is wrong and what to do about it; nil for settings that obey.
  public let complaint: @Sendable (Root) -> String?

  /// A rule on the settings at `paths`.
  public init(paths: [String], complaint: @escaping @Sendable (Root) -> String?) {
    self.paths = paths
    self.complaint = complaint
  }
}
