import Foundation
import MacrostateObservables
import MacrostateStorage
import Microstates
import Testing

/// The neighbours of each particle, against comparing all.
@Suite struct NeighbourPairsTests {
  private func compare(_ mixture: MixtureReference, cutoff: Double, all: Images) throws {
    try mixture.withView { view in
      let pairs = try NeighbourPairs(view, cutoff: cutoff)
      var found: [NeighbourPairs.Neighbour] = []
      for i in pairs.points.indices {
        pairs.find(of: i, into: &found)
        let expected = pairs.points.indices.filter { j in
          let vector = all.nearest(pairs.points[j] - pairs.points[i])
          return j != i && (vector * vector).sum() < cutoff * cutoff
        }
        #expect(found.map(\.index).sorted() == expected)
        for neighbour in found {
          let vector = all.nearest(pairs.points[neighbour.index] - pairs.points[i])
          #expect(neighbour.vector == vector && abs(neighbour.square - (vector * vector).sum()) < 1e-12)
        }
      }
      var count = 0
      pairs.forEachPair { i, neighbour in count += neighbour.index < i ? 1 : 0 }
      let counts = try NeighbourSearch(cutoff: cutoff).count(view)
      #expect(2 * count == counts.neighbours(of: 0) + counts.neighbours(of: 1))
    }
  }

  @Test(arguments: [0, 1, 2, 3]) func agreesWithComparingAll(number: Int) throws {
    let boundaries: [[SimulationBox.Boundary]] = [
      [.periodic, .periodic], [.periodic, .open], [.open, .open], [.periodic, .reflecting, .periodic],
    ]
    let axes = boundaries[number]
    let mixture = MixtureReference(
      counts: [60, 41], lengths: Array([7, 5.2, 6][..<axes.count]), boundaries: axes, seed: 11, overshoot: 1.3)
    try compare(mixture, cutoff: 1.1, all: Images(mixture.box))
    try compare(mixture, cutoff: 2.6, all: Images(mixture.box))
  }

  @Test func agreesInTiltedBoxes() throws {
    var mixture = MixtureReference(
      counts: [60, 41], lengths: [9, 9, 9], boundaries: [.periodic, .periodic, .periodic], seed: 3, overshoot: 1)
    mixture.box = SimulationBox(
      origin: [0, 0, 0], edges: [[7, 0, 0], [3, 8, 0], [-2, 3, 6]], boundaries: [.periodic, .periodic, .periodic])
    try compare(mixture, cutoff: 1.2, all: Images(mixture.box))
    try compare(mixture, cutoff: 2.9, all: Images(mixture.box))
  }
}
