import Foundation
import MacrostateStorage
import Microstates
import TestSupport
import Testing
import TrajectoryFormats

/// LAMMPS's dumps of style yaml.
@Suite struct LAMMPSYAMLTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func source(_ text: String) throws -> any TrajectorySource {
    try TrajectoryReaders.open([folder.file("x.yaml", Data(text.utf8))])
  }

  private static let head = "---\ncreator: LAMMPS\ntimestep: 0\nnatoms: 1\nboundary: [ p, p, p, p, f, f, ]\nbox:\n"
  private static let box = "  - [ 0, 4 ]\n  - [ 0, 4 ]\n  - [ 0, 4 ]\n"

  /// Bounds are those of the corners: of region prism 2 11 -3 5 1 8 2.5 -1.5 1.0 as LAMMPS (22 Jul 2025) writes them.
  @Test func aTiltedBoxHasTheBoundsOfItsCorners() throws {
    let source = try source(
      Self.head
        + "  - [ 0.5, 13.5 ]\n  - [ -3, 6 ]\n  - [ 1, 8 ]\n  - [ 2.5, -1.5, 1 ]\nkeywords: [ id, type, x, y, z, ]\n"
        + "data:\n  - [ 1, 1, 2, -3, 1, ]\n...\n")
    let box = try #require(source.box)
    #expect(box.origin == [2, -3, 1] && box.edgeVectors == [[9, 0, 0], [2.5, 8, 0], [-1.5, 1, 7]])
    #expect(box.boundaries == [.periodic, .periodic, .reflecting])
    #expect(try source.trajectory(0).frames[0].positions == [[2, -3, 1]])
  }

  @Test(arguments: [
    ("\(box)keywords: [ id, x, y, z, ]\ndata:\n", "0 of its 1 atoms are there"),
    ("\(box)keywords: [ id, x, y, z, ]\ndata:\n  - [ 1, 0, 0, ]\n", "is no row of the columns id x y z"),
    ("\(box)keywords: [ id, x, y, z, ]\ndata:\n  - [ 1, 0, zero, 0, ]\n", "is no row of the columns"),
    ("\(box)keywords: [ id, x, y, z, ]\n---\n", "another document begins"), (box, "it has no data"),
    (
      "  - [ 0, 4 ]\nkeywords: [ id, x, y, z, ]\ndata:\n  - [ 1, 0, 0, 0, ]\n...\n",
      "the box of this frame has no three bounds"
    ),
    ("\(box)data:\n  - [ 1, 0, 0, 0, ]\n", "data before timestep, natoms and keywords"),
    ("\(box)keywords: [ id, x, z, ]\ndata:\n  - [ 1, 0, 0, ]\n", "no coordinates, or a column twice"),
    ("\(box)natoms: -1\n", "'-1' is no value of natoms"), ("\(box)natoms: 99999999999\n", "is no value of natoms"),
  ]) func damageIsSaid(rest: String, message: String) throws {
    let error = #expect(throws: MacrostateError.self) { _ = try source(Self.head + rest).trajectory(0) }
    #expect(error?.kind == .badData && error?.message.contains(message) == true, "\(error?.message ?? "")")
  }
}
