import MacrostateObservables
import Microstates
import Testing

/// Observables in tilted boxes, against all pairs and all images.
@Suite struct TiltedBoxTests {
  private static let boxes: [SimulationBox] = {
    let (p, w, o) = (SimulationBox.Boundary.periodic, SimulationBox.Boundary.reflecting, SimulationBox.Boundary.open)
    return [
      SimulationBox(origin: [-1, 2], edges: [[12, 0], [5, 9]], boundaries: [p, p]),
      SimulationBox(origin: [0, 0], edges: [[12, 0], [43, 9]], boundaries: [p, p]),
      SimulationBox(origin: [0, 0], edges: [[12, 0], [5, 9]], boundaries: [p, w]),
      SimulationBox(origin: [0, 0, 0], edges: [[7, 0, 0], [3, 8, 0], [-2, 3, 6]], boundaries: [p, p, p]),
      SimulationBox(origin: [0, 0, 0], edges: [[7, 0, 0], [17, 8, 0], [-12, 23, 6]], boundaries: [p, p, p]),
      SimulationBox(origin: [0, 0, 0], edges: [[7, 0, 0], [3, 8, 0], [0, 0, 6]], boundaries: [p, p, o]),
    ]
  }()

  /// Particles of two species, spread evenly over the box.
  private func frame(_ box: SimulationBox, _ counts: [Int] = [24, 17]) -> Trajectory.Frame {
    var state: UInt64 = 7
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
    let edges = BoxEdges(box)
    let positions = counts.map { count in
      (0..<count).flatMap { _ -> [Float] in
        let point = edges.point([uniform(), uniform(), uniform()])
        return (0..<box.lengths.count).map { Float(point[$0]) }
      }
    }
    return Trajectory.Frame(time: 0, positions: positions, box: box)
  }

  /// The distances of ordered pairs by species, `[S][S]`, to the nearest of all images.
  private func distances(_ frame: Trajectory.Frame, _ box: SimulationBox) -> [[[Double]]] {
    let d = box.lengths.count
    var translations = [SIMD3<Double>.zero]
    let reaches = d == 3 ? [24, 8, 2] : [9, 2]
    for (i, edge) in box.edgeVectors.enumerated() where box.boundaries[i] == .periodic {
      translations = translations.flatMap { base in
        (-reaches[i]...reaches[i]).map { base + SIMD3(padding: edge) * Double($0) }
      }
    }
    let points = frame.positions.map { values in
      stride(from: 0, to: values.count, by: d).map { SIMD3(padding: values[$0..<($0 + d)].map(Double.init)) }
    }
    return points.indices.map { a in
      points.indices.map { b in
        points[a].indices.flatMap { i in
          points[b].indices.filter { a != b || $0 != i }.map { j in
            let x = points[a][i] - points[b][j]
            return translations.map { ((x - $0) * (x - $0)).sum() }.min()?.squareRoot() ?? 0
          }
        }
      }
    }
  }

  @Test(arguments: boxes.indices) func agreesWithComparingAllImages(number: Int) throws {
    let box = Self.boxes[number]
    let frame = frame(box)
    let (d, n) = (box.lengths.count, [24.0, 17])
    let distances = distances(frame, box)
    let search = NeighbourSearch(cutoff: 2, bins: 4)
    let functions = try RadialDistribution(speciesNames: ["A", "B"], search: search, followsParticles: false)
      .evaluate(frame, dimension: d)
    for (pair, (a, b)) in [(0, 0), (0, 1), (1, 1)].enumerated() {
      for bin in 0..<4 {
        let (inner, outer) = (0.5 * Double(bin), 0.5 * Double(bin + 1))
        let found = distances[a][b].count { $0 >= inner && $0 < outer }
        let shell =
          d == 2
          ? Double.pi * (outer * outer - inner * inner)
          : 4 * Double.pi / 3 * (outer * outer * outer - inner * inner * inner)
        let expected = n[a] * (n[b] - (a == b ? 1 : 0)) / box.volume * shell
        #expect(abs(functions[pair * 4 + bin] - Double(found) / expected) < 1e-12, "box \(number)")
      }
    }
    let ratio = try MixingRatio(speciesNames: ["A", "B"], search: NeighbourSearch(cutoff: 2)).evaluate(
      frame, dimension: d)
    let near = [0, 1].map { b in distances[0][b].count { $0 < 2 } }
    #expect(abs(ratio[0] - Double(near[1]) / Double(near[0] + near[1])) < 1e-15)
    let energy = try PairEnergy().evaluate(frame, dimension: d)[0]
    let all = distances.joined().joined()
    let expected = all.reduce(0) { $0 + PairInteraction().energy($1) } / Double(all.count)
    #expect(abs(energy - expected) < 1e-12 * abs(expected) + 1e-12)
  }

