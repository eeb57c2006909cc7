import Foundation
import MacrostateObservables
import MacrostateStorage
import Microstates
import TestSupport
import Testing

/// S(k) against sums that are known.
@Suite struct StructureFactorTests {
  private let tau = 2 * Double.pi

  @Test func aLatticeHasBraggPeaks() throws {
    // 4 × 4 points 2 apart: S = 16 at multiples of (4, 0), 0 between.
    let points = (0..<4).flatMap { i in (0..<4).flatMap { [Float(i) * 2, Float($0) * 2] } }
    let sample = ObservableSample(2, points, box: periodicBox(8, 8))
    let values = try sample.values("structure-factor,multiples=4 0 1 0 0 4 4 4 3 2")
    for (value, expected) in zip(values, [16.0, 0, 16, 16, 0]) { #expect(abs(value - expected) < 1e-9) }
    // |k| = π is the shell of (4, 0) and (0, 4); π/4 of (1, 0) and (0, 1).
    #expect(agree(try sample.values("structure-factor,k=3.1416,width=0.1"), [16], 1e-9))
    #expect(try sample.values("structure-factor,k=0.785,width=0.1")[0] < 1e-9)
  }

  @Test func twoParticlesInterfere() throws {
    // |1 + e^{ikd}|²/2 = 1 + cos kd.
    let sample = ObservableSample(2, [1, 3, 2.25, 3.5], box: periodicBox(10, 5))
    let expected = 1 + cos(tau * (2 * 1.25 / 10 + 1 * 0.5 / 5))
    #expect(agree(try sample.values("structure-factor,multiples=2 1"), [expected], 1e-9))
    // The shell of |k| = 2π/5 has ±(2, 0) and ±(0, 1).
    let shell = (1 + cos(tau * 2 * 1.25 / 10) + 1 + cos(tau * 0.5 / 5)) / 2
    #expect(agree(try sample.values("structure-factor,k=1.2566,width=0.01"), [shell], 1e-9))
    // Particles beyond the boundary are the same particles.
    let moved = ObservableSample(2, [11, 3, 2.25, -1.5], box: periodicBox(10, 5))
    #expect(agree(try moved.values("structure-factor,multiples=2 1"), [expected], 1e-6))
  }

  @Test func tiltedBoxesHaveTheirOwnWaveVectors() throws {
    // Edges (4, 0), (1, 2): reciprocal edges 2π(1/4, −1/8), 2π(0, 1/2).
    let box = SimulationBox(origin: [0, 0], edges: [[4, 0], [1, 2]], boundaries: [.periodic, .periodic])
    let sample = ObservableSample(2, [0, 0, 0.75, 0.5], box: box)
    let first = 1 + cos(tau * (0.75 / 4 - 0.5 / 8))
    #expect(agree(try sample.values("structure-factor,multiples=1 0"), [first], 1e-9))
    let length = tau * (1.0 / 16 + 1.0 / 64).squareRoot()
    #expect(agree(try sample.values("structure-factor,k=\(length),width=0.01"), [first], 1e-9))
  }

  @Test func manyWaveVectorsAreTakenEvenly() throws {
    let mixture = MixtureReference(
      counts: [500], lengths: [30, 30], boundaries: [.periodic, .periodic], seed: 9)
    let sample = ObservableSample(2, mixture.positions[0], box: periodicBox(30, 30))
    // An ideal gas: S = 1, with a variance of 1 for each wave vector.
    let all = try sample.values("structure-factor,k=8,width=1,most=10000")[0]
    let some = try sample.values("structure-factor,k=8,width=1,most=100")[0]
    #expect(abs(all - 1) < 0.2 && abs(some - 1) < 0.4 && all != some)
  }

  @Test(arguments: [
    ("structure-factor", "needs k, magnitudes such as k=1.5"),
    ("structure-factor,multiples=1 0 1", "2 whole numbers for each wave vector, and not 3"),
    ("structure-factor,multiples=0 0", "a wave vector of zeros"),
    ("structure-factor,multiples=1.5 0", "needs multiples, numbers each a whole number"),
    ("structure-factor,k=0", "needs k, numbers each above 0"),
  ])
  func wrongRequestsAreRefused(text: String, problem: String) {
    expectError(.usage, containing: problem) {
      _ = try ObservableSample(2, [0, 0], box: periodicBox(4, 4)).values(text)
    }
  }

  @Test func whatTheBoxDoesNotHaveIsRefused() {
    let sample = ObservableSample(2, [0, 0], box: periodicBox(4, 4))
    expectError(.badData, containing: "no wave vector of the periodic box is within 0.1 of k = 1.0") {
      _ = try sample.values("structure-factor,k=1")
    }
    expectError(.badData, containing: "too many wave vectors") { _ = try sample.values("structure-factor,k=1e5") }
    expectError(.badData, containing: "periodic along all axes") {
      _ = try ObservableSample(2, [0, 0]).values("structure-factor,k=1")
    }
  }
}
