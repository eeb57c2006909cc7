import Foundation
import MacroscopicDynamics
import Testing

@Suite struct MacrostateTests {
  private static let mixture = Macrostate(
    observables: ["R_AA", "R_AB"], species: ["A", "B", "C"], closureDimension: 2, includesComposition: true)

  @Test func saysWhatEachComponentIs() {
    let z = Self.mixture
    #expect(z.dimension == 10 && z.movingCount == 8 && z.closureCount == 6)
    #expect(z.observableRange == 0..<2 && z.closureRange == 2..<8 && z.constantRange == 8..<10)
    #expect((0..<3).map(z.closureRange(ofSpecies:)) == [2..<4, 4..<6, 6..<8])
    #expect(
      z.names == [
        "R_AA", "R_AB", "z1 of A", "z2 of A", "z1 of B", "z2 of B", "z1 of C", "z2 of C", "fraction of A",
        "fraction of B",
      ])
    #expect(z.componentsWithoutClosure == [0, 1, 8, 9])
    let one = Macrostate(observables: ["E"], species: ["atom"], closureDimension: 2, includesComposition: false)
    #expect(one.names == ["E", "z1", "z2"] && one.constantRange.isEmpty)
  }

  @Test func putsAStateTogether() {
    let z = Self.mixture
    var values: [Float] = [-1]
    z.append(observables: [1, 2], closure: [3, 4, 5, 6, 7, 8], constants: [9, 10], to: &values)
    #expect(values == [-1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    #expect(
      z.state(observables: [1, 2], closure: [3, 4, 5, 6, 7, 8], constants: [9, 10]) == Array(values.dropFirst()))
  }

  @Test func selectsComponentsInTheirOrder() {
    let z = Self.mixture
    // A model of R_AB sees B's variables before those of A and C.
    let part = z.selecting([1, 4, 5, 2, 3, 6, 7, 8, 9])
    #expect(part.observables == ["R_AB"] && part.constants == z.constants)
    #expect(part.closure == [["z1 of B", "z2 of B"], ["z1 of A", "z2 of A"], ["z1 of C", "z2 of C"]])
    #expect(part.names == [1, 4, 5, 2, 3, 6, 7, 8, 9].map { z.names[$0] })
    #expect(z.selecting(Array(0..<z.dimension)) == z)
    let alone = z.selecting(z.componentsWithoutClosure)
    #expect(alone == Macrostate(observables: z.observables, closure: [], constants: z.constants))
    #expect(alone.closureRange.isEmpty && alone.componentsWithoutClosure == [0, 1, 2, 3])
  }

  @Test func isStoredWithNames() throws {
    let data = try JSONEncoder().encode(Self.mixture)
    #expect(try JSONDecoder().decode(Macrostate.self, from: data) == Self.mixture)
  }
}
