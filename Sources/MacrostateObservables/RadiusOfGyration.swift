import MacrostateSettings
import Microstates

/// The radius of gyration, the mean over molecules of
///
///     R_g = √(Σ m_i |r_i − R|² / Σ m_i),   R = Σ m_i r_i / Σ m_i
///
/// in the unit of positions. Masses are those of the feature `mass`, or all the same; molecules those of the feature
/// `molecule`, or all particles are one. In a periodic box a molecule is put together as `images` says. (P. J. Flory,
/// Principles of Polymer Chemistry, 1953, ch. X.) It is intensive for molecules; the cost is O(n).
public struct RadiusOfGyration: Observable {
  /// The name.
  public static let name = "radius-of-gyration"
  /// The meaning in a line.
  public static let summary = "The radius of gyration, a mean over molecules, weighted by mass"
  /// The features it looks at.
  public static let features = [FeatureName.mass, FeatureName.molecule]

  /// The images.
  public let settings: MoleculeSettings

  /// The radius with these settings.
  public init(_ settings: MoleculeSettings, speciesNames: [String] = [], box: SimulationBox? = nil) {
    self.settings = settings
  }

  /// One value, `radius-of-gyration`.
  public var quantities: [ObservableDescription] { [ObservableDescription(name: Self.name)] }

  /// The radius.
  ///
  /// - Throws: `MacrostateError` of kind `badData` without particles, for masses or numbers of molecules that are none, and
  ///   for molecules whose images are not known.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    let masses = try microstate.masses()
    return try Molecules(microstate, images: settings.images).mean { molecule in
      [GyrationMoments(molecule, masses: masses, dimension: microstate.dimension).trace.squareRoot()]
    }
  }
}
