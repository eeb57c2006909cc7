import Foundation
import MacrostateObservables
import MacrostateSettings
import MacrostateStorage
import Microstates
import TestSupport
import Testing

/// Energies per particle of Lennard-Jones and tabulated potentials.
@Suite struct PairPotentialTests {
  private let name = "pair-energy:lennard-jones"

  private func lennardJones(_ r: Double, epsilon: Double = 1, sigma: Double = 1) -> Double {
    4 * epsilon * (pow(sigma / r, 12) - pow(sigma / r, 6))
  }

  @Test func aPairInItsMinimumHasHalfItsDepthPerParticle() throws {
    let minimum = Float(pow(2, 1 / 6.0))
    let pair = ObservableSample(3, [0, 0, 0, 0, minimum, 0])
    #expect(agree(try pair.values(name), [-0.5]))
    #expect(agree(try pair.values("\(name),epsilon=3,sigma=1"), [-1.5]))
    let far = ObservableSample(3, [0, 0, 0, 0, 2 * minimum, 0])
    #expect(agree(try far.values("\(name),epsilon=3,sigma=2,cutoff=5"), [-1.5]))
    #expect(agree(try pair.values("\(name),shift=energy"), [(-1 - lennardJones(2.5)) / 2]))
    #expect(try pair.values("\(name),cutoff=1.1") == [0])
  }

  /// A square lattice of spacing 1.2 in a periodic box: 4 neighbours at 1.2, 4 at 1.2√2, 4 at 2.4.
  @Test func aLatticeHasTheSumOverItsShells() throws {
    let points = (0..<6).flatMap { i in (0..<6).flatMap { [Float(i) * 1.2, Float($0) * 1.2] } }
    let sample = ObservableSample(2, points, box: periodicBox(7.2, 7.2))
    let expected = 2 * (lennardJones(1.2) + lennardJones(1.2 * sqrt(2.0)) + lennardJones(2.4))
    #expect(agree(try sample.values(name), [expected], 1e-5))
    // The same lattice in a box that is tilted by one cell.
    var tilted = sample
    tilted.box = SimulationBox(origin: [0, 0], edges: [[7.2, 0], [1.2, 7.2]], boundaries: [.periodic, .periodic])
    #expect(agree(try tilted.values(name), [expected], 1e-5))
  }

