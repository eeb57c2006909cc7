import MacrostateSettings
import MacrostateStorage
import Microstates

/// Local environments that are computed from the particles of frames, in their order; a value that was asked for by name, as
/// in `import --feature bond-order,degree=6`.
public struct LocalFeatures: Sendable {
  /// What messages call them.
  static let family = "feature"

  /// All of them, those that a program adds at the end.
  public static var all: [any LocalFeature.Type] {
    [
      NeighbourCounts.self, LocalDensity.self, PlanarBondOrder.self, BondOrder.self, RadialSymmetry.self,
      LocalSpeed.self,
    ] + Parts.added((any LocalFeature.Type).self)
  }

  /// Those that were asked for.
  public let chosen: [any LocalFeature]
  private let dimension: Int

  /// The features that are asked for, of particles of these species.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for an unknown name, a setting that it does not have or that makes no
  ///   sense, states without positions, and two with one name.
  public init(_ requests: [PartRequest], speciesNames: [String], dimension: Int) throws {
    self.dimension = dimension
    chosen = try requests.map { request in
      guard dimension > 0 else { throw request.error("needs positions, and these states have none; leave it out") }
      return try Self.make(Self.type(named: request.name), request, speciesNames, dimension)
    }
    let names = names
    if let double = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw MacrostateError(
        .usage, "two features are called '\(double)'; ask for one of them, with one choice of settings")
    }
  }

  /// The features as they were defined before.
  ///
  /// - Throws: as `init(_:speciesNames:dimension:)`.
  public init(_ definitions: [ObservableDescription.Definition], speciesNames: [String], dimension: Int) throws {
    try self.init(
      definitions.map { PartRequest($0, of: Self.family) }, speciesNames: speciesNames, dimension: dimension)
  }

  /// The feature called `name`.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for an unknown name, with those there are.
  public static func type(named name: String) throws -> any LocalFeature.Type {
    guard let found = all.first(where: { $0.name == name }) else {
      let names = all.map { $0.name }
      throw MacrostateError(
        .usage,
        "unknown feature '\(name)'\(Spelling.hint(for: name, among: names)); there are: \(names.joined(separator: ", "))"
      )
    }
    return found
  }

  private static func make<Kind: LocalFeature>(
    _ kind: Kind.Type, _ request: PartRequest, _ speciesNames: [String], _ dimension: Int
  ) throws -> any LocalFeature {
    try Kind(request.settings(), speciesNames: speciesNames, dimension: dimension)
  }

  /// The features of the particles that those of `requests` look at.
  public static func usedFeatures(_ requests: [PartRequest]) -> [String] {
    var names: [String] = []
    // An unknown one is refused later.
    for kind in requests.compactMap({ try? Self.type(named: $0.name) }) {
      names += kind.features.filter { !names.contains($0) }
    }
    return names
  }

  /// The features of the particles that these look at.
  public var usedFeatures: [String] { Self.usedFeatures(definitions.map { PartRequest($0, of: Self.family) }) }

  /// The names of the numbers of a particle.
  public var names: [String] { chosen.flatMap(\.names) }

  /// How they are computed.
  public var definitions: [ObservableDescription.Definition] { chosen.map(\.definition) }

  /// The numbers of a frame's particles, `[S][n · m]`, in its own box, or else in `box`; none of a frame without particles.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where one is not defined for this frame.
  public func values(
    _ frame: Trajectory.Frame, box: SimulationBox?, featureNames: [String]
  ) throws -> [[Float]] {
    let counts = frame.positions.map { $0.count / dimension }
    let features = featureNames.isEmpty ? [] : frame.features.flatMap(\.self)
    let columns = try frame.positions.flatMap(\.self).withUnsafeBufferPointer { positions in
      try features.withUnsafeBufferPointer { features in
        let view = MicrostateView(
          dimension: dimension, positions: positions, speciesCounts: counts, box: frame.box ?? box, features: features,
          featureNames: featureNames)
        return try chosen.map { (width: $0.names.count, values: positions.isEmpty ? [] : try $0.evaluate(view)) }
      }
    }
    var first = 0
    return counts.map { count in
      defer { first += count }
      return (first..<first + count).flatMap { i in
        columns.flatMap { column in (0..<column.width).map { Float(column.values[i * column.width + $0]) } }
      }
    }
  }
}
