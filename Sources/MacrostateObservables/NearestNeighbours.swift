import Foundation
import MacrostateStorage
import Microstates

/// The same number of nearest neighbours of every particle, whatever their distances, by `NeighbourPairs` with cut-offs
/// that are doubled for those that have too few.
struct NearestNeighbours {
  private let microstate: MicrostateView
  private let count: Int

  /// The nearest `count` neighbours of each particle of `microstate`.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where there are not so many others.
  init(_ microstate: MicrostateView, count: Int) throws {
    guard microstate.pointCount > count else {
      throw MacrostateError(
        .badData,
        "\(count) nearest neighbours need \(count + 1) particles, and the frame has \(microstate.pointCount); choose fewer"
      )
    }
    self.microstate = microstate
    self.count = count
  }

  /// Calls `body` with every particle and its neighbours, in no meaningful order.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where a position is not finite.
  func visit(_ body: (Int, ArraySlice<NeighbourPairs.Neighbour>) -> Void) throws {
    let longest = Self.longestCutoff(microstate.box)
    var cutoff = min(try startCutoff(), longest)
    var missing = Array(0..<microstate.pointCount)
    var found: [NeighbourPairs.Neighbour] = []
    while !missing.isEmpty, cutoff > 0 {
      let pairs = try NeighbourPairs(microstate, cutoff: cutoff)
      missing = missing.filter { i in
        pairs.find(of: i, into: &found)
        guard found.count >= count else { return true }
        body(i, nearest(&found))
        return false
      }
      // No search reaches over more than half a period: few particles in a small box are compared with all.
      if cutoff >= longest { break }
      cutoff = min(2 * cutoff, longest)
    }
    compareWithAll(missing, body)
  }

  private func compareWithAll(_ particles: [Int], _ body: (Int, ArraySlice<NeighbourPairs.Neighbour>) -> Void) {
    guard !particles.isEmpty else { return }
    let images = Images(microstate.box)
    let points = (0..<microstate.pointCount).map(microstate.position)
    for i in particles {
      var found = points.indices.filter { $0 != i }.map { j in
        let vector = images.nearest(points[j] - points[i])
        return NeighbourPairs.Neighbour(index: j, vector: vector, square: (vector * vector).sum())
      }
      body(i, nearest(&found))
    }
  }

  private func nearest(_ found: inout [NeighbourPairs.Neighbour]) -> ArraySlice<NeighbourPairs.Neighbour> {
    found.sort { ($0.square, $0.index) < ($1.square, $1.index) }
    return found.prefix(count)
  }

  /// The distance within which a particle has about twice as many neighbours as are needed.
  private func startCutoff() throws -> Double {
    let d = microstate.dimension
    let volume = try (0..<d).reduce(1.0) { product, axis in
      let extent = try microstate.extent(axis)
      return product * max(extent.upperBound - extent.lowerBound, 1e-30)
    }
    let ball = [2, Double.pi, 4 * Double.pi / 3][min(max(d, 1), 3) - 1]
    let start = pow(2 * Double(count) * volume / (Double(microstate.pointCount) * ball), 1 / Double(max(d, 1)))
    return start.isFinite && start > 0 ? start : 1
  }

  /// Half the shortest period; infinite where there is none.
  private static func longestCutoff(_ box: SimulationBox?) -> Double {
    guard let box, let images = PeriodicImages(box) else { return .infinity }
    // Less by what rounding may make of it.
    return images.shortestPeriod / 2 * (1 - 1e-12)
  }
}
