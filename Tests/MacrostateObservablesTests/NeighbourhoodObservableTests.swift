import Foundation
import MacrostateObservables
import MacrostateStorage
import Microstates
import TestSupport
import Testing

/// Coordination, clusters and bond order, in lattices that are known.
@Suite struct NeighbourhoodObservableTests {
  /// A hexagonal lattice of spacing 1, 6 × 6 points in its periodic box.
  private static let hexagonal: ObservableSample = {
    let height = sqrt(3.0) / 2
    var points: [Float] = []
    for row in 0..<6 {
      for column in 0..<6 { points += [Float(column) + (row % 2 == 1 ? 0.5 : 0), Float(height) * Float(row)] }
    }
    return ObservableSample(2, points, box: periodicBox(6, 6 * height))
  }()

  private static let square: ObservableSample = {
    let points = (0..<6).flatMap { i in (0..<6).flatMap { [Float(i), Float($0)] } }
    return ObservableSample(2, points, box: periodicBox(6, 6))
  }()

  @Test func coordinationCountsNeighboursBySpecies() throws {
    #expect(try Self.hexagonal.values("coordination-number,cutoff=1.1") == [6])
    #expect(try Self.square.values("coordination-number,cutoff=1.1") == [4])
    #expect(try Self.square.values("coordination-number,cutoff=1.5") == [8])
    // A at 0 and 2, B at 1: AA, AB, BA, BB.
    let line = ObservableSample(1, [0, 2], [1])
    #expect(try line.values("coordination-number,cutoff=1.5") == [0, 1, 2, 0])
    #expect(try line.values("coordination-number,cutoff=2.5") == [1, 1, 2, 0])
    #expect(try ObservableSample(1, [0], []).values("coordination-number") == [0, 0, 0, 0])
  }

  @Test func theLargestClusterReachesOverTheBoundary() throws {
    let line = ObservableSample(1, [0.2, 1, 4.5, 5.2, 9.8])
    #expect(try line.values("largest-cluster,cutoff=1") == [0.4])
    var ring = line
    ring.box = periodicBox(10)
    #expect(try ring.values("largest-cluster,cutoff=1") == [0.6])
    #expect(try ring.values("largest-cluster,cutoff=0.1") == [0.2])
    #expect(try ring.values("largest-cluster,cutoff=4") == [1])
    #expect(try Self.hexagonal.values("largest-cluster,cutoff=1.1") == [1])
    expectError(.badData, containing: "without particles") { _ = try ObservableSample(1, []).values("largest-cluster") }
  }

  @Test func hexaticOrderIsThatOfTheLattice() throws {
    #expect(agree(try Self.hexagonal.values("hexatic-order,cutoff=1.2"), [1]))
    #expect(agree(try Self.hexagonal.values("hexatic-order,cutoff=1.2,average=global"), [1]))
    #expect(agree(try Self.hexagonal.values("hexatic-order,nearest=6"), [1]))
    #expect(try Self.square.values("hexatic-order,cutoff=1.2")[0] < 1e-12)
    #expect(agree(try Self.square.values("hexatic-order,cutoff=1.2,fold=4"), [1]))
    #expect(agree(try Self.square.values("hexatic-order,nearest=4,fold=4"), [1]))
    #expect(try Self.hexagonal.values("hexatic-order,cutoff=1.2,fold=4")[0] < 1e-6)
    // The second shell of a hexagonal lattice is turned by 30°: ψ₆ = (w₁ − w₂)/(w₁ + w₂).
    let (w1, w2) = ((1 + cos(Double.pi / 1.8)) / 2, (1 + cos(Double.pi * sqrt(3.0) / 1.8)) / 2)
    let weighted = try Self.hexagonal.values("hexatic-order,cutoff=1.8,weight=cosine")
    #expect(agree(weighted, [(w1 - w2) / (w1 + w2)], 1e-5))
    #expect(try Self.hexagonal.values("hexatic-order,cutoff=1.8")[0] < 1e-5)
  }

  /// Two crystals that are turned by 30°: each is ordered, together they are not.
  @Test func globalOrderKnowsDirections() throws {
    let cluster = [0.0, 1, 2, 3, 4, 5].map { $0 * Double.pi / 3 }
    func flower(_ x: Double, turned: Double) -> [Float] {
      [Float(x), 0] + cluster.flatMap { [Float(x + cos($0 + turned)), Float(sin($0 + turned))] }
    }
    let both = ObservableSample(2, flower(0, turned: 0) + flower(50, turned: Double.pi / 6))
    let local = try both.values("hexatic-order,cutoff=1.2")[0]
    #expect(abs(local - 1) < 1e-5)
    #expect(try both.values("hexatic-order,cutoff=1.2,average=global")[0] < 1e-6)
  }

  /// The nearest neighbours do not depend on the density, or on how small the box is.
  @Test func nearestNeighboursAreFoundAtAnyDistance() throws {
    let three = ObservableSample(2, [0, 0, 1, 0, 100, 0])
    // Each has its nearest in ±x: ψ₂ = 1, ψ₁ = ±1.
    #expect(agree(try three.values("hexatic-order,nearest=1,fold=2"), [1]))
    #expect(agree(try three.values("hexatic-order,nearest=1,fold=1,average=global"), [1.0 / 3]))
    // In a box of two particles the nearest image counts, however long the box is.
    let two = ObservableSample(2, [0.25, 1, 9.75, 1], box: periodicBox(10, 10))
    #expect(agree(try two.values("hexatic-order,nearest=1,fold=2"), [1]))
    expectError(.badData, containing: "3 nearest neighbours need 4 particles") {
      _ = try three.values("hexatic-order,nearest=3")
    }
  }

  @Test func bondOrderIsForThePlane() {
    expectError(.badData, containing: "'hexatic-order' is for particles in the plane") {
      _ = try ObservableSample(3, [0, 0, 0]).values("hexatic-order")
    }
    expectError(.usage, containing: "nearest neighbours do not have") {
      _ = try Self.square.values("hexatic-order,nearest=4,weight=cosine")
    }
  }
}
