import MacrostateSettings
import MacrostateStorage
import Microstates

/// The axes that an observable gives a value for.
public enum AxisChoice: String, SettingChoice, Sendable {
  case all, x, y, z
}

/// The dimension of space as a setting, which is that of the data where it is not given: it decides how many values an
/// observable has.
public enum DimensionSetting {
  /// The key.
  public static let key = "dimension"

  /// The setting that is kept at `place`.
  public static func setting<Group>(_ place: WritableKeyPath<Group, Int> & Sendable) -> Setting<Group> {
    Setting(key, place, .between(1, 3), "Dimension of space, that of the data where it is not given")
  }
}

/// The axes that an observable gives a value for, one or all of space.
public struct AxisSettings: SettingsGroup {
  /// What the group is about.
  public static let summary = "The axes of space"
  /// The keys.
  public static let settings = [
    Setting("axis", \AxisSettings.axis, "The axis"),
    DimensionSetting.setting(\.dimension),
  ]

  /// The axis.
  public var axis = AxisChoice.all
  /// The dimension d of space.
  public var dimension = 3

  /// The defaults: all axes of space of three dimensions.
  public init() {}

  /// The axis `axis` of space of `dimension` dimensions.
  public init(axis: AxisChoice, dimension: Int) {
    self.axis = axis
    self.dimension = dimension
  }

  /// The names of all axes.
  static let names = ["x", "y", "z"]

  /// The numbers of the axes, counted from 0.
  public var axes: [Int] {
    axis == .all ? Array(0..<dimension) : Self.names.indices.filter { Self.names[$0] == axis.rawValue }
  }

  /// One value for each axis, called `name` with the axis.
  func quantities(_ name: String) -> [ObservableDescription] {
    axes.map { ObservableDescription(name: "\(name)_\(Self.names[$0])") }
  }

  /// Checks that the axes are those of space.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for an axis that space lacks.
  func check(for observable: String) throws {
    guard axes.allSatisfy({ $0 < dimension }) else {
      throw PartRequest("observable", named: observable)
        .error("needs an axis of space, which has \(dimension) dimensions, not \(axis.rawValue)")
    }
  }
}

extension MicrostateView {
  /// Checks that space has as many dimensions as the observable was made for.
  ///
  /// - Throws: `MacrostateError` of kind `badData`.
  func require(dimension: Int) throws {
    guard self.dimension == dimension else {
      throw MacrostateError(
        .badData, "space has \(self.dimension) dimensions, and the observable was made for \(dimension)")
    }
  }
}
