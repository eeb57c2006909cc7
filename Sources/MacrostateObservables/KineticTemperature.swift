import MacrostateSettings
import MacrostateStorage
import Microstates

/// How velocities make a temperature.
public struct TemperatureSettings: SettingsGroup {
  /// The motion of the centre of mass.
  public enum Drift: String, SettingChoice, Sendable {
    /// It is no heat: it is subtracted, with its d degrees of freedom.
    case removed
    /// It counts like any other motion.
    case kept
  }

  /// What the group is about.
  public static let summary = "The temperature of velocities"
  /// The keys.
  public static let settings: [Setting<TemperatureSettings>] = [
    Setting("boltzmann", \.boltzmann, .positive, "k_B, in mass × velocity² per unit of temperature"),
    Setting("drift", \.drift, "Motion of the centre of mass, with its degrees of freedom"),
    Setting(
      "degrees", \.degrees, .optional(.above(0.0, atMost: 3)),
      "Degrees of freedom of a particle: d less constraints"),
  ]

  /// k_B.
  public var boltzmann = 1.0
  /// The motion of the centre of mass.
  public var drift = Drift.removed
  /// The degrees of freedom of a particle on average; nil for the dimension of space.
  public var degrees: Double?

  /// The defaults.
  public init() {}
}

/// The kinetic temperature of all particles, from their velocities:
///
///     T = Σ m_i |v_i − V|² / (k_B f),   f = n g − d,   V = Σ m_i v_i / Σ m_i
///
/// with g degrees of freedom a particle (d, or fewer by constraints: `degrees`). With `drift=kept` V = 0 and f = n g.
/// Masses are those of the feature `mass`, or 1. k_B is in the unit of mass × velocity² per temperature: 1 in reduced
/// units; for kelvin 8.314462618e-7 of g/mol, Å/fs (LAMMPS real), 0.8314462618 of g/mol, Å/ps (LAMMPS metal),
/// 0.008314462618 of g/mol, nm/ps (GROMACS). LAMMPS's `compute temp` divides by n d − d, too, and takes V = 0: the same
/// where the total momentum is 0. It is intensive; the cost is O(n).
public struct KineticTemperature: Observable {
  /// The name.
  public static let name = "temperature"
  /// The meaning in a line.
  public static let summary = "The temperature of the velocities"
  /// The features it looks at.
  public static let features = FeatureName.velocities + [FeatureName.mass]
  /// No.
  public static let needsPositions = false

  /// The settings.
  public let settings: TemperatureSettings

  /// The temperature with these settings.
  public init(_ settings: TemperatureSettings, speciesNames: [String] = [], box: SimulationBox? = nil) {
    self.settings = settings
  }

  /// One value, `temperature`.
  public var quantities: [ObservableDescription] { [ObservableDescription(name: Self.name)] }

  /// The temperature.
  ///
  /// - Throws: `MacrostateError` of kind `badData` without velocities, for masses that are none, and where no degrees of
  ///   freedom are left.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    let (velocities, masses) = (try microstate.velocities(), try microstate.masses())
    let d = Double(
      microstate.dimension > 0
        ? microstate.dimension : FeatureName.velocities.count(where: microstate.featureNames.contains)
    )
    let isRemoved = settings.drift == .removed
    let freedom = (settings.degrees ?? d) * Double(velocities.count) - (isRemoved ? d : 0)
    guard freedom > 0 else {
      throw MacrostateError(
        .badData,
        "\(velocities.count) particles have no degrees of freedom beside their drift; choose drift=kept or leave such "
          + "frames out")
    }
    let momentum = zip(masses, velocities).reduce(SIMD3<Double>.zero) { $0 + $1.0 * $1.1 }
    let drift = isRemoved ? momentum / masses.reduce(0, +) : .zero
    let sum = zip(masses, velocities).reduce(0.0) { $0 + $1.0 * ($1.1 - drift).dot($1.1 - drift) }
    return [sum / (settings.boltzmann * freedom)]
  }
}
