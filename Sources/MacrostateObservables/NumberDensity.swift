import MacrostateSettings
import Microstates

/// The number density ρ = n/V of all particles in the frame's box, in the unit of positions to the power of −d.
///
/// V is the volume of the box, the area in the plane. It is intensive; the cost is O(1).
public struct NumberDensity: Observable {
  /// The name.
  public static let name = "number-density"
  /// The meaning in a line.
  public static let summary = "The number of particles over the volume of the box"
  /// Yes.
  public static let isLocal = true

  /// None.
  public let settings: NoSettings

  /// The density.
  public init(_ settings: NoSettings = NoSettings(), speciesNames: [String] = [], box: SimulationBox? = nil) {
    self.settings = settings
  }

  /// One value, `number-density`.
  public var quantities: [ObservableDescription] { [ObservableDescription(name: Self.name)] }

  /// The density.
  ///
  /// - Throws: `MacrostateError` of kind `badData` in open space, and for a box without ends.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    let box = try microstate.boxWithEnds(along: Array(0..<microstate.dimension))
    return [Double(microstate.pointCount) / box.volume]
  }
}
