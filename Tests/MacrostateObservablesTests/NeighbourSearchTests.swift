import MacrostateCompute
import MacrostateObservables
import MacrostateStorage
import Microstates
import Testing

@Suite struct NeighbourSearchTests {
  typealias Boundary = SimulationBox.Boundary

  struct Case: Sendable, CustomTestStringConvertible {
    var counts: [Int]
    var lengths: [Double]
    var boundaries: [Boundary]
    var cutoff: Double
    var testDescription: String { "\(counts) in \(lengths) \(boundaries), cut-off \(cutoff)" }
  }

  /// Lines, planes and spaces; 2, 3 and many cells along an axis; a cut-off of half the period; empty species.
  static let cases = [
    Case(counts: [40, 23], lengths: [30], boundaries: [.periodic], cutoff: 1.7),
    Case(counts: [60, 50], lengths: [12, 9], boundaries: [.reflecting, .reflecting], cutoff: 2.5),
    Case(counts: [60, 50, 1], lengths: [12, 9], boundaries: [.periodic, .periodic], cutoff: 2.5),
    Case(counts: [30, 0, 41], lengths: [5, 9], boundaries: [.periodic, .open], cutoff: 2.5),
    Case(counts: [35, 35], lengths: [5.1, 7.6], boundaries: [.periodic, .periodic], cutoff: 2.5),
    Case(counts: [80, 90], lengths: [7, 6, 5], boundaries: [.periodic, .reflecting, .periodic], cutoff: 1.25),
    Case(counts: [200], lengths: [4, 4, 4], boundaries: [.open, .open, .open], cutoff: 0.3),
    Case(counts: [3, 2], lengths: [1e4, 1e4], boundaries: [.open, .open], cutoff: 100),
  ]

  @Test(arguments: cases)
  func agreesWithComparingAll(_ c: Case) throws {
    for overshoot in [0, 0.8] {
      let mixture = MixtureReference(
        counts: c.counts, lengths: c.lengths, boundaries: c.boundaries, seed: 7, overshoot: overshoot)
      for kernels in Kernels.available {
        let search = NeighbourSearch(cutoff: c.cutoff, bins: 7, kernels: kernels)
        let counts = try mixture.withView { try search.count($0) }
        for a in c.counts.indices {
          for b in c.counts.indices {
            var expected = [Int](repeating: 0, count: 7)
            for r in mixture.distances(a, b) where r < c.cutoff { expected[Int(r / c.cutoff * 7)] += 1 }
            #expect((0..<7).map { counts.neighbours(of: a, b, bin: $0) } == expected, "\(kernels.instructionSet)")
          }
        }
      }
    }
  }

  @Test func aNeighbourIsCloserThanTheCutoff() throws {
    // Binary fractions: the distance of the first two is exactly the cut-off.
    let frame: [Float] = [0, 0, 0.5, 0, 0.25, 0]
    let counts = try frame.withUnsafeBufferPointer {
      try NeighbourSearch(cutoff: 0.5).count(MicrostateView(dimension: 2, positions: $0))
    }
    #expect(counts.neighbours(of: 0) == 4)
  }

  @Test func theWorkGrowsWithTheNumberOfParticles() throws {
    // The same density in boxes of 8, 16 and 32 times the cut-off.
    let work = try [1, 4, 16].map { scale in
      let edge = 20 * Double(scale).squareRoot()
      let mixture = MixtureReference(
        counts: [400 * scale, 200 * scale], lengths: [edge, edge], boundaries: [.periodic, .periodic], seed: 3)
      return try mixture.withView { try NeighbourSearch(cutoff: 2.5).count($0).candidates } / scale
    }
    #expect(work[0] < 600 * 600 / 4 && work[1] < work[0] * 5 / 4 && work[2] < work[0] * 5 / 4)
  }

  @Test func oneStrayParticleDoesNotNeedMoreCellsThanParticles() throws {
    var mixture = MixtureReference(counts: [400], lengths: [20, 20], boundaries: [.open, .open], seed: 5)
    let before = try mixture.withView { try NeighbourSearch(cutoff: 1).count($0) }
    mixture.positions[0] += [3e7, -2e7]
    let after = try mixture.withView { try NeighbourSearch(cutoff: 1).count($0) }
    #expect(after.neighbours(of: 0) == before.neighbours(of: 0))
  }

  @Test func noParticlesHaveNoNeighbours() throws {
    let counts = try [Float]().withUnsafeBufferPointer {
      try NeighbourSearch(cutoff: 1).count(MicrostateView(dimension: 3, positions: $0, speciesCounts: [0, 0]))
    }
    #expect(counts.neighbours(of: 0) + counts.neighbours(of: 1) == 0)
  }

  @Test func aPositionThatIsNotANumberIsNamed() {
    for value in [Float.nan, .infinity] {
      let frame: [Float] = [0, 0, 1, value]
      let error = #expect(throws: MacrostateError.self) {
        try frame.withUnsafeBufferPointer {
          try NeighbourSearch(cutoff: 1).count(MicrostateView(dimension: 2, positions: $0))
        }
      }
      #expect(error?.kind == .badData && error?.message.contains("particle 1") == true)
    }
  }

  @Test func aCutoffBeyondHalfThePeriodIsRefused() throws {
    let mixture = MixtureReference(counts: [9], lengths: [10, 4], boundaries: [.periodic, .periodic], seed: 1)
    _ = try mixture.withView { try NeighbourSearch(cutoff: 2).count($0) }
    let error = #expect(throws: MacrostateError.self) {
      try mixture.withView { try NeighbourSearch(cutoff: 2.1).count($0) }
    }
    #expect(error?.kind == .badData && error?.message.contains("half the period 4.0 of axis 1") == true)
  }
}
