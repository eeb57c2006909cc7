import MacrostateSettings
import Microstates

/// The speed of a particle, |v|, in the unit of its velocities.
public struct LocalSpeed: LocalFeature {
  /// The name.
  public static let name = "speed"
  /// The meaning in a line.
  public static let summary = "The speed of a particle, of its features vx, vy, vz"
  /// The features it looks at.
  public static let features = FeatureName.velocities

  /// None.
  public let settings = NoSettings()

  /// The speed.
  public init(_ settings: NoSettings, speciesNames: [String], dimension: Int) {}

  /// `speed`
  public var names: [String] { ["speed"] }

  /// The speeds.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    try microstate.velocities().map { $0.dot($0).squareRoot() }
  }
}
