import MacrostateSettings

/// Where the particles of a molecule are that reaches over periodic boundaries.
public enum MoleculeImages: String, SettingChoice, Sendable {
  /// The images that are nearest to each other: right where the molecule is shorter than half a period.
  case compact
  /// Each particle is the image nearest to the one before it, in the order of the file.
  case chain
  /// As the coordinates stand: they are unwrapped.
  case asGiven = "as-given"
}

/// Where the particles of a molecule are.
public struct MoleculeSettings: SettingsGroup {
  /// What the group is about.
  public static let summary = "The particles of a molecule"
  /// The keys.
  public static let settings = [
    Setting(
      "images", \MoleculeSettings.images,
      "Periodic images: nearest to each other, each nearest to the one before, or as they are")
  ]

  /// The images in periodic boxes.
  public var images = MoleculeImages.compact

  /// The defaults.
  public init() {}

  /// Molecules of these images.
  public init(images: MoleculeImages) { self.images = images }
}
