import MacrostateSettings
import MacrostateStorage
import Microstates

/// The directions of particles, and their images about the centre.
public struct MillingSettings: SettingsGroup {
  /// What the group is about.
  public static let summary = "The rotation of a flock"
  /// The keys.
  public static let settings: [Setting<MillingSettings>] =
    DirectionSettings.settings.map { Setting($0, at: \.directions) }
    + WholeSettings.settings.map { Setting($0, at: \.whole) }

  /// The features that tell directions.
  public var directions = DirectionSettings()
  /// The images.
  public var whole = WholeSettings()

  /// The defaults.
  public init() {}
}

/// The milling of a flock, from 0 to 1: how far particles turn the same way about their centre R = ⟨x⟩,
///
///     M = |⟨ρ × e⟩|,   ρ = (x − R)/|x − R|
///
/// with the directions e of `Polarisation`; a particle at the centre has ρ = 0. (I. D. Couzin et al., J. Theor. Biol. 218,
/// 1, 2002.) A flock in a periodic box has a centre only where it is shorter than half a period, or where coordinates are
/// not wrapped (`images=as-given`); others are an error. A pure number; the cost is O(n).
public struct Milling: Observable {
  /// The name.
  public static let name = "milling"
  /// The meaning in a line.
  public static let summary = "How far particles turn the same way about their centre"
  /// The features it looks at.
  public static let features = Polarisation.features

  /// The settings.
  public let settings: MillingSettings

  /// The milling with these settings.
  public init(_ settings: MillingSettings, speciesNames: [String] = [], box: SimulationBox? = nil) {
    self.settings = settings
  }

  /// One value, `milling`.
  public var quantities: [ObservableDescription] { [ObservableDescription(name: Self.name)] }

  /// The milling.
  ///
  /// - Throws: `MacrostateError` of kind `badData` without particles or directions, or where they have no centre.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    let points = try microstate.whole(images: settings.whole.images)
    let directions = try microstate.directions(settings.directions.direction)
    let centre = points.reduce(SIMD3.zero, +) / Double(points.count)
    var sum = SIMD3<Double>.zero
    for (point, direction) in zip(points, directions) {
      let arm = point - centre
      let length = arm.dot(arm).squareRoot()
      if length > 0 { sum += arm.cross(direction) / length }
    }
    return [sum.dot(sum).squareRoot() / Double(points.count)]
  }
}
