import Foundation
import MacrostateStorage
import Microstates
import TestSupport
import Testing
import TrajectoryFormats

/// XYZ files, plain and extended, as the programs of the field write them.
@Suite struct XYZTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func source(_ text: String, _ options: ReadingOptions = ReadingOptions()) throws -> any TrajectorySource {
    try TrajectoryReaders.open([folder.file("x.xyz", Data(text.utf8))], options: options)
  }

  /// Positions may stand behind other numbers, which some readers take for them.
  @Test func columnsStandInAnyOrder() throws {
    let source = try source(
      """
      2
      Properties="forces:R:3:species:S:1:tag:L:1:pos:R:3:charge:R:1" Lattice="4 0 0 0 4 0 0 0 4" pbc="T T T"
      9 9 9 Ar T 1 2 3 0.5
      9 9 9 Ne F 3 2 1 -0.5

      """)
    let frame = try #require(try source.trajectory(0).frames.first)
    #expect(source.speciesNames == ["Ar", "Ne"])
    #expect(frame.positions == [[1, 2, 3], [3, 2, 1]])
    #expect(
      source.box
        == SimulationBox(origin: [0, 0, 0], lengths: [4, 4, 4], boundaries: [.periodic, .periodic, .periodic]))
  }

  /// The three programs call velocities by three names.
  @Test(arguments: ["vel", "velo", "velocities"]) func velocitiesAreFeatures(name: String) throws {
    var options = ReadingOptions()
    options.features = ["vx", "vz", "mass"]
    let source = try source(
      "1\nProperties=species:S:1:pos:R:3:\(name):R:3:masses:R:1 Time=2.5\nA 0 0 0 1 2 3 40\n", options)
    let frame = try #require(try source.trajectory(0).frames.first)
    #expect(source.featureNames == ["vx", "vz", "mass"])
    #expect(frame.features == [[1, 3, 40]])
    #expect(frame.time == 2.5)
  }

  /// A box may be tilted, repeat itself along some edges alone, and have a corner away from 0.
  @Test func boxes() throws {
    let tilted = try source(
      "1\nLattice=\"4 0 0 1 4 0 0 0 5\" pbc=\"T T F\" Origin=\"-2 -2 0\"\nA 2.5 0 9\n")
    let box = try #require(tilted.box)
    #expect(box.isTilted && box.edgeVectors == [[4, 0, 0], [1, 4, 0], [0, 0, 5]] && box.origin == [-2, -2, 0])
    #expect(box.boundaries == [.periodic, .periodic, .open])
    // At (2.5, 0): half of b is (0.5, 2), so that a is at (2.5 + 2 − 0.5) / 4 = 1, which is 0.
    #expect(try tilted.trajectory(0).frames[0].positions == [[-1.5, 0, 9]])
    #expect(try source("1\nLattice=\"4 0 0 0 4 0 0 0 5\" pbc=\"F F F\"\nA 9 0 9\n").box == nil)
    #expect(try source("1\nA cluster\nA 9 0 9\n").box == nil)
    #expect(
      try source("1\nLattice=\"4 0 0 0 0 0 0 0 0\" pbc=\"T F F\"\nA 5 0 9\n").trajectory(0).frames[0].positions == [
        [1, 0, 9]
      ])
  }

  /// A plain file has a name and three coordinates, and what follows has no name.
  @Test func plainFiles() throws {
    let source = try source(
      "2\n Atoms. Timestep: 100\n1 0 0 0.5\n2 1 1 0\n2\n Atoms. Timestep: 200\n1 0 0 1\n2 1 1 1\n")
    let frames = try source.trajectory(0).frames
    #expect(frames.map(\.time) == [100, 200] && source.speciesNames == ["1", "2"])
    #expect(frames[1].positions == [[0, 0, 1], [1, 1, 1]])
  }

  /// What is wrong is said with its line.
  @Test(
    arguments: [
      ("3\n\nA 0 0 0\nA 1 1 1\n", "the frame from line 1 on is cut off: 2 of its 3 particles are there"),
      ("1\n\nA 0 0 0\n1\n\nA 1 x 1\n", "line 6: the column 'y' is not a number"),
      ("1\n\nA 0 0 0\nA 1 1 1\n", "line 4: 'A 1 1 1' where the number of particles of a frame is needed"),
      ("1\nProperties=species:S:1:pos:R\nA 0 0 0\n", "line 2: Properties="),
      ("1\nProperties=species:S:1:pos:R:99999999999\nA 0 0 0\n", "line 2: Properties="),
      ("1\nLattice=\"1 0 0\"\nA 0 0 0\n", "line 2: Lattice=\"1 0 0\": a box has nine numbers"),
      ("1\nLattice=\"1 0 0 1 0 0 0 0 1\"\nA 0 0 0\n", "the edges hold no volume"),
      ("99999999\n\nA 0 0 0\n", "1 of its 99999999 particles are there"),
      ("1\nTime=1\nA 0 0 0\n1\nTime=1\nA 0 0 0\n", "time 1.0 does not come after that of the frame before"),
    ] as [(String, String)]) func damageIsSaid(text: String, message: String) throws
  {
    let error = #expect(throws: MacrostateError.self) { _ = try source(text).trajectory(0) }
    #expect(error?.kind == .badData && error?.message.contains(message) == true, "\(error?.message ?? "")")
  }
}
