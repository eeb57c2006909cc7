import Foundation
import MacrostateObservables
import MacrostateStorage
import Microstates
import TestSupport
import Testing

/// Sizes and shapes of molecules, and moments.
@Suite struct MoleculeObservableTests {
  /// A rod of 5 particles along (3, 4, 0)/5, 1 apart: λ = 2.
  private let rod: [Float] = (0..<5).flatMap { [0.6 * Float($0), 0.8 * Float($0), 0] }

  @Test func aRodHasItsRadiusAndLength() throws {
    let sample = ObservableSample(3, rod)
    #expect(agree(try sample.values("radius-of-gyration"), [sqrt(2.0)]))
    #expect(agree(try sample.values("end-to-end-distance"), [4]))
    #expect(agree(try sample.values("extension"), [2.4]))
    #expect(agree(try sample.values("extension,axis=all"), [2.4, 3.2, 0]))
    #expect(agree(try sample.values("gyration-tensor"), [2, 0, 0, 2, 1], 1e-6))
    #expect(agree(try sample.values("gyration-tensor,values=components"), [0.72, 0.96, 0, 1.28, 0, 0], 1e-6))
  }

  /// The corners of a box of 2a × 2b × 2c: λ = a², b², c².
  @Test func eigenvaluesDoNotDependOnDirections() throws {
    let (a, b, c) = (3.0, 2.0, 1.0)
    let turn = { (p: SIMD3<Double>) -> SIMD3<Double> in
      // Two rotations, about z and x.
      let (u, v) = (0.7, 1.1)
      let q = SIMD3(p.x * cos(u) - p.y * sin(u), p.x * sin(u) + p.y * cos(u), p.z)
      return SIMD3(q.x, q.y * cos(v) - q.z * sin(v), q.y * sin(v) + q.z * cos(v))
    }
    let points = [-a, a].flatMap { x in
      [-b, b].flatMap { y in
        [-c, c].flatMap { z -> [Float] in
          let p = turn(SIMD3(x, y, z))
          return [Float(p.x + 5), Float(p.y), Float(p.z)]
        }
      }
    }
    let values = try ObservableSample(3, points).values("gyration-tensor")
    // κ² = (3 · 98/14² − 1)/2.
    #expect(agree(Array(values[..<4]), [9, 4, 1, 6.5], 1e-6))
    #expect(abs(values[4] - 0.25) < 1e-6)
    let flat = try ObservableSample(2, [0, 0, 2, 0]).values("gyration-tensor")
    #expect(agree(flat, [1, 0, 1, 1]))
    #expect(try ObservableSample(2, [3, 1, 3, 1]).values("gyration-tensor") == [0, 0, 0, 0])
  }

  @Test func massesCountWhereThereAreSome() throws {
    // Masses 1 and 3 at 0 and 4: centre 3, R_g² = (9 + 3)/4.
    let sample = ObservableSample(1, [0, 4]).with("mass", [1, 3])
    #expect(agree(try sample.values("radius-of-gyration"), [sqrt(3.0)]))
    #expect(agree(try ObservableSample(1, [0, 4]).values("radius-of-gyration"), [2]))
    expectError(.badData, containing: "'mass' of particle 1 is 0.0, which is no mass") {
      _ = try ObservableSample(1, [0, 4]).with("mass", [1, 0]).values("radius-of-gyration")
    }
  }

  @Test func moleculesAreMeans() throws {
    // Molecule 7: 0, 2 (R_g 1); molecule 9: 10, 16 (R_g 3); −1 is in none.
    let sample = ObservableSample(1, [0, 10, 2, 16, 500]).with("molecule", [7, 9, 7, 9, -1])
    #expect(agree(try sample.values("radius-of-gyration"), [2]))
    #expect(agree(try sample.values("end-to-end-distance"), [4]))
    #expect(agree(try sample.values("extension"), [4]))
    expectError(.badData, containing: "'molecule' of particle 2 is 1.5, which is no whole number") {
      _ = try ObservableSample(1, [0, 1, 2]).with("molecule", [1, 1, 1.5]).values("extension")
    }
    expectError(.badData, containing: "without particles in molecules") {
      _ = try ObservableSample(1, [0]).with("molecule", [-1]).values("extension")
    }
  }

