import MacrostateSettings
import MacrostateStorage
import Microstates

/// The axes of an extension, and the images of molecules.
public struct ExtensionSettings: SettingsGroup {
  /// What the group is about.
  public static let summary = "The extension of molecules"
  /// The keys.
  public static let settings: [Setting<ExtensionSettings>] =
    AxisSettings.settings.map { Setting($0, at: \.axes) }
    + MoleculeSettings.settings.map { Setting($0, at: \.molecules) }

  /// The axes, by default that of x.
  public var axes = AxisSettings(axis: .x, dimension: 3)
  /// The images.
  public var molecules = MoleculeSettings()

  /// The defaults.
  public init() {}
}

/// The extension of molecules along an axis, the greatest coordinate less the least, a mean over molecules, in the unit of
/// positions: of a polymer in a flow along x what is seen under a microscope.
///
/// Molecules and images are those of `RadiusOfGyration`. The cost is O(n).
public struct MaximalExtension: Observable {
  /// The name.
  public static let name = "extension"
  /// The meaning in a line.
  public static let summary = "The greatest less the least coordinate of molecules along an axis, a mean"
  /// The features it looks at.
  public static let features = [FeatureName.molecule]

  /// The settings.
  public let settings: ExtensionSettings

  /// The extension with these settings.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for an axis that space lacks.
  public init(_ settings: ExtensionSettings, speciesNames: [String] = [], box: SimulationBox? = nil) throws {
    try settings.axes.check(for: Self.name)
    self.settings = settings
  }

  /// `extension_x`, ….
  public var quantities: [ObservableDescription] { settings.axes.quantities(Self.name) }

  /// The extensions.
  ///
  /// - Throws: `MacrostateError` of kind `badData` without particles, and for molecules whose images are not known.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    try microstate.require(dimension: settings.axes.dimension)
    return try Molecules(microstate, images: settings.molecules.images).mean { molecule in
      settings.axes.axes.map { axis in
        let places = molecule.points.map { $0[axis] }
        return (places.max() ?? 0) - (places.min() ?? 0)
      }
    }
  }
}
