import Foundation
import MacrostateSettings
import MacrostateStorage
import Microstates

/// Which moments of positions are asked for.
public struct MomentSettings: SettingsGroup {
  /// What is raised to the power.
  public enum Quantity: String, SettingChoice, Sendable {
    /// Each coordinate.
    case coordinates
    /// The distance from the centre.
    case radius
  }

  /// What a moment is about.
  public enum Centre: String, SettingChoice, Sendable {
    /// The mean of all positions.
    case mean
    /// 0 of the coordinates as the data set has them, less its offset.
    case zero
  }

  /// What the group is about.
  public static let summary = "Moments of the positions"
  /// The keys.
  public static let settings: [Setting<MomentSettings>] =
    [
      Setting("of", \.quantity, "Each coordinate, or the distance from the centre"),
      Setting("power", \.power, .between(1, 12), "p, the power"),
      Setting("about", \.centre, "The mean of all positions, or zero of the coordinates"),
    ] + AxisSettings.settings.map { Setting($0, at: \.axes) } + WholeSettings.settings.map { Setting($0, at: \.whole) }

  /// What is raised to the power.
  public var quantity = Quantity.coordinates
  /// The power p.
  public var power = 2
  /// The centre.
  public var centre = Centre.mean
  /// The axes of coordinates.
  public var axes = AxisSettings()
  /// The images.
  public var whole = WholeSettings()

  /// The defaults: the variance along every axis.
  public init() {}
}

/// Moments of all positions, in the unit of positions to the power of p: ⟨(x − X)ᵖ⟩ along axes, or ⟨|r − R|ᵖ⟩ of the
/// distance, about the mean of all positions or about 0.
///
/// In a periodic box there is no mean position but of particles that are together, within half a period, or of coordinates
/// that are not wrapped (`images=as-given`); a moment about 0 along a periodic axis depends on the image and is refused, but
/// for `images=as-given`. Coordinates are those of the data set, less its offset where it has one. Species are not told
/// apart. The cost is O(n).
public struct PositionMoments: Observable {
  /// The name.
  public static let name = "moments"
  /// The meaning in a line.
  public static let summary = "Moments of the positions along axes, or of the distance from the centre"

  /// The settings.
  public let settings: MomentSettings

  /// The moments with these settings.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for an axis that space lacks.
  public init(_ settings: MomentSettings, speciesNames: [String] = [], box: SimulationBox? = nil) throws {
    try settings.axes.check(for: Self.name)
    self.settings = settings
  }

  /// `moment2_x`, …, or `moment2_r`; `raw_moment2_x`, … about 0.
  public var quantities: [ObservableDescription] {
    let name = (settings.centre == .zero ? "raw_" : "") + "moment\(settings.power)"
    return settings.quantity == .radius ? [ObservableDescription(name: "\(name)_r")] : settings.axes.quantities(name)
  }

  /// The moments.
  ///
  /// - Throws: `MacrostateError` of kind `badData` without particles, in space of another dimension, and where positions
  ///   have no mean, or no 0.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    try microstate.require(dimension: settings.axes.dimension)
    let points = try points(microstate)
    let n = Double(points.count)
    let centre = settings.centre == .mean ? points.reduce(SIMD3.zero, +) / n : .zero
    let power = Double(settings.power)
    func mean(_ value: (SIMD3<Double>) -> Double) -> Double {
      points.reduce(0) { $0 + pow(value($1 - centre), power) } / n
    }
    if settings.quantity == .radius { return [mean { $0.dot($0).squareRoot() }] }
    return settings.axes.axes.map { axis in mean { $0[axis] } }
  }

  private func points(_ microstate: MicrostateView) throws -> [SIMD3<Double>] {
    let isPeriodic = microstate.box?.boundaries.contains(.periodic) ?? false
    guard settings.centre == .zero, settings.whole.images == .compact, isPeriodic else {
      return try microstate.whole(images: settings.centre == .zero ? .asGiven : settings.whole.images)
    }
    throw MacrostateError(
      .badData,
      "a moment about zero of a periodic box depends on which images of particles are taken; choose about=mean, or "
        + "images=as-given for coordinates that are not wrapped")
  }
}
