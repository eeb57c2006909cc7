import Foundation
import MacrostateStorage
import Microstates

/// Counts the pairs of particles that are closer than a cut-off in a tilted box, in O(n) as `CellGrid` does: the cells
/// divide the shortest edges of the box's lattice, and cover the particles where nothing repeats.
struct TiltedNeighbours {
  private let images: PeriodicImages
  private let cutoff: Double
  private let speciesCounts: [Int]
  private let points: [SIMD3<Double>]
  /// The number of cells along each edge.
  private var cells = [1, 1, 1]
  /// The particles of each cell.
  private var members: [[Int]] = []
  /// The cell of each particle, along each edge.
  private var places: [SIMD3<Int>] = []

  /// Cells for each particle at most.
  private static let cellsPerParticle = 4.0

  /// - Throws: `MacrostateError` of kind `badData` where a position is not finite, or the cut-off is too long.
  init(_ microstate: MicrostateView, _ images: PeriodicImages, cutoff: Double) throws {
    self.images = images
    self.cutoff = cutoff
    speciesCounts = microstate.speciesCounts
    for axis in 0..<microstate.dimension { _ = try microstate.extent(axis) }
    guard 2 * cutoff <= images.shortestPeriod else {
      throw MacrostateError(
        .badData,
        "the cut-off \(cutoff) is longer than half the shortest period \(images.shortestPeriod) of the tilted box, so that "
          + "several images of a particle would be neighbours; choose a shorter one")
    }
    points = (0..<microstate.pointCount).map(microstate.position)
    sortIntoCells(dimension: microstate.dimension)
  }

  private mutating func sortIntoCells(dimension: Int) {
    let fractions = points.map { point in
      SIMD3<Double>((0..<3).map { (point * images.dual[$0]).sum() })
    }
    var low = SIMD3<Double>.zero
    var width = SIMD3<Double>(repeating: 1)
    let most = pow(max(1, Self.cellsPerParticle * Double(points.count)), 1 / Double(dimension))
    for edge in 0..<3 {
      // The distance of the planes between which the cells of an edge lie.
      var span = 1 / (images.dual[edge] * images.dual[edge]).sum().squareRoot()
      if edge >= images.periodicCount {
        low[edge] = fractions.map { $0[edge] }.min() ?? 0
        width[edge] = max((fractions.map { $0[edge] }.max() ?? 0) - low[edge], 1e-300)
        span *= width[edge]
      }
      // A cell is a little wider than the cut-off: no rounding can put two neighbours two cells apart.
      cells[edge] = Int(min(max(1, (span / (cutoff * 1.000001)).rounded(.down)), max(1, most.rounded(.down))))
    }
    members = [[Int]](repeating: [], count: cells.reduce(1, *))
    places = fractions.enumerated().map { i, fraction in
      var place = SIMD3<Int>.zero
      for edge in 0..<3 {
        var share = (fraction[edge] - low[edge]) / width[edge]
        if edge < images.periodicCount { share -= share.rounded(.down) }
        let cell = share * Double(cells[edge])
        // What is no number is in the first cell.
        place[edge] = cell > 0 ? Int(min(cell, Double(cells[edge] - 1))) : 0
      }
      members[index(place)].append(i)
      return place
    }
  }

  private func index(_ place: SIMD3<Int>) -> Int { place.x + cells[0] * (place.y + cells[1] * place.z) }

  /// The cells along one edge that touch the cell `own`, each once.
  private func around(_ own: Int, _ edge: Int) -> Set<Int> {
    let count = cells[edge]
    let all = (own - 1)...(own + 1)
    return edge < images.periodicCount
      ? Set(all.map { ($0 + count) % count }) : Set(all.filter { (0..<count).contains($0) })
  }

  /// The ordered pairs `[S, S, bins]`, and the number of pairs that were looked at.
  func count(bins: Int) -> (pairs: [UInt64], candidates: Int) {
    let species = speciesCounts.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
    var pairs = [UInt64](repeating: 0, count: speciesCounts.count * speciesCounts.count * bins)
    var candidates = 0
    for i in points.indices {
      for z in around(places[i].z, 2) {
        for y in around(places[i].y, 1) {
          for x in around(places[i].x, 0) {
            for j in members[index(SIMD3(x, y, z))] {
              candidates += 1
              let difference = images.nearest(points[i] - points[j])
              let square = (difference * difference).sum()
              guard i != j, square < cutoff * cutoff else { continue }
              let bin = min(Int(square.squareRoot() * Double(bins) / cutoff), bins - 1)
              pairs[(species[i] * speciesCounts.count + species[j]) * bins + bin] += 1
            }
          }
        }
      }
    }
    return (pairs, candidates)
  }
}
