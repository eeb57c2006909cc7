import MacrostateSettings
import Microstates

/// Where the particles of a chain are.
public struct ChainSettings: SettingsGroup {
  /// The images of chains.
  public enum Images: String, SettingChoice, Sendable {
    /// Each particle is the image nearest to the one before it.
    case chain
    /// As the coordinates stand: they are unwrapped.
    case asGiven = "as-given"
  }

  /// What the group is about.
  public static let summary = "The particles of a chain"
  /// The keys.
  public static let settings = [
    Setting("images", \ChainSettings.images, "Periodic images: each nearest to the one before, or as they are")
  ]

  /// The images in periodic boxes.
  public var images = Images.chain

  /// The defaults.
  public init() {}
}

/// The end-to-end distance |r_last − r_first| of chains, a mean over molecules, in the unit of positions.
///
/// First and last are those in the order of the file (LAMMPS dumps: of the ids), which data sets keep within a species: a
/// molecule of several species is an error. Its particles must stand along the chain; in a periodic box bonds must be
/// shorter than half a period. Molecules are those of the feature `molecule`, or all particles are one. (P. J. Flory,
/// Principles of Polymer Chemistry, 1953, ch. X.) The cost is O(n).
public struct EndToEndDistance: Observable {
  /// The name.
  public static let name = "end-to-end-distance"
  /// The meaning in a line.
  public static let summary = "The distance of the first and the last particle of chains, a mean"
  /// The features it looks at.
  public static let features = [FeatureName.molecule]

  /// The images.
  public let settings: ChainSettings

  /// The distance with these settings.
  public init(_ settings: ChainSettings, speciesNames: [String] = [], box: SimulationBox? = nil) {
    self.settings = settings
  }

  /// One value, `end-to-end-distance`.
  public var quantities: [ObservableDescription] { [ObservableDescription(name: Self.name)] }

  /// The distance.
  ///
  /// - Throws: `MacrostateError` of kind `badData` without particles, for numbers of molecules that are none, and for
  ///   molecules of several species.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    let images: MoleculeImages = settings.images == .chain ? .chain : .asGiven
    return try Molecules(microstate, images: images, ordered: true).mean { molecule in
      let vector = molecule.points[molecule.points.count - 1] - molecule.points[0]
      return [vector.dot(vector).squareRoot()]
    }
  }
}
