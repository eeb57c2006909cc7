import MacrostateStorage
import Microstates

/// The particles of one frame, as an observable sees them: a view of another's memory, valid only during a call.
public struct MicrostateView {
  /// The dimension d of space.
  public let dimension: Int
  /// The positions of all particles, `[n, d]`, grouped by species.
  public let positions: UnsafeBufferPointer<Float>
  /// The features of all particles, `[n, c]`, in the order of the positions; empty where there are none.
  public let features: UnsafeBufferPointer<Float>
  /// The names of the c columns of features.
  public let featureNames: [String]
  /// The number of particles of each species, `[S]`; their sum is n.
  public let speciesCounts: [Int]
  /// The simulation box of this frame, orthogonal or tilted; `nil` for open space. Distances are those to the nearest
  /// image along its periodic axes.
  public let box: SimulationBox?

  /// A view of the positions `[n, d]` of particles of one species.
  public init(dimension: Int, positions: UnsafeBufferPointer<Float>, box: SimulationBox? = nil) {
    self.init(
      dimension: dimension, positions: positions, speciesCounts: [positions.count / dimension], box: box)
  }

  /// A view of the positions `[n, d]` and features `[n, c]` of particles of several species, grouped by species; d = 0 for
  /// states without positions.
  public init(
    dimension: Int, positions: UnsafeBufferPointer<Float>, speciesCounts: [Int], box: SimulationBox? = nil,
    features: UnsafeBufferPointer<Float> = UnsafeBufferPointer(start: nil, count: 0), featureNames: [String] = []
  ) {
    let pointCount = speciesCounts.reduce(0, +)
    precondition(pointCount * dimension == positions.count, "counts and positions disagree")
    precondition(pointCount * featureNames.count == features.count, "counts and features disagree")
    self.features = features
    self.featureNames = featureNames
    self.dimension = dimension
    self.positions = positions
    self.speciesCounts = speciesCounts
    self.box = box
  }

  /// The number n of particles.
  public var pointCount: Int { speciesCounts.reduce(0, +) }

  /// The species of every particle, `[n]`.
  var species: [Int] { speciesCounts.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) } }

  /// The features called `name`, one for each particle, `[n]`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where there is no such feature, with those there are.
  public func feature(_ name: String) throws -> [Float] {
    guard let values = featureIfPresent(name) else {
      let others = featureNames.isEmpty ? "there are none" : "there are \(featureNames.joined(separator: ", "))"
      throw MacrostateError(
        .badData,
        "no feature '\(name)'\(Spelling.hint(for: name, among: featureNames)); \(others). Write it with the particles: a "
          + "column '\(name)' of the file, or a feature of arrays with this name")
    }
    return values
  }

  /// The features called `name`, one for each particle, `[n]`; nil where there is no such feature.
  public func featureIfPresent(_ name: String) -> [Float]? {
    featureNames.firstIndex(of: name).map { column in
      stride(from: column, to: features.count, by: featureNames.count).map { features[$0] }
    }
  }

  /// The period of each axis `[d]`, infinite where it has none; nil where no axis has one, and for a tilted box.
  public var periods: [Double]? {
    guard let box, !box.isTilted, box.boundaries.contains(.periodic) else { return nil }
    return zip(box.boundaries, box.lengths).map { $0 == .periodic ? $1 : .infinity }
  }

  /// The position of particle i, 0 along axes that space lacks.
  func position(_ i: Int) -> SIMD3<Double> {
    var position = SIMD3<Double>.zero
    for axis in 0..<dimension { position[axis] = Double(positions[i * dimension + axis]) }
    return position
  }
}
