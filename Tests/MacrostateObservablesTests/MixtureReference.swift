import MacrostateObservables
import Microstates

/// Particles of several species in a box, and their pairs counted by comparing all, in double precision.
struct MixtureReference {
  var dimension: Int
  /// Positions of each species, `[S][n·d]`.
  var positions: [[Float]]
  var box: SimulationBox?

  /// Particles drawn evenly from the box, the lengths `lengths` from −1 on (some lie beyond periodic boundaries).
  init(counts: [Int], lengths: [Double], boundaries: [SimulationBox.Boundary], seed: UInt64, overshoot: Double = 0) {
    var state = seed
    func uniform() -> Double {
      // A linear congruential generator (Knuth's MMIX) is enough to scatter points.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
    dimension = lengths.count
    box = SimulationBox(origin: lengths.map { _ in -1 }, lengths: lengths, boundaries: boundaries)
    positions = counts.map { count in
      (0..<count).flatMap { _ in
        lengths.indices.map { axis in
          let reach = boundaries[axis] == .periodic ? 1 + 2 * overshoot : 1
          return Float(-1 + lengths[axis] * ((uniform() - 0.5) * reach + 0.5))
        }
      }
    }
  }

  var frame: Trajectory.Frame { Trajectory.Frame(time: 0, positions: positions) }

  /// Calls `body` with a view of the particles.
  func withView<Result>(_ body: (MicrostateView) throws -> Result) rethrows -> Result {
    let counts = positions.map { $0.count / dimension }
    return try positions.flatMap(\.self).withUnsafeBufferPointer {
      try body(MicrostateView(dimension: dimension, positions: $0, speciesCounts: counts, box: box))
    }
  }

  /// The distances of all ordered pairs of a particle of species `a` and another of species `b`.
  func distances(_ a: Int, _ b: Int) -> [Double] {
    let n = positions.map { $0.count / dimension }
    return (0..<n[a]).flatMap { i in
      (0..<n[b]).filter { a != b || $0 != i }.map { j in distance(a, i, b, j) }
    }
  }

  private func distance(_ a: Int, _ i: Int, _ b: Int, _ j: Int) -> Double {
    var sum = 0.0
    for axis in 0..<dimension {
      let difference = Double(positions[a][i * dimension + axis]) - Double(positions[b][j * dimension + axis])
      guard let box, box.boundaries[axis] == .periodic else {
        sum += difference * difference
        continue
      }
      // The nearest of many images, by trying them.
      let images = (-4...4).map { abs(difference + Double($0) * box.lengths[axis]) }
      let nearest = images.min() ?? 0
      sum += nearest * nearest
    }
    return sum.squareRoot()
  }
}
