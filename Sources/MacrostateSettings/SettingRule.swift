/// A rule of several settings together.
public struct SettingRule<Root: Sendable>: Sendable {
  /// The settings concerned; the message is placed where the first of them was set.
  public let paths: [String]
  /// The problem and its remedy; nil for settings that obey. The function gives the whole path of a key.
  let complaint: @Sendable (Root, _ path: (String) -> String) -> String?

  /// A rule on the settings at `paths`.
  public init(paths: [String], complaint: @escaping @Sendable (Root) -> String?) {
    self.paths = paths
    self.complaint = { root, _ in complaint(root) }
  }

  /// A rule on the keys `keys` of a group, whose section the group does not know: `path("width")` is `encoder.width`.
  public init(keys: [String], complaint: @escaping @Sendable (Root, _ path: (String) -> String) -> String?) {
    paths = keys
    self.complaint = complaint
  }

  /// The rule `part` of settings that stand at `place`, under the paths that `path` makes of their keys.
  public init<Group>(
    _ part: SettingRule<Group>, at place: KeyPath<Root, Group> & Sendable,
    path: @escaping @Sendable (String) -> String = { $0 }
  ) {
    paths = part.paths.map(path)
    complaint = { root, outer in part.complaint(root[keyPath: place]) { outer(path($0)) } }
  }
}
