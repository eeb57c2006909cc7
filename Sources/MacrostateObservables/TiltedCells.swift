import Foundation
import MacrostateStorage
import Microstates

/// Cells for a neighbour search in a tilted box: they divide the shortest edges of the box's lattice, and cover the
/// particles where nothing repeats. As in `CellGrid` they are at least as wide as the cut-off, and not too many.
struct TiltedCells {
  /// The number of cells along each edge.
  private(set) var counts = SIMD3<Int>(1, 1, 1)
  /// Whether the last cell of an edge touches the first.
  let isPeriodic: [Bool]
  /// The cell of each particle, along each edge.
  private(set) var places: [SIMD3<Int>] = []

  /// Cells for each particle at most.
  private static let cellsPerParticle = 4.0

  /// The cells of the `points` of `microstate`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where a position is not finite, or the cut-off is too long.
  init(_ microstate: MicrostateView, _ images: PeriodicImages, cutoff: Double, points: [SIMD3<Double>]) throws {
    for axis in 0..<microstate.dimension { _ = try microstate.extent(axis) }
    guard 2 * cutoff <= images.shortestPeriod else {
      throw MacrostateError(
        .badData,
        "the cut-off \(cutoff) is longer than half the shortest period \(images.shortestPeriod) of the tilted box, so that "
          + "several images of a particle would be neighbours; choose a shorter one")
    }
    isPeriodic = (0..<3).map { $0 < images.periodicCount }
    let fractions = points.map { point in SIMD3<Double>((0..<3).map { point.dot(images.dual[$0]) }) }
    var low = SIMD3<Double>.zero
    var width = SIMD3<Double>(repeating: 1)
    let most = pow(max(1, Self.cellsPerParticle * Double(points.count)), 1 / Double(microstate.dimension))
    for edge in 0..<3 {
      // The distance of the planes between which the cells of an edge lie.
      var span = 1 / images.dual[edge].dot(images.dual[edge]).squareRoot()
      if !isPeriodic[edge] {
        low[edge] = fractions.map { $0[edge] }.min() ?? 0
        width[edge] = max((fractions.map { $0[edge] }.max() ?? 0) - low[edge], 1e-300)
        span *= width[edge]
      }
      // A cell is a little wider than the cut-off: no rounding can put two neighbours two cells apart.
      counts[edge] = Int(min(max(1, (span / (cutoff * 1.000001)).rounded(.down)), max(1, most.rounded(.down))))
    }
    places = fractions.map { fraction in
      var place = SIMD3<Int>.zero
      for edge in 0..<3 {
        var share = (fraction[edge] - low[edge]) / width[edge]
        if isPeriodic[edge] { share -= share.rounded(.down) }
        let cell = share * Double(counts[edge])
        // What is no number is in the first cell.
        place[edge] = cell > 0 ? Int(min(cell, Double(counts[edge] - 1))) : 0
      }
      return place
    }
  }
}
