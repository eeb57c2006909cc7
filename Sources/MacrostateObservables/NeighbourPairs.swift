import Microstates

/// The particles of a frame, sorted into cells: the neighbours of each, with the vectors to their nearest images, are
/// found in O(1) where the density is bounded, in orthogonal and tilted boxes and in open space.
///
/// `NeighbourSearch` only counts them, and is faster.
///
///     let pairs = try NeighbourPairs(microstate, cutoff: 2.5)
///     var found: [NeighbourPairs.Neighbour] = []
///     for i in pairs.points.indices { pairs.find(of: i, into: &found); … }
package struct NeighbourPairs {
  /// A neighbour of a particle.
  package struct Neighbour {
    /// Its number.
    package var index: Int
    /// The vector from the particle to the nearest image of it.
    package var vector: SIMD3<Double>
    /// The square of the distance.
    package var square: Double
  }

  /// The positions, 0 along axes that space lacks.
  package let points: [SIMD3<Double>]
  private let cutoff: Double
  private let images: Images
  /// The number of cells along each axis or edge, and whether the last touches the first.
  private let counts: SIMD3<Int>
  private let isPeriodic: [Bool]
  /// The cell of each particle along each axis or edge.
  private let places: [SIMD3<Int>]
  /// The particles in the order of their cells; those of cell c are `starts[c] ..< starts[c + 1]`.
  private var members: [Int]
  private var starts: [Int]

  /// The particles of `microstate`, of which those closer than `cutoff` are neighbours.
  ///
  /// - Throws: `MacrostateError` of kind `badData` where a position is not finite, or the cut-off exceeds half a period.
  package init(_ microstate: MicrostateView, cutoff: Double) throws {
    self.cutoff = cutoff
    points = (0..<microstate.pointCount).map(microstate.position)
    images = Images(microstate.box)
    if case .tilted(let images) = images {
      let cells = try TiltedCells(microstate, images, cutoff: cutoff, points: points)
      (counts, isPeriodic) = (cells.counts, cells.isPeriodic)
      places = cells.places
    } else {
      let grid = try CellGrid(microstate, cutoff: cutoff)
      (counts, isPeriodic) = (grid.counts, grid.isPeriodic)
      places = points.map(grid.place)
    }
    let counts = counts
    let cells = places.map { $0.x + counts.x * ($0.y + counts.y * $0.z) }
    starts = [Int](repeating: 0, count: counts.x * counts.y * counts.z + 1)
    for cell in cells { starts[cell + 1] += 1 }
    for cell in 1..<starts.count { starts[cell] += starts[cell - 1] }
    members = [Int](repeating: 0, count: points.count)
    var next = starts
    for (i, cell) in cells.enumerated() {
      members[next[cell]] = i
      next[cell] += 1
    }
  }

  /// Puts the neighbours of particle `i` in the place of what is in `found`, in no meaningful order.
  ///
  /// - Returns: the number of particles that were looked at.
  @discardableResult
  package func find(of i: Int, into found: inout [Neighbour]) -> Int {
    found.removeAll(keepingCapacity: true)
    var candidates = 0
    let (point, place) = (points[i], places[i])
    let (x, y, z) = (around(place.x, 0), around(place.y, 1), around(place.z, 2))
    for offsetZ in z {
      for offsetY in y {
        for offsetX in x {
          let cell =
            wrapped(place.x + offsetX, 0)
            + counts.x * (wrapped(place.y + offsetY, 1) + counts.y * wrapped(place.z + offsetZ, 2))
          candidates += starts[cell + 1] - starts[cell]
          for member in starts[cell]..<starts[cell + 1] {
            let j = members[member]
            let vector = images.nearest(points[j] - point)
            let square = (vector * vector).sum()
            if square < cutoff * cutoff, j != i { found.append(Neighbour(index: j, vector: vector, square: square)) }
          }
        }
      }
    }
    return candidates
  }

  /// Calls `body` with every pair of neighbours, once.
  package func forEachPair(_ body: (Int, Neighbour) throws -> Void) rethrows {
    var found: [Neighbour] = []
    for i in points.indices {
      find(of: i, into: &found)
      for neighbour in found where neighbour.index < i { try body(i, neighbour) }
    }
  }

  /// The steps from the cell `own` along one axis to those that touch it and itself, each cell once.
  private func around(_ own: Int, _ axis: Int) -> ClosedRange<Int> {
    let count = counts[axis]
    guard isPeriodic[axis] else { return max(-1, -own)...min(1, count - 1 - own) }
    return (count > 2 ? -1 : 0)...(count > 1 ? 1 : 0)
  }

  private func wrapped(_ cell: Int, _ axis: Int) -> Int {
    let count = counts[axis]
    return cell < 0 ? cell + count : cell >= count ? cell - count : cell
  }
}

extension CellGrid {
  /// The number of cells along each axis.
  var counts: SIMD3<Int> { SIMD3(Int(search.cells.0), Int(search.cells.1), Int(search.cells.2)) }

  /// Whether the last cell of an axis touches the first.
  var isPeriodic: [Bool] { [search.period.0 > 0, search.period.1 > 0, search.period.2 > 0] }

  /// The cell of a position along each axis, as the kernel of `NeighbourSearch` finds it.
  func place(_ point: SIMD3<Double>) -> SIMD3<Int> {
    let (counts, isPeriodic) = (counts, isPeriodic)
    let share =
      (point - SIMD3(search.origin.0, search.origin.1, search.origin.2))
      / SIMD3(search.width.0, search.width.1, search.width.2)
    var place = SIMD3<Int>.zero
    for axis in 0..<Int(search.dimension) {
      let count = Double(counts[axis])
      let folded = isPeriodic[axis] ? share[axis] - count * (share[axis] / count).rounded(.down) : share[axis]
      place[axis] = folded > 0 ? Int(min(folded, count - 1)) : 0
    }
    return place
  }
}