  @Test func speciesHaveTheirOwnPotentials() throws {
    // A at 0 and B at 1.5 and 3.25 on a line.
    let sample = ObservableSample(1, [0], [1.5, 3.25])
    func expected(_ ab: Double, _ bb: Double) -> [Double] { [(ab + bb) / 3] }
    #expect(
      agree(
        try sample.values("\(name),epsilon=1 2 3,sigma=1 1.1 1.3"),
        expected(lennardJones(1.5, epsilon: 2, sigma: 1.1), lennardJones(1.75, epsilon: 3, sigma: 1.3))))
    let mixed = sqrt(2.0)
    #expect(
      agree(
        try sample.values("\(name),epsilon=1 2,sigma=1 1.44"),
        expected(lennardJones(1.5, epsilon: mixed, sigma: 1.2), lennardJones(1.75, epsilon: 2, sigma: 1.44))))
    #expect(
      agree(
        try sample.values("\(name),epsilon=1 2,sigma=1 1.44,mixing=arithmetic"),
        expected(lennardJones(1.5, epsilon: mixed, sigma: 1.22), lennardJones(1.75, epsilon: 2, sigma: 1.44))))
    expectError(.usage, containing: "needs epsilon, one number, one for each of the 2 species (A, B) or one for each") {
      _ = try sample.values("\(name),epsilon=1 2 3 4")
    }
    expectError(.usage, containing: "needs sigma, numbers each above 0, from 1 to 100 of them") {
      _ = try sample.values("\(name),sigma=1 -2")
    }
  }

  @Test func whatHasNoEnergyIsRefused() {
    expectError(.badData, containing: "particles 0 and 1 are so close") {
      _ = try ObservableSample(2, [1, 1, 1, 1]).values(name)
    }
    expectError(.badData, containing: "longer than half the period") {
      _ = try ObservableSample(2, [1, 1], box: periodicBox(4, 9)).values(name)
    }
    expectError(.badData, containing: "without particles") { _ = try ObservableSample(2, []).values(name) }
  }

  @Test func tablesAreInterpolated() throws {
    let folder = try TemporaryFolder()
    let line = try folder.file("line.txt", "# r u\n0.5 3\n1.5, 1  # more\n\n2.5 -1\n")
    let pair = ObservableSample(1, [0, 1.25])
    for interpolation in ["linear", "cubic"] {
      // Both give a straight line exactly: u(1.25) = 1.5.
      let text = "pair-energy:table,file=\(line.path),interpolation=\(interpolation)"
      #expect(agree(try pair.values(text), [0.75], 1e-12))
      #expect(try ObservableSample(1, [0, 2.5]).values(text) == [0])
      expectError(.badData, containing: "closer than the first row of the potential (r = 0.5)") {
        _ = try ObservableSample(1, [0, 0.25]).values(text)
      }
    }
    // The natural spline through (0, 0), (1, 1), (2, 0) is (3x − x³)/2 from 0 to 1.
    let bent = try folder.file("bent.txt", "0 0\n1 1\n2 0\n")
    let half = ObservableSample(1, [0, 0.5])
    #expect(agree(try half.values("pair-energy:table,file=\(bent.path)"), [(1.5 - 0.125) / 4], 1e-12))
    #expect(agree(try half.values("pair-energy:table,file=\(bent.path),interpolation=linear"), [0.25], 1e-12))
  }

  @Test func aFineTableGivesTheEnergyOfItsFormula() throws {
    let folder = try TemporaryFolder()
    let rows = (0...800).map { i -> String in
      let r = 0.9 + 1.6 * Double(i) / 800
      return "\(r) \(lennardJones(r))"
    }
    let file = try folder.file("lj.txt", rows.joined(separator: "\n"))
    let points = (0..<6).flatMap { i in (0..<6).flatMap { [Float(i) * 1.2, Float($0) * 1.2] } }
    let sample = ObservableSample(2, points, box: periodicBox(7.2, 7.2))
    #expect(agree(try sample.values("pair-energy:table,file=\(file.path)"), try sample.values(name), 1e-6))
  }

  @Test func tablesOfLAMMPSAreRead() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file(
      "pot.table",
      "# DATE: 2026\n\nFIRST\nN 3 R 1.0 3.0\n\n1 1.0 4 0\n2 9.9 2 0\n3 3.0 0 0\n\nSECOND # squares\nN 3 RSQ 1 3 FPRIME 0 0\n\n"
        + "1 0 9 0\n2 0 5 0\n3 0 1 0\n\nTHIRD\nN 2\n\n1 1.5 8 0\n2 2.5 6 0\n")
    func energy(_ section: String, _ r: Float) throws -> Double {
      try 2
        * ObservableSample(1, [0, r]).values(
          "pair-energy:table,file=\(file.path),section=\(section),interpolation=linear")[0]
    }
    // R counts distances: the column's 9.9 is passed over, as LAMMPS does.
    #expect(abs(try energy("FIRST", 2) - 2) < 1e-12)
    let middle = sqrt(5.0)
    #expect(abs(try energy("SECOND", Float(middle)) - 5) < 1e-6)
    #expect(abs(try energy("THIRD", 2) - 7) < 1e-12)
    expectError(.badData, containing: file.path, "not one section", "FIRST, SECOND, THIRD", "section=NAME") {
      _ = try ObservableSample(1, [0, 1]).values("pair-energy:table,file=\(file.path)")
    }
    expectError(.badData, containing: "no section 'FOURTH'") { _ = try energy("FOURTH", 2) }
  }

  @Test(arguments: [
    ("1 2\n1 3\n", "row 2 of the potential"), ("1 2\n", "2 to 10000 rows"), ("", "2 to 10000 rows"),
    ("1 2\n2\n", ":2: needs two numbers"), ("1 2\n2 x\n", ":2: needs two numbers"),
    ("1 nan\n2 1\n", "row 1 of the potential"), ("A\nN 3 R 1 2\n\n1 1 1 1\n", ":2: 3 rows are announced, and 1 follow"),
    ("A\nN 3 BITMAP 1 2\n\n1 1 1 1\n", "BITMAP is not read"), ("A\nN 1\n\n1 1 1 1\n", ":2: needs the number of rows"),
    ("A\nN 2 R 1\n\n1 1 1 1\n2 2 2 2\n", ":2: needs two distances after R"), ("A\nB\n", "not one section"),
    ("A\nN 2 R 1 2\n\n1 1 1 1\n2 2\n", ":5: needs index, r, energy and force"),
  ])
  func tablesThatAreNoneAreRefused(text: String, problem: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("table.txt", text)
    expectError(.badData, containing: file.path, problem) {
      _ = try ObservableSample(1, [0, 1]).values("pair-energy:table,file=\(file.path)")
    }
  }

  @Test func theTableIsKeptWithTheData() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("bent.txt", "0 0\n1 1.25\n2 0.1\n")
    let observable = try Observables.observable(
      PartRequest("pair-energy:table,file=\(file.path)", of: "observable"), speciesNames: ["A"])
    let half = ObservableSample(1, [0, 0.5])
    let before = try half.values(observable)
    try FileManager.default.removeItem(at: file)
    let again = try Observables.observable(observable.definition, speciesNames: ["A"])
    #expect(try half.values(again) == before && again.descriptions == observable.descriptions)
    #expect(!observable.definition.settings.values.contains(.text(file.path)))
    expectError(.missingInput, containing: file.path) { _ = try half.values("pair-energy:table,file=\(file.path)") }
    expectError(.usage, containing: "needs file") { _ = try half.values("pair-energy:table") }
  }
}
