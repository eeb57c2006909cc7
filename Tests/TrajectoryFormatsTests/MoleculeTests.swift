import Foundation
import MacrostateSettings
import MacrostateStorage
import Microstates
import TestSupport
import Testing
import TrajectoryFormats

/// Molecules: made whole, as points, chosen, and what a topology says of them.
@Suite struct MoleculeTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Two molecules of two atoms in a periodic box of 10: one is cut by the box along x, and its atoms are unsorted.
  private func dump(_ columns: String, _ rows: [String]) throws -> URL {
    let text = """
      ITEM: TIMESTEP
      0
      ITEM: NUMBER OF ATOMS
      4
      ITEM: BOX BOUNDS pp pp pp
      0 10
      0 10
      0 10
      ITEM: ATOMS id type \(columns)
      \(rows.joined(separator: "\n"))

      """
    return try folder.file("x.dump", Data(text.utf8))
  }

  private func wrapped() throws -> URL {
    try dump(
      "mol mass x y z ix iy iz vx",
      [
        "2 2 1 3 1 5 5 1 0 0 8", "1 1 1 1 9 5 5 0 0 0 4", "3 1 2 1 4 4 4 0 0 0 -1", "4 2 2 3 5 4 4 0 -1 0 -5",
      ])
  }

  private func positions(_ url: URL, _ change: (inout ReadingOptions) throws -> Void) throws -> [[Float]] {
    var options = ReadingOptions()
    try change(&options)
    return try TrajectoryReaders.open([url], options: options).trajectory(0).frames[0].positions
  }

  /// The centre of mass of x = 9 (mass 1) and 11 (mass 3) is 10.5, which is 0.5 in the box; that of y = 4 and −6 (mass 3)
  /// is −3.5, which is 6.5.
  @Test func centresOfMassOfWholeMolecules() throws {
    let url = try wrapped()
    var options = ReadingOptions()
    options.unit = .molecule
    let cut = #expect(throws: MacrostateError.self) { _ = try TrajectoryReaders.open([url], options: options) }
    #expect(cut?.message.contains("molecules may be cut by the periodic box; say --whole") == true)
    options.wholeness = .whole
    options.features = ["vx", "mass"]
    options.speciesNames = ["P", "Q"]
    let source = try TrajectoryReaders.open([url], options: options)
    let frame = try source.trajectory(0).frames[0]
    // A molecule's type is that of its atom of the lowest id: 1 of the first.
    let centres: [[Float]] = [[0.5, 5, 5, 4.75, 6.5, 4], [4.75, 6.5, 4, 0.5, 5, 5]]
    #expect(centres.contains(frame.positions.flatMap(\.self)))
    #expect(Set(frame.features.flatMap(\.self)) == [7, 4, -4])
    #expect(source.box?.lengths == [10, 10, 10])
  }

  @Test func imageFlagsUnwrap() throws {
    let url = try wrapped()
    #expect(try positions(url) { $0.speciesNames = ["P", "Q"] } == [[9, 5, 5, 4, 4, 4], [1, 5, 5, 5, 4, 4]])
    let unwrapped = try positions(url) {
      $0.speciesNames = ["P", "Q"]
      $0.wholeness = .unwrapped
    }
    #expect(unwrapped == [[9, 5, 5, 4, 4, 4], [11, 5, 5, 5, -6, 4]])
    var options = ReadingOptions()
    options.wholeness = .unwrapped
    #expect(try TrajectoryReaders.open([url], options: options).box == nil)
    let scaled = try dump(
      "xs ys zs ix iy iz", ["1 1 .9 .5 .5 0 0 0", "2 1 .1 .5 .5 1 0 0", "3 1 .4 .4 .4 0 0 0", "4 1 .5 .4 .4 0 0 2"])
    #expect(try positions(scaled) { $0.wholeness = .unwrapped } == [[9, 5, 5, 11, 5, 5, 4, 4, 4, 5, 4, 24]])
    let plain = try dump("x y z", (1...4).map { "\($0) 1 \($0) 0 0" })
    let refused = #expect(throws: MacrostateError.self) { try positions(plain) { $0.wholeness = .unwrapped } }
    #expect(refused?.message.contains("no image flags to unwrap by") == true)
  }

  private static let data = """
    made by hand

    4 atoms
    2 atom types
    2 bonds

    0 10 xlo xhi

    Masses

    1 1.0
    2 3.0

    Atoms # full

    4 2 2 0 5 4 4
    3 2 1 0 4 4 4
    2 1 2 0.5 1 5 5
    1 1 1 -0.5 9 5 5

    Bonds

    1 1 1 2
    2 1 4 3

    """

  /// Without flags, bonds join what the box has cut; masses and charges are those of the topology.
  @Test func bondsMakeMoleculesWhole() throws {
    let url = try dump("x y z", ["2 2 1 5 5", "1 1 9 5 5", "3 1 4 4 4", "4 2 5 4 4"])
    let topology = try folder.file("x.data", Data(Self.data.utf8))
    let whole = try positions(url) {
      $0.topology = topology
      $0.wholeness = .whole
      $0.speciesNames = ["P", "Q"]
    }
    #expect(whole == [[9, 5, 5, 4, 4, 4], [11, 5, 5, 5, 4, 4]])
    let centres = try positions(url) {
      ($0.topology, $0.wholeness, $0.unit) = (topology, .whole, .molecule)
      $0.speciesNames = ["P", "Q"]
    }
    #expect(centres.flatMap(\.self) == [0.5, 5, 5, 4.75, 4, 4])
    var options = ReadingOptions()
    (options.topology, options.features) = (topology, ["mass", "charge", "molecule"])
    let source = try TrajectoryReaders.open([url], options: options)
    #expect(try source.trajectory(0).frames[0].features == [[1, -0.5, 1, 1, 0, 2], [3, 0.5, 1, 3, 0, 2]])
    #expect(source.files.map(\.role) == ["dump", "topology"])
  }

  @Test func topologiesOfOtherPrograms() throws {
    let trajectory = try folder.file("x.xyz", Data("3\n\nX 0 0 0\nX 1 0 0\nX 2 0 0\n".utf8))
    let gro = """
      t= 1
      3
          1SOL     OW    1   0.100   0.200   0.300
          1SOL    HW1    2   0.1   0.2   0.3
          2NA      NA    3   1.1   0.2   0.3
       1 1 1

      """
    let pdb = """
      ATOM      0  C0  ALA A   1       1.000   2.000   3.000  1.00  0.00           C
      ATOM      1  C1  ALA A   1       1.000   2.000   3.000  1.00  0.00           C
      ATOM      2  C2  ALA A   2       1.000   2.000   3.000  1.00  0.00           O

      """
    let psf = """
      PSF

       3 !NATOM
       1 A 1 ALA C1 CT1 0.1 12.0 0
       2 A 1 ALA C2 CT0 0.1 12.0 0
       3 A 1 ALA C3 CT1 0.1 12.0 0

       2 !NBOND
       1 2 2 3

      """
    let cases: [(String, String, ParticleLabel, [String])] = [
      ("a.gro", gro, .residue, ["NA", "SOL"]), ("a.pdb", pdb, .element, ["C", "O"]),
      ("a.psf", psf, .type, ["CT0", "CT1"]),
    ]
    for (name, text, label, species) in cases {
      var options = ReadingOptions()
      options.topology = try folder.file(name, Data(text.utf8))
      options.speciesBy = label
      let source = try TrajectoryReaders.open([trajectory], options: options)
      #expect(source.speciesNames == species, "\(name)")
    }
    var options = ReadingOptions()
    options.topology = try folder.file("b.gro", Data("t\n1\n    1SOL     OW    1   0.1   0.2   0.3\n1 1 1\n".utf8))
    let other = #expect(throws: MacrostateError.self) { _ = try TrajectoryReaders.open([trajectory], options: options) }
    #expect(other?.message.contains("3 particles where the topology") == true)
  }

  @Test(
    arguments: [
      ("type=2", [[1, 5, 5, 5, 4, 4]]), ("id=1-2,4", [[9, 5, 5], [1, 5, 5, 5, 4, 4]]),
      ("molecule=2", [[4, 4, 4], [5, 4, 4]]),
    ] as [(String, [[Float]])]) func selections(text: String, expected: [[Float]]) throws
  {
    let url = try wrapped()
    let found = try positions(url) {
      $0.selection = [try ParticleSelection(text)]
      $0.dimension = 3
      $0.speciesNames = ["P", "Q"]
    }
    #expect(found.filter { !$0.isEmpty } == expected)
  }

  @Test(arguments: ["type", "colour=red", "id=a", "id=5-1", "molecule=", "type="]) func selectionsThatMakeNoSense(
    text: String
  ) {
    let error = #expect(throws: MacrostateError.self) { _ = try ParticleSelection(text) }
    #expect(error?.kind == .usage)
  }

  /// Two units of length in one import are refused, or become the one that is asked for.
  @Test func unitsAreConverted() throws {
    func dump(_ name: String, _ units: String, _ x: Int) throws -> URL {
      let text = """
        ITEM: UNITS
        \(units)
        ITEM: TIME
        2
        ITEM: TIMESTEP
        0
        ITEM: NUMBER OF ATOMS
        1
        ITEM: BOX BOUNDS pp pp pp
        0 \(2 * x)
        0 \(2 * x)
        0 \(2 * x)
        ITEM: ATOMS id type x y z vx
        1 1 \(x) 0 0 \(x)

        """
      return try folder.file(name, Data(text.utf8))
    }
    let files = [try dump("a.dump", "real", 10), try dump("b.dump", "nano", 1)]
    let refused = #expect(throws: MacrostateError.self) { _ = try TrajectoryReaders.open(files) }
    #expect(refused?.kind == .usage && refused?.message.contains("Å and nm") == true)
    var options = ReadingOptions()
    options.lengthUnit = try MeasuringUnit("nanometer", of: .length)
    options.timeUnit = try MeasuringUnit("ps", of: .time)
    options.features = ["vx"]
    let source = try TrajectoryReaders.open(files, options: options)
    #expect(source.units == DatasetDescription.Units(position: "nm", time: "ps") && source.box?.lengths == [2, 2, 2])
    let frames = try (0..<2).map { try source.trajectory($0).frames[0] }
    // 10 Å/fs are 1000 nm/ps, 1 nm/ns is 0.001 nm/ps; 2 fs are 0.002 ps, 2 ns are 2000 ps.
    #expect(
      frames.map(\.positions) == [[[1, 0, 0]], [[1, 0, 0]]] && frames.map(\.features) == [[[1000]], [[0.001]]])
    #expect(frames.map(\.time) == [0.002, 2000] && source.advice.contains { $0.contains("multiplied by 0.1: nm") })
  }
}