  @Test func moleculesAreWholeOverBoundaries() throws {
    // 9.5, 0.5, 1.5 of one molecule in a period of 10.
    let sample = ObservableSample(2, [9.5, 3, 0.5, 3, 1.5, 3], box: periodicBox(10, 10))
    for images in ["compact", "chain"] {
      #expect(agree(try sample.values("radius-of-gyration,images=\(images)"), [(2.0 / 3).squareRoot()]))
      #expect(agree(try sample.values("extension,images=\(images)"), [2]))
    }
    #expect(agree(try sample.values("end-to-end-distance"), [2]))
    #expect(agree(try sample.values("extension,images=as-given"), [9]))
    #expect(agree(try sample.values("end-to-end-distance,images=as-given"), [8]))
    var tilted = sample
    tilted.box = SimulationBox(origin: [0, 0], edges: [[10, 0], [4, 10]], boundaries: [.periodic, .periodic])
    // Through the upper edge: (1, 9.5), then (1 − 4 + …, 0.5).
    tilted.positions = [[1, 9.5, 7, 0.5]]
    #expect(agree(try tilted.values("end-to-end-distance"), [1], 1e-6))
    #expect(agree(try tilted.values("radius-of-gyration"), [0.5], 1e-6))
  }

  /// A chain longer than half the box is known by its bonds alone.
  @Test func longMoleculesAreNotGuessed() throws {
    let points: [Float] = [0, 2, 4, 6, 8, 0, 2].map { Float($0) }
    let chain = ObservableSample(1, points, box: periodicBox(10))
    expectError(.badData, containing: "the whole of all particles reaches over half a period", "images=chain") {
      _ = try chain.values("radius-of-gyration")
    }
    expectError(.badData, containing: "molecule 4 reaches over half a period") {
      _ = try chain.with("molecule", [4, 4, 4, 4, 4, 4, 4]).values("extension")
    }
    #expect(agree(try chain.values("radius-of-gyration,images=chain"), [4]))
    #expect(agree(try chain.values("end-to-end-distance"), [12]))
    #expect(agree(try chain.values("extension,images=chain"), [12]))
  }

  @Test func theOrderOfSeveralSpeciesIsNotKnown() throws {
    let sample = ObservableSample(1, [0, 2], [1, 3])
    expectError(.badData, containing: "particles of several species (particles 0 and 2)") {
      _ = try sample.values("end-to-end-distance")
    }
    #expect(agree(try sample.with("molecule", [1, 1, 2, 2]).values("end-to-end-distance"), [2]))
    #expect(agree(try sample.values("radius-of-gyration"), [sqrt(1.25)]))
  }

  @Test func momentsAreThoseOfTheCoordinates() throws {
    // x: 1, 3 about 2; y: 0, 6 about 3.
    let sample = ObservableSample(2, [1, 0, 3, 6])
    #expect(agree(try sample.values("moments"), [1, 9]))
    #expect(agree(try sample.values("moments,power=4,axis=y"), [81]))
    #expect(agree(try sample.values("moments,power=1,about=zero"), [2, 3]))
    #expect(agree(try sample.values("moments,of=radius"), [10]))
    #expect(agree(try sample.values("moments,of=radius,power=1"), [sqrt(10.0)]))
    #expect(agree(try sample.values("moments,of=radius,about=zero"), [(1 + 45) / 2.0]))
    #expect(try sample.values("moments,power=3")[0] == 0)
  }

  @Test func momentsInAPeriodicBoxDoNotDependOnImages() throws {
    let sample = ObservableSample(2, [9.5, 2, 0.5, 2], box: periodicBox(10, 10))
    #expect(agree(try sample.values("moments"), [0.25, 0]))
    #expect(agree(try sample.values("moments,images=as-given"), [20.25, 0]))
    #expect(agree(try sample.values("moments,about=zero,power=1,images=as-given"), [5, 2]))
    expectError(.badData, containing: "about zero of a periodic box depends on which images") {
      _ = try sample.values("moments,about=zero")
    }
    expectError(.badData, containing: "reaches over half a period", "say images=as-given for unwrapped coordinates, or")
    {
      _ = try ObservableSample(1, [0, 3, 6], box: periodicBox(9)).values("moments")
    }
  }

  @Test func featuresHaveMoments() throws {
    let sample = ObservableSample(1, [0, 0, 0, 0]).with("charge", [1, -1, 3, 5])
    #expect(try sample.values("feature-moment,feature=charge") == [2])
    #expect(try sample.values("feature-moment,feature=charge,power=2") == [9])
    #expect(try sample.values("feature-moment,feature=charge,power=2,about=mean") == [5])
    expectError(.badData, containing: "no feature 'charg' (did you mean 'charge'?)", "a column 'charg' of the file") {
      _ = try sample.values("feature-moment,feature=charg")
    }
    expectError(.usage, containing: "needs feature, the name of one") { _ = try sample.values("feature-moment") }
  }
}
