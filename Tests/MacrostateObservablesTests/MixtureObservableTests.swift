import Foundation
import MacrostateObservables
import MacrostateStorage
import Microstates
import Testing

@Suite struct MixtureObservableTests {
  private static let mixture = MixtureReference(
    counts: [40, 25, 31], lengths: [11, 13], boundaries: [.periodic, .reflecting], seed: 11)

  private func value(
    _ observable: some Observable, _ positions: [[Float]], box: SimulationBox? = nil
  ) throws -> [Double] {
    try observable.evaluate(Trajectory.Frame(time: 0, positions: positions), dimension: 2, box: box)
  }

  /// A 4 × 4 periodic square lattice with the unit as its distance, its left half A.
  private func lattice(_ isFirst: (Int, Int) -> Bool) -> (positions: [[Float]], box: SimulationBox) {
    var positions: [[Float]] = [[], []]
    for x in 0..<4 {
      for y in 0..<4 { positions[isFirst(x, y) ? 0 : 1] += [Float(x) + 0.5, Float(y) + 0.5] }
    }
    let box = SimulationBox(origin: [0, 0], lengths: [4, 4], boundaries: [.periodic, .periodic])
    return (positions, box)
  }

  @Test func latticesByHand() throws {
    let near = NeighbourSearch(cutoff: 1.1)
    // Halves: an A has 4 neighbours, of which 1 is B on either side of a column. Rows: 2 of 4. A chessboard: all.
    for (isFirst, ratio) in [
      ({ x, _ in x < 2 }, 0.25), ({ x, _ in x % 2 == 0 }, 0.5), ({ x, y in (x + y) % 2 == 0 }, 1.0),
    ] as [((Int, Int) -> Bool, Double)] {
      let (positions, box) = lattice(isFirst)
      #expect(try value(MixingRatio(speciesNames: ["A", "B"], search: near), positions, box: box) == [ratio, ratio])
      let order = try value(WarrenCowley(speciesNames: ["A", "B"], search: near), positions, box: box)
      #expect(order == [1 - 2 * ratio, 1 - 2 * ratio])
    }
    // One A among 15 B, and without the periodic images in its corner.
    let (positions, box) = lattice { x, y in x == 0 && y == 0 }
    #expect(try value(MixingRatio(speciesNames: ["A", "B"], search: near), positions, box: box) == [1, 4.0 / 60])
    #expect(try value(MixingRatio(speciesNames: ["A", "B"], search: near), positions) == [1, 2.0 / 46])
  }

