import Microstates
import TestSupport
import Testing

/// Boxes with edges in any directions.
@Suite struct PeriodicImagesTests {
  /// Boxes: little and strongly tilted, upside down, flat, with walls.
  static let boxes: [SimulationBox] = {
    let (p, w, o) = (SimulationBox.Boundary.periodic, SimulationBox.Boundary.reflecting, SimulationBox.Boundary.open)
    return [
      SimulationBox(origin: [-1, 2], edges: [[3, 0], [1.4, 2]], boundaries: [p, p]),
      SimulationBox(origin: [0, 0], edges: [[3, 0], [29.5, 2]], boundaries: [p, p]),
      SimulationBox(origin: [0, 0], edges: [[1, 2], [-2, 0.5]], boundaries: [w, p]),
      SimulationBox(origin: [0, 0, 0], edges: [[4, 0, 0], [2, 3, 0], [-1, 1.5, 5]], boundaries: [p, p, p]),
      SimulationBox(origin: [1, 1, 1], edges: [[4, 0, 0], [17, 3, 0], [-23, 11, 2]], boundaries: [p, p, p]),
      SimulationBox(origin: [0, 0, 0], edges: [[0, 0, 2], [2, 0.1, 0], [0.3, 2, 0.2]], boundaries: [p, p, p]),
      SimulationBox(origin: [0, 0, 0], edges: [[4, 0, 0], [9, 3, 0], [0, 0, 5]], boundaries: [p, p, o]),
      SimulationBox(origin: [0, 0, 0], edges: [[4, 0, 0], [9, 3, 0], [-7, 4, 5]], boundaries: [o, p, w]),
      SimulationBox(origin: [0], edges: [[-2]], boundaries: [p]),
    ]
  }()

  /// The least length over all images within reach, in double precision: the later edges of the boxes lean over many of the
  /// earlier ones.
  private func leastLength(_ x: SIMD3<Double>, _ box: SimulationBox) -> Double {
    var images = [x]
    let reaches = box.lengths.count == 3 ? [64, 12, 3] : [40, 3]
    for (i, edge) in box.edgeVectors.enumerated() where box.boundaries[i] == .periodic {
      images = images.flatMap { image in (-reaches[i]...reaches[i]).map { image + SIMD3(padding: edge) * Double($0) } }
    }
    return images.map { $0.dot($0).squareRoot() }.min() ?? 0
  }

  @Test(arguments: boxes.indices) func theNearestImageIsTheNearestOfAll(number: Int) throws {
    let box = Self.boxes[number]
    let images = try #require(PeriodicImages(box))
    let edges = BoxEdges(box)
    for trial in 0..<60 {
      let shares = SIMD3<Double>(padding: (0..<3).map { Double((trial * (7 + 4 * $0) + 3 * $0) % 101) / 101 - 0.5 })
      var x = edges.point(shares) - SIMD3(padding: box.origin)
      for axis in box.lengths.count..<3 { x[axis] = 0 }
      let nearest = images.nearest(x)
      let length = nearest.dot(nearest).squareRoot()
      #expect(abs(length - leastLength(x, box)) < 1e-12, "box \(number), \(x)")
    }
  }

  @Test(arguments: boxes.indices) func pointsAreWrappedIntoTheBox(number: Int) throws {
    let box = Self.boxes[number]
    let edges = BoxEdges(box)
    #expect(abs(abs(edges.fractions(edges.point([0.25, 0.5, 0])).x) - 0.25) < 1e-12)
    for trial in 0..<50 {
      let shares = SIMD3<Double>(
        padding: box.lengths.indices.map { i in
          let share = Double((trial * (5 + 2 * i)) % 53) / 53
          return box.boundaries[i] == .periodic ? 7 * share - 3 : share
        })
      let placed = edges.fractions(edges.placed(edges.point(shares)))
      for i in box.lengths.indices {
        #expect(placed[i] > -1e-9 && placed[i] < 1 + 1e-9)
        #expect(abs((shares[i] - placed[i]) - (shares[i] - placed[i]).rounded()) < 1e-9)
      }
    }
    let walls = box.boundaries.firstIndex(of: .reflecting)
    if let walls {
      var outside = SIMD3<Double>(repeating: 0.5)
      outside[walls] = 1.5
      #expect(edges.placed(edges.point(outside)).x.isNaN)
    }
  }

  @Test func anOrthogonalBoxIsOneHoweverItIsGiven() {
    let box = SimulationBox(origin: [1, 2], edges: [[3, 0], [0, 4]], boundaries: [.periodic, .open])
    #expect(box == SimulationBox(origin: [1, 2], lengths: [3, 4], boundaries: [.periodic, .open]) && !box.isTilted)
    #expect(box.volume == 12 && box.bounds(1) == (2, 6))
    let tilted = SimulationBox(origin: [0, 0], edges: [[3, 0], [-1, 4]], boundaries: [.periodic, .periodic])
    #expect(tilted.volume == 12 && tilted.bounds(0) == (-1, 3) && tilted.bounds(1) == (0, 4) && tilted.isTilted)
  }
}
