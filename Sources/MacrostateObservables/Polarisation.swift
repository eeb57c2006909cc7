import MacrostateSettings
import MacrostateStorage
import Microstates

/// The polarisation of a flock, |⟨e⟩|, from 0 to 1: the length of the mean of the particles' directions e, which are
/// (cos θ, sin θ) of their headings or v/|v| of their velocities. A particle at rest has e = 0.
///
/// 1 where all go the same way; about n^{−1/2} where they go anywhere. (T. Vicsek et al., Phys. Rev. Lett. 75, 1226, 1995.)
/// A pure number; the cost is O(n).
public struct Polarisation: Observable {
  /// The name.
  public static let name = "polarisation"
  /// The meaning in a line.
  public static let summary = "How far particles go the same way: |mean direction|"
  /// The features it looks at.
  public static let features = [FeatureName.heading] + FeatureName.velocities
  /// No.
  public static let needsPositions = false
  /// Yes.
  public static let isLocal = true

  /// The features.
  public let settings: DirectionSettings

  /// The polarisation with these settings.
  public init(_ settings: DirectionSettings, speciesNames: [String] = [], box: SimulationBox? = nil) {
    self.settings = settings
  }

  /// One value, `polarisation`.
  public var quantities: [ObservableDescription] { [ObservableDescription(name: Self.name)] }

  /// The polarisation.
  ///
  /// - Throws: `MacrostateError` of kind `badData` without particles or directions.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    guard microstate.pointCount > 0 else {
      throw MacrostateError(.badData, "a frame without particles has no polarisation; leave such frames out")
    }
    let sum = try microstate.directions(settings.direction).reduce(SIMD3.zero, +)
    return [sum.dot(sum).squareRoot() / Double(microstate.pointCount)]
  }
}
