import CMacrostateKernels
import Foundation
import MacrostateStorage
import Microstates

/// Cells for a neighbour search: at least as wide as the cut-off, and at most a few for each particle.
///
/// Along a periodic axis they divide the period; along another they cover the particles, wherever its box ends.
struct CellGrid {
  /// Cells for each particle at most, so that the work stays O(n) where particles stand far apart.
  private static let cellsPerParticle = 4.0

  /// The search, but for what it counts.
  private(set) var search = MacrostateNeighbours()

  /// The number of cells.
  var cellCount: Int { Int(search.cells.0) * Int(search.cells.1) * Int(search.cells.2) }

  /// The cells for the particles of `microstate`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where a position is not finite, or the cut-off is too long.
  init(_ microstate: MicrostateView, cutoff: Double) throws {
    let d = microstate.dimension
    guard d <= 3 else {
      throw MacrostateError(.badData, "a neighbour search takes space of at most 3 dimensions, not \(d)")
    }
    let axes = try (0..<d).map { try Axis(microstate, $0, cutoff: cutoff) }
    let counts = Self.cellCounts(axes, cutoff: cutoff, pointCount: microstate.pointCount)
    func three<Value>(_ missing: Value, _ value: (Int) -> Value) -> (Value, Value, Value) {
      (value(0), d > 1 ? value(1) : missing, d > 2 ? value(2) : missing)
    }
    search.dimension = d
    search.cutoff = cutoff
    search.origin = three(0) { axes[$0].origin }
    search.width = three(1) { axes[$0].length / Double(counts[$0]) }
    search.period = three(0) { axes[$0].isPeriodic ? axes[$0].length : 0 }
    search.cells = three(1) { Int32(counts[$0]) }
  }

  /// As many cells along each axis as the cut-off allows, fewer where that would be too many for the particles.
  private static func cellCounts(_ axes: [Axis], cutoff: Double, pointCount: Int) -> [Int] {
    // A cell is a little wider than the cut-off: no rounding can put two neighbours two cells apart.
    let most = axes.map { max(1, ($0.length / (cutoff * 1.000001)).rounded(.down)) }
    var allowed = max(1, cellsPerParticle * Double(pointCount))
    var counts = [Int](repeating: 1, count: axes.count)
    // The axis of the fewest cells first: what it does not need is left to the others.
    for (rank, axis) in axes.indices.sorted(by: { most[$0] < most[$1] }).enumerated() {
      let share = pow(allowed, 1 / Double(axes.count - rank))
      counts[axis] = Int(min(most[axis], max(1, share.rounded(.down))))
      allowed /= Double(counts[axis])
    }
    return counts
  }

  /// What cells cover along one axis.
  private struct Axis {
    let origin: Double
    let length: Double
    let isPeriodic: Bool

    init(_ microstate: MicrostateView, _ axis: Int, cutoff: Double) throws {
      let extent = try microstate.extent(axis)
      guard let box = microstate.box, box.boundaries[axis] == .periodic else {
        (origin, length, isPeriodic) = (extent.lowerBound, max(extent.upperBound - extent.lowerBound, 1e-300), false)
        return
      }
      (origin, length, isPeriodic) = (box.origin[axis], box.lengths[axis], true)
      guard 2 * cutoff <= length else {
        throw MacrostateError(
          .badData,
          "the cut-off \(cutoff) is longer than half the period \(length) of axis \(axis) (counted from 0), so that "
            + "several images of a particle would be neighbours; choose a shorter one")
      }
    }
  }
}

extension MicrostateView {
  /// The least and the greatest coordinate along `axis`; 0 … 0 where there are no particles.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where a coordinate is not finite.
  func extent(_ axis: Int) throws -> ClosedRange<Double> {
    guard pointCount > 0 else { return 0...0 }
    var least = positions[axis]
    var greatest = least
    for i in stride(from: axis, to: positions.count, by: dimension) {
      guard positions[i].isFinite else {
        throw MacrostateError(
          .badData, "the position of particle \(i / dimension) is not finite (\(positions[i])); correct the input")
      }
      least = min(least, positions[i])
      greatest = max(greatest, positions[i])
    }
    return Double(least)...Double(greatest)
  }
}
