import MacrostateConfiguration

/// A way of learning closure variables: the paper's and those that it is compared with. All see the same data, have the
/// same dim ẑ, and learn the same dynamics with the same budget.
public enum Method: String, CaseIterable, Codable, Sendable {
  /// The paper's: DeepSet encoder, density decoder.
  case oursDeepSet = "ours-deepset"

  /// Its name in tables.
  public var label: String {
    switch self {
    case .oursDeepSet: "ours, DeepSet"
    }
  }

  /// Whether ẑ does not depend on the order of the points.
  public var isInvariant: Bool {
    switch self {
    case .oursDeepSet: true
    }
  }

  /// What the DeepSet encoder of ours is trained by here; nil where the encoder or the dynamics is another one.
  var objectiveLabel: String? {
    switch self {
    case .oursDeepSet: "density decoder"
    }
  }

  /// `base`, which are the settings of ours, changed into those of this method.
  public func configuration(_ base: RunConfiguration) -> RunConfiguration {
    switch self {
    case .oursDeepSet: return base
    }
  }
}
