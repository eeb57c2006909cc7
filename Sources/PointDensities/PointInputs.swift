import MacrostateSettings

/// The columns of a point that a part of the method sees.
public enum PointInputs: String, Codable, SettingChoice {
  /// Positions and features.
  case all
  /// Positions alone.
  case positions
  /// Features alone: invariant under motions of space, where they are.
  case features

  /// Whether positions are among them.
  public var hasPositions: Bool { self != .features }
  /// Whether features are among them.
  public var hasFeatures: Bool { self != .positions }
}
