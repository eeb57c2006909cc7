import MacrostateSettings
import MacrostateStorage
import Microstates

/// The lengths of the edges of the frame's box, in the unit of positions: L_x, L_y, L_z.
///
/// In a tilted box they are the lengths |a|, |b|, |c| of its edge vectors, in this order. They grow with the number of
/// particles at a given density: see `NumberDensity` for what does not. The cost is O(1).
public struct BoxLength: Observable {
  /// The name.
  public static let name = "box-length"
  /// The meaning in a line.
  public static let summary = "The lengths of the edges of the box"

  /// The axes.
  public let settings: AxisSettings

  /// The lengths along the axes of `settings`.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for an axis that space lacks.
  public init(_ settings: AxisSettings, speciesNames: [String], box: SimulationBox?) throws {
    try settings.check(for: Self.name)
    self.settings = settings
  }

  /// `L_x`, `L_y`, `L_z`.
  public var quantities: [ObservableDescription] { settings.quantities("L") }

  /// The lengths.
  ///
  /// - Throws: `MacrostateError` of kind `badData` in open space, and for an edge along which the box has no ends.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    try microstate.require(dimension: settings.dimension)
    let box = try microstate.boxWithEnds(along: settings.axes)
    return settings.axes.map { box.lengths[$0] }
  }
}

extension MicrostateView {
  /// The box, which must have ends along the axes `axes`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where there is none, or its boundaries are open.
  func boxWithEnds(along axes: [Int]) throws -> SimulationBox {
    guard let box else {
      throw MacrostateError(
        .badData,
        "the frame is in open space and has no box to be measured; leave this observable out, or give the box in the file"
      )
    }
    if let open = axes.first(where: { box.boundaries[$0] == .open }) {
      throw MacrostateError(
        .badData,
        "the box is open along axis \(AxisSettings.names[min(open, 2)]), so that it has no length there; leave this "
          + "observable out")
    }
    return box
  }
}