  /// The lattice of an orthogonal box has tilted edges, too: the same neighbours and energies.
  @Test func tiltedEdgesOfAnOrthogonalLatticeChangeNothing() throws {
    let square = SimulationBox(origin: [0, 0], lengths: [10, 8], boundaries: [.periodic, .periodic])
    let tilted = SimulationBox(origin: [0, 0], edges: [[10, 0], [-30, 8]], boundaries: [.periodic, .periodic])
    var frame = frame(square)
    for observable in [
      MixingRatio(speciesNames: ["A", "B"]) as any Observable, RadialDistribution(speciesNames: ["A", "B"]),
      PairEnergy(),
    ] {
      frame.box = square
      let values = try observable.evaluate(frame, dimension: 2)
      frame.box = tilted
      let others = try observable.evaluate(frame, dimension: 2)
      #expect(zip(values, others).allSatisfy { abs($0 - $1) < 1e-9 })
    }
  }

  /// The work stays O(n).
  @Test func cellsKeepTheWorkSmall() throws {
    let box = SimulationBox(origin: [0, 0], edges: [[80, 0], [200, 80]], boundaries: [.periodic, .periodic])
    let frame = frame(box, [6400])
    let counts = try frame.positions[0].withUnsafeBufferPointer {
      try NeighbourSearch(cutoff: 1).count(MicrostateView(dimension: 2, positions: $0, box: box))
    }
    #expect(counts.candidates < 6400 * 40)
    // A particle for each unit of area.
    #expect(abs(Double(counts.neighbours(of: 0)) / 6400 - Double.pi) < 0.2)
  }

  @Test func aCutoffBeyondHalfTheShortestPeriodIsRefused() throws {
    let box = SimulationBox(origin: [0, 0], edges: [[12, 0], [11, 3]], boundaries: [.periodic, .periodic])
    let error = #expect(throws: (any Error).self) {
      try MixingRatio(speciesNames: ["A", "B"]).evaluate(frame(box), dimension: 2)
    }
    #expect("\(error ?? CancellationError())".contains("half the shortest period"))
  }

  @Test func anOpenEdgeEndsWithTheParticles() throws {
    let search = NeighbourSearch(cutoff: 2, bins: 2)
    let points: [Float] = [0.5, 0, 1.5, 0, 1.5, 4, 7.5, 1, 9.5, 3]
    func values(_ edges: [[Double]]) throws -> [Double] {
      let box = SimulationBox(origin: [0, 0], edges: edges, boundaries: [.periodic, .open])
      return try RadialDistribution(speciesNames: ["A"], search: search).evaluate(
        Trajectory.Frame(time: 0, positions: [points], box: box), dimension: 2)
    }
    // The edge that does not repeat says nothing, but for its height.
    let (straight, tilted) = (try values([[10, 0], [0, 100]]), try values([[10, 0], [3, 50]]))
    #expect(zip(straight, tilted).allSatisfy { abs($0 - $1) < 1e-12 })
  }
}
