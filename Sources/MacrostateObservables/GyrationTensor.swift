import MacrostateSettings
import Microstates

/// Which numbers describe the gyration tensor.
public struct GyrationSettings: SettingsGroup {
  /// The numbers of a tensor.
  public enum Values: String, SettingChoice, Sendable {
    /// The eigenvalues, and what follows from them.
    case eigenvalues
    /// The components along the axes of space.
    case components
  }

  /// What the group is about.
  public static let summary = "The gyration tensor"
  /// The keys.
  public static let settings: [Setting<GyrationSettings>] =
    [Setting("values", \.values, "Eigenvalues with asphericity and anisotropy, or components")]
    + MoleculeSettings.settings.map { Setting($0, at: \.molecules) } + [DimensionSetting.setting(\.dimension)]

  /// The numbers.
  public var values = Values.eigenvalues
  /// The images.
  public var molecules = MoleculeSettings()
  /// The dimension d of space.
  public var dimension = 3

  /// The defaults.
  public init() {}
}

/// The gyration tensor S_ab = Σ m_i (r_i − R)_a (r_i − R)_b / Σ m_i, a mean over molecules, in the unit of positions
/// squared: its eigenvalues λ₁ ≥ λ₂ ≥ λ₃, or its components.
///
/// With the eigenvalues come the asphericity b = λ₁ − (mean of the others), in the same unit, and the relative anisotropy
/// κ² = (d Σλ²/(Σλ)² − 1)/(d − 1), a pure number: 0 for a sphere, 1 for a rod. (D. N. Theodorou and U. W. Suter,
/// Macromolecules 18, 1206, 1985.) All are computed for each molecule and then averaged. Masses, molecules and images are
/// those of `RadiusOfGyration`. The cost is O(n).
public struct GyrationTensor: Observable {
  /// The name.
  public static let name = "gyration-tensor"
  /// The meaning in a line.
  public static let summary = "Eigenvalues and shape, or components, of the gyration tensor of molecules"
  /// The features it looks at.
  public static let features = RadiusOfGyration.features

  /// The settings.
  public let settings: GyrationSettings

  /// The tensor with these settings.
  public init(_ settings: GyrationSettings, speciesNames: [String] = [], box: SimulationBox? = nil) {
    self.settings = settings
  }

  /// `gyration_1`, …, `asphericity`, `anisotropy`; or `gyration_xx`, `gyration_xy`, ….
  public var quantities: [ObservableDescription] {
    let axes = 0..<settings.dimension
    let names =
      switch settings.values {
      case .eigenvalues: axes.map { "gyration_\($0 + 1)" } + ["asphericity", "anisotropy"]
      case .components:
        Self.pairs(settings.dimension).map { "gyration_\(AxisSettings.names[$0])\(AxisSettings.names[$1])" }
      }
    return names.map { ObservableDescription(name: $0) }
  }

  private static func pairs(_ dimension: Int) -> [(Int, Int)] {
    (0..<dimension).flatMap { a in (a..<dimension).map { (a, $0) } }
  }

  /// The numbers of the tensor.
  ///
  /// - Throws: `MacrostateError` of kind `badData` as `RadiusOfGyration` does, and in space of another dimension.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    let d = settings.dimension
    try microstate.require(dimension: d)
    let masses = try microstate.masses()
    return try Molecules(microstate, images: settings.molecules.images).mean { molecule in
      let tensor = GyrationMoments(molecule, masses: masses, dimension: d)
      guard settings.values == .eigenvalues else { return Self.pairs(d).map { tensor.components[$0][$1] } }
      let values = tensor.eigenvalues
      let (sum, squares) = (values.reduce(0, +), values.reduce(0) { $0 + $1 * $1 })
      guard d > 1, sum > 0 else { return values + [0, 0] }
      let others = Double(d - 1)
      return values + [values[0] - (sum - values[0]) / others, (Double(d) * squares / (sum * sum) - 1) / others]
    }
  }
}
