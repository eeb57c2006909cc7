import MacrostateStorage

/// The particles' types: small integers `[trajectories, n]`, or `[n]` for all trajectories alike.
struct ParticleTypes: Sendable {
  /// More distinct types than this are hardly species: they are refused, lest particle numbers be taken for types.
  static let maximumSpeciesCount = 32

  private let array: NumPyArray
  private let particleCount: Int
  private let types: [Int64]

  init(_ array: NumPyArray, trajectoryCount: Int, particleCount: Int, positions: NumPyArray) throws {
    try array.requireNumbers()
    // One configuration may have the axes of its positions.
    let isOne = trajectoryCount == 1 && array.count == particleCount && array.shape.last == particleCount
    guard isOne || array.shape == [particleCount] || array.shape == [trajectoryCount, particleCount] else {
      throw MacrostateError(
        .badData,
        "\(array.name): shape \(shapeText(array.shape)) where the \(particleCount) particles of positions "
          + "\(shapeText(positions.shape)) need types of shape [\(trajectoryCount), \(particleCount)] or [\(particleCount)]"
      )
    }
    self.array = array
    self.particleCount = particleCount
    var distinct: Set<Int64> = []
    for start in stride(from: 0, to: array.count, by: particleCount) {
      distinct.formUnion(try array.int64s(in: start..<(start + particleCount)))
      guard distinct.count <= Self.maximumSpeciesCount else {
        throw MacrostateError(
          .badData,
          "\(array.name): more than \(Self.maximumSpeciesCount) different types; types are the particles' species, not "
            + "their numbers")
      }
    }
    types = distinct.sorted()
  }

  /// The species' names, in increasing order of the types.
  var speciesNames: [String] { types.map { "type-\($0)" } }

  /// The particles of each species in trajectory m, in their order.
  func particlesBySpecies(trajectory m: Int) throws -> [[Int]] {
    let start = array.shape.count == 1 ? 0 : m * particleCount
    let ofParticle = try array.int64s(in: start..<(start + particleCount))
    return types.map { type in ofParticle.indices.filter { ofParticle[$0] == type } }
  }
}
