import MacrostateSettings
import Microstates

/// Where all particles are as one whole in a periodic box.
public struct WholeSettings: SettingsGroup {
  /// The images of a whole.
  public enum Images: String, SettingChoice, Sendable {
    /// Those that are nearest to each other: the whole must be shorter than half a period.
    case compact
    /// As the coordinates stand: they are unwrapped.
    case asGiven = "as-given"
  }

  /// What the group is about.
  public static let summary = "All particles as a whole"
  /// The keys.
  public static let settings = [
    Setting("images", \WholeSettings.images, "Periodic images: nearest to each other, or as they are")
  ]

  /// The images in periodic boxes.
  public var images = Images.compact

  /// The defaults.
  public init() {}
}

extension MicrostateView {
  /// The positions of all particles as a whole, but for a constant that is the same for all.
  ///
  /// - Throws: `MacrostateError` of kind `badData` without particles, and where they reach over half a period.
  func whole(images: WholeSettings.Images) throws -> [SIMD3<Double>] {
    try Molecules(wholeOf: self, images: images == .compact ? .compact : .asGiven).all[0].points
  }
}