  @Test func agreesWithComparingAllForThreeSpecies() throws {
    let names = ["A", "B", "C"]
    let mixture = Self.mixture
    let (ratios, orders, functions) = try mixture.withView {
      (
        try MixingRatio(speciesNames: names).evaluate($0), try WarrenCowley(speciesNames: names).evaluate($0),
        try RadialDistribution(speciesNames: names, search: NeighbourSearch(cutoff: 2, bins: 5)).evaluate($0)
      )
    }
    let n = [40.0, 25, 31]
    var place = 0
    for a in 0..<3 {
      for b in 0..<3 where b != a {
        let all = (0..<3).reduce(0) { $0 + mixture.distances(a, $1).count { $0 < 2.5 } }
        let ratio = Double(mixture.distances(a, b).count { $0 < 2.5 }) / Double(all)
        #expect(abs(ratios[place] - ratio) < 1e-15)
        #expect(abs(orders[place] - (1 - ratio * 96 / n[b])) < 1e-14)
        place += 1
      }
    }
    for (pair, (a, b)) in [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)].enumerated() {
      for bin in 0..<5 {
        let (inner, outer) = (0.4 * Double(bin), 0.4 * Double(bin + 1))
        let found = mixture.distances(a, b).count { $0 >= inner && $0 < outer }
        let shell = Double.pi * (outer * outer - inner * inner)
        let expected = n[a] * (n[b] - (a == b ? 1 : 0)) / (11 * 13) * shell
        #expect(abs(functions[pair * 5 + bin] - Double(found) / expected) < 1e-12)
      }
    }
  }

  @Test func anEvenGasHasARadialDistributionOfOne() throws {
    for (lengths, tolerance) in [([40.0], 0.08), ([20, 20], 0.08), ([9, 9, 9], 0.08)] {
      let gas = MixtureReference(
        counts: [1500, 1500], lengths: lengths, boundaries: lengths.map { _ in .periodic }, seed: 21)
      let search = NeighbourSearch(cutoff: lengths[0] / 4, bins: 4)
      let values = try gas.withView {
        try RadialDistribution(speciesNames: ["A", "B"], search: search).evaluate($0)
      }
      #expect(values.count == 12 && values.allSatisfy { abs($0 - 1) < tolerance })
    }
  }

  @Test func neitherOrderNorPlaceMatters() throws {
    let names = ["A", "B", "C"]
    let observables: [any Observable] = [
      MixingRatio(speciesNames: names), WarrenCowley(speciesNames: names), RadialDistribution(speciesNames: names),
    ]
    var changed = Self.mixture
    changed.positions = changed.positions.map { positions in
      // Reversed, moved by a binary fraction and along the periodic axis beyond the box.
      stride(from: positions.count - 2, through: 0, by: -2).flatMap { [positions[$0] + 22, positions[$0 + 1]] }
    }
    for observable in observables {
      let before = try Self.mixture.withView { try observable.evaluate($0) }
      let after = try changed.withView { try observable.evaluate($0) }
      // Moving rounds a coordinate to 2e-6: a pair may cross the edge of a bin.
      #expect(zip(before, after).count { abs($0 - $1) > 1e-12 } <= 2)
    }
  }

  @Test func whereNothingCanBeCountedTheValueIsZero() throws {
    let names = ["A", "B"]
    let far: [[Float]] = [[0, 0], [10, 0, 11, 0]]
    #expect(try value(MixingRatio(speciesNames: names), far) == [0, 0])
    #expect(try value(WarrenCowley(speciesNames: names), far) == [0, 1])
    let empty: [[Float]] = [[], [10, 0, 11, 2]]
    #expect(try value(MixingRatio(speciesNames: names), empty) == [0, 0])
    #expect(try value(WarrenCowley(speciesNames: names), empty) == [0, 0])
    #expect(try value(RadialDistribution(speciesNames: names), empty).allSatisfy(\.isFinite))
  }

  @Test func particlesOnALineOfThePlaneNeedABox() throws {
    let error = #expect(throws: MacrostateError.self) {
      try value(RadialDistribution(speciesNames: ["A"]), [[0, 0, 1, 0]])
    }
    #expect(error?.kind == .badData && error?.message.contains("give the simulation box") == true)
  }

  /// g(r) of a slab: periodic along x, open along y, where the box of the first frame has nothing to say.
  @Test func anOpenAxisEndsWithTheParticlesOfTheFrame() throws {
    let search = NeighbourSearch(cutoff: 2, bins: 4)
    let points: [Float] = [0.5, 0, 1.5, 0, 1.5, 4, 7.5, 1, 9.5, 3]
    func functions(height: Double, followsParticles: Bool = true) throws -> [Double] {
      try value(
        RadialDistribution(speciesNames: ["A"], search: search, followsParticles: followsParticles), [points],
        box: SimulationBox(origin: [0, 0], lengths: [10, height], boundaries: [.periodic, .open]))
    }
    // One pair is a unit apart: two ordered ones of 20, on 10 × 4.
    let shell = Double.pi * (1.5 * 1.5 - 1)
    let expected = 2 / (20 * shell / 40)
    #expect(try functions(height: 4) == functions(height: 100))
    #expect(abs(try functions(height: 100)[2] - expected) < 1e-12)
    // Data of earlier versions keep the length of their box.
    #expect(abs(try functions(height: 100, followsParticles: false)[2] - 25 * expected) < 1e-9)
    let slab = SimulationBox(origin: [0, 0], lengths: [10, 4], boundaries: [.periodic, .open])
    let definition = try #require(
      RadialDistribution(BinnedNeighbourSettings(), speciesNames: ["A"], box: slab).descriptions[0].definition)
    let again = try Observables.observable(definition, speciesNames: ["A"])
    #expect(again.descriptions[0].definition == definition && definition.ofEarlierVersions != definition)
    let error = #expect(throws: MacrostateError.self) {
      try value(RadialDistribution(speciesNames: ["A"], search: search), [[0, 1, 3, 1]], box: slab)
    }
    #expect(error?.message.contains("span no area") == true)
  }

  @Test func aCutoffBeyondHalfThePeriodIsRefused() throws {
    let box = SimulationBox(origin: [0, 0], lengths: [4, 40], boundaries: [.periodic, .open])
    let names = ["A", "B"]
    let frame: [[Float]] = [[1, 1], [4, 2]]
    for (observable, cutoff) in [
      (MixingRatio(speciesNames: names) as any Observable, 2.5), (WarrenCowley(speciesNames: names), 2.5),
      (RadialDistribution(speciesNames: names, search: NeighbourSearch(cutoff: 7, bins: 3)), 7),
    ] {
      let error = #expect(throws: MacrostateError.self) { try value(observable, frame, box: box) }
      #expect(error?.message.contains("the cut-off \(cutoff) is longer than half the period 4.0 of axis 0") == true)
    }
    let half = NeighbourSearch(cutoff: 2)
    // A particle at the upper edge is one at the lower edge.
    #expect(try value(MixingRatio(speciesNames: names, search: half), frame, box: box) == [1, 1])
  }
}
