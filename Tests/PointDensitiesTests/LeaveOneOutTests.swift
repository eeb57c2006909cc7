import Foundation
import MacrostateCompute
import PointDensities
import TestSupport
import Testing

@Suite struct LeaveOneOutTests {
  private func smoothing(
    _ sets: [[[Float]]], periods: [Double]? = nil, least: Double = 0
  ) throws -> [Double] {
    let d = sets[0].count
    let search = LeaveOneOut(
      sets.map { .init(columns: $0, periods: periods ?? Array(repeating: 0, count: d)) },
      least: Array(repeating: least, count: d), pool: WorkerPool(threads: 1))
    return try #require(try search.smoothing())
  }

  private func normals(_ sets: Int, _ count: Int, _ scales: [Float], seed: UInt64 = 1) -> [[[Float]]] {
    (0..<sets).map { set in
      scales.enumerated().map { j, scale in
        testNormals(count, seed: seed + UInt64(100 * set + j)).map { scale * $0 }
      }
    }
  }

  /// N(0, 1) of 200 points: 0.37 ± 0.08; N(0, I) of 300 in the plane: 0.45.
  @Test func normalPoints() throws {
    let line = try smoothing(normals(8, 200, [1]))
    #expect(abs(line[0] - 0.37) < 0.08, "\(line)")
    let plane = try smoothing(normals(3, 300, [1, 1]))
    #expect(plane.allSatisfy { abs($0 - 0.45) < 0.08 }, "\(plane)")
  }

  /// Each coordinate has its own scale: units do not matter.
  @Test func scalesAreByCoordinate() throws {
    let equal = try smoothing(normals(3, 300, [1, 1]))
    let other = try smoothing(normals(3, 300, [1, 0.25]))
    #expect(abs(other[1] / equal[1] * 4 - 1) < 0.1 && abs(other[0] / equal[0] - 1) < 0.1, "\(equal) \(other)")
  }

  /// Points on a lattice, or each of them twice, do not draw ε to 0; the least is kept.
  @Test func latticesAndDuplicatesHaveALeast() throws {
    let lattice = (0..<100).map { Float($0 % 10) / 10 }
    #expect(try smoothing([[lattice]])[0] >= 0.05)
    let points = normals(1, 150, [1])[0][0]
    let (once, twice) = (try smoothing([[points]]), try smoothing([[points + points]]))
    #expect(abs(twice[0] / once[0] - 1) < 0.15, "\(once) \(twice)")
    #expect(try smoothing([[points]], least: 0.9)[0] == 0.9)
  }

  /// A cluster over the seam of a circle is one cluster.
  @Test func periodsAreKnown() throws {
    let points = testNormals(200).map { 0.2 * $0 }
    let wrapped = points.map { $0 < 0 ? $0 + 4 : $0 }
    let (plain, circle) = (try smoothing([[points]]), try smoothing([[wrapped]], periods: [4]))
    #expect(abs(circle[0] / plain[0] - 1) < 0.02, "\(plain) \(circle)")
  }

  @Test func onePointSaysNothing() throws {
    let search = LeaveOneOut([.init(columns: [[1]], periods: [0])], least: [0], pool: WorkerPool(threads: 1))
    #expect(try search.smoothing() == nil)
  }
}
