import MacrostateSettings
import Microstates

/// The volume V of the frame's box, in the unit of positions to the power of d: V = |det(a, b, c)| of its edges; the area
/// in the plane, the length on a line.
///
/// It grows with the number of particles at a given density: see `NumberDensity` for what does not. The cost is O(1).
public struct BoxVolume: Observable {
  /// The name.
  public static let name = "volume"
  /// The meaning in a line.
  public static let summary = "The volume of the box, in the plane its area"

  /// None.
  public let settings: NoSettings

  /// The volume.
  public init(_ settings: NoSettings = NoSettings(), speciesNames: [String] = [], box: SimulationBox? = nil) {
    self.settings = settings
  }

  /// One value, `volume`.
  public var quantities: [ObservableDescription] { [ObservableDescription(name: Self.name)] }

  /// The volume.
  ///
  /// - Throws: `MacrostateError` of kind `badData` in open space, and for a box without ends.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    [try microstate.boxWithEnds(along: Array(0..<microstate.dimension)).volume]
  }
}
