import MacrostateAutodiff
import MacrostateSettings

/// A kind of dynamics that `dynamics.kind` can choose.
///
/// A new one is a `DynamicsModel` with a kind that makes it, in a file of its own, and a line in `DynamicsKinds.all` (or in
/// the `Parts` of a program of yours).
public protocol DynamicsKind: Part {
  /// A dynamics of the kind, in words: `an ODE`.
  static var title: String { get }
  /// The steps of a training window of the model (`DynamicsModel.windowLength`).
  static func windowLength(_ settings: Settings) -> Int
  /// The model of macrostates with this scaling, its parameters in a layout of its own.
  static func model(_ settings: Settings, _ sizes: DynamicsSizes, scaling: MacrostateScaling) -> any DynamicsModel
}

extension DynamicsKind {
  /// A dynamics of this name.
  public static var title: String { "a dynamics '\(name)'" }
  /// Pairs of successive states.
  public static func windowLength(_ settings: Settings) -> Int { 1 }
}

/// The sizes that a dynamics is made for.
public struct DynamicsSizes: Sendable, Equatable, Codable {
  /// D.
  public var dimension: Int
  /// C: the last components of z stay as they are.
  public var constantCount: Int

  /// Sizes.
  public init(dimension: Int, constantCount: Int = 0) {
    self.dimension = dimension
    self.constantCount = constantCount
  }
}

/// The kinds of dynamics.
public enum DynamicsKinds: PartFamily {
  /// The kinds of this package, and those that the program adds.
  public static var all: [any Part.Type] {
    [OrdinaryEquation.self, StochasticEquation.self] + Parts.added((any DynamicsKind.Type).self)
  }
}

extension PartSettings<DynamicsKinds> {
  /// The kind that is chosen.
  public var dynamics: any DynamicsKind.Type { part as? any DynamicsKind.Type ?? OrdinaryEquation.self }

  /// The steps of a training window of the model that is chosen.
  public var windowLength: Int {
    func length<K: DynamicsKind>(_ kind: K.Type) -> Int { K.windowLength(self[K.Settings.self]) }
    return length(dynamics)
  }

  /// The model that is chosen.
  public func model(_ sizes: DynamicsSizes, scaling: MacrostateScaling) -> any DynamicsModel {
    func make<K: DynamicsKind>(_ kind: K.Type) -> any DynamicsModel {
      K.model(self[K.Settings.self], sizes, scaling: scaling)
    }
    return make(dynamics)
  }
}

/// The description of a dynamics in a stored model.
public struct DynamicsShape: Sendable, Equatable, Codable {
  /// The sizes; where z is divided among several models, those of one of all.
  public var sizes: DynamicsSizes
  /// The kind, with its settings.
  public var part: PartSettings<DynamicsKinds>

  /// A dynamics of `sizes`.
  public init(_ part: PartSettings<DynamicsKinds>, _ sizes: DynamicsSizes) {
    self.part = part
    self.sizes = sizes
  }

  /// D.
  public var dimension: Int { sizes.dimension }
  /// C.
  public var constantCount: Int { sizes.constantCount }

  /// The model of `dimension` components.
  public func model(dimension: Int, scaling: MacrostateScaling) -> any DynamicsModel {
    part.model(DynamicsSizes(dimension: dimension, constantCount: constantCount), scaling: scaling)
  }
}
