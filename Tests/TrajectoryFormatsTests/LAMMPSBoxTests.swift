import Foundation
import MacrostateStorage
import Microstates
import TestSupport
import Testing
import TrajectoryFormats

/// Boxes that change from frame to frame, and tilted ones.
@Suite struct LAMMPSBoxTests {
  let folder: DumpFolder

  init() throws { folder = try DumpFolder() }

  /// A frame of two atoms.
  private func frame(_ step: Int, box: String, columns: String = "id x y z", _ atoms: String) -> String {
    "ITEM: TIMESTEP\n\(step)\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS \(box)\nITEM: ATOMS \(columns)\n\(atoms)\n"
  }

  /// LAMMPS at constant pressure: every frame is wrapped into its own box, and its observables are of that.
  @Test func everyFrameHasItsBox() throws {
    let text = [4.0, 5, 4].enumerated().map { f, length in
      frame(f, box: "pp pp pp\n0 \(length)\n0 3\n0 3", "1 4.5 1 1\n2 1 2 0.5")
    }.joined()
    let source = try folder.source(text)
    #expect(source.hasChangingBoxes && source.box?.lengths == [4, 3, 3])
    let frames = try source.trajectory(0).frames
    #expect(frames.map { $0.positions[0][0] } == [0.5, 4.5, 0.5])
    #expect(frames.map { $0.box?.lengths } == [nil, [5, 3, 3], nil])
    var options = ImportOptions(programVersion: "1")
    options.computed = ComputedObservables([ObservableDescription(name: "volume")]) { [$0.box?.volume ?? 36] }
    let url = folder.url.appendingPathComponent("x.dataset")
    try importTrajectories(from: source, to: url, options: options)
    let dataset = try Dataset.open(url)
    #expect((0..<3).map { dataset.observables(ofFrame: $0)[0] } == [36, 45, 36])
    #expect((0..<3).map { dataset.box(ofFrame: $0)?.lengths[0] } == [4, 5, 4])
    #expect(dataset.description.schemaVersion == 2)
  }

  /// The same box and atoms in LAMMPS's notations: bounds of the corners with tilts, edges with a corner, and scaled.
  @Test func tiltedBoxesAreReadInAllNotations() throws {
    // Edges (4, 0, 0), (1, 3, 0), (-2, 0.5, 5) from (1, 2, 3).
    let edges = [[4.0, 0, 0], [1, 3, 0], [-2, 0.5, 5]]
    let expected = SimulationBox(
      origin: [1, 2, 3], edges: edges, boundaries: [.periodic, .periodic, .periodic])
    let bounds = "xy xz yz pp pp pp\n-1 6 1\n2 5.5 -2\n3 8 0.5"
    let general = "abc origin pp pp pp\n4 0 0 1\n1 3 0 2\n-2 0.5 5 3"
    // At shares (¼, ½, ½) and (5/4, −1/4, ¼) of the edges.
    let plain = "1 1.5 3.75 5.5\n2 5.25 1.375 4.25"
    let scaled = "1 0.25 0.5 0.5\n2 1.25 -0.25 0.25"
    for (box, columns, atoms) in [
      (bounds, "id x y z", plain), (general, "id x y z", plain), (bounds, "id xs ys zs", scaled),
      (general, "id xsu ysu zsu", scaled),
    ] {
      let source = try folder.source(frame(0, box: box, columns: columns, atoms))
      #expect(source.box == expected)
      let read = try source.trajectory(0).frames[0]
      #expect(read.box == nil)
      // Less (4, 0, 0) and plus (1, 3, 0).
      #expect(read.positions == [[1.5, 3.75, 5.5, 2.25, 4.375, 4.25]], "\(columns)")
    }
    folder.expectRefusal("some coordinates are scaled", frame(0, box: bounds, columns: "id xs y z", plain))
    folder.expectRefusal(
      "line 10: atom 1, step 0: it is outside the tilted box",
      frame(0, box: bounds.replacing("pp pp pp", with: "pp pp ff"), plain.replacing("5.5\n", with: "8.5\n")))
    folder.expectRefusal("its coordinate y is not finite (nan)", frame(0, box: bounds, "1 1 nan 1\n2 1 1 2"))
  }

  /// Sheared from frame to frame, in the plane.
  /// Bounds are those of the corners: an edge of 8 − 0 less tilts of 8 is none.
  @Test func boundsThatTiltsUseUpAreNoBox() throws {
    let text = frame(0, box: "xy xz yz pp pp pp\n0 5 8\n0 5 0\n0 5 0", "1 1 1 1\n2 1 2 0.5")
    expectError(.badData, containing: "hold no volume") { _ = try folder.source(text) }
  }

  @Test func aBoxMayBecomeTilted() throws {
    let text = [0.0, 0.5, 1].enumerated().map { f, tilt in
      frame(
        f, box: "xy xz yz pp pp pp\n0 \(4 + tilt) \(tilt)\n0 3 0\n-0.5 0.5 0", columns: "id x y", "1 1 1\n2 4.25 2.5")
    }.joined()
    let source = try folder.source(text)
    #expect(source.dimension == 2 && source.box?.isTilted == false && source.hasChangingBoxes)
    let frames = try source.trajectory(0).frames
    #expect(frames[0].box == nil && frames[2].box?.edges == [[4, 0], [1, 3]])
    // In the last frame the second atom is inside.
    #expect(frames.map { $0.positions[0][2] } == [0.25, 4.25, 4.25])
  }

  @Test func aBoxFarAwayIsRelativeToItsOffset() throws {
    let text = [4.0, 5].enumerated().map { f, length in
      frame(f, box: "pp pp pp\n1e6 \(1e6 + length)\n0 3\n0 3", "1 1000004.5 1 1\n2 1000001 2 0.5")
    }.joined()
    let source = try folder.source(text, options: .init(mayOffset: true))
    let offset = try #require(source.positionOffset)
    let frames = try source.trajectory(0).frames
    #expect(frames[1].box?.origin == [1e6 - offset[0], -offset[1], -offset[2]])
    #expect(frames.map { Double($0.positions[0][0]) + offset[0] } == [1_000_000.5, 1_000_004.5])
  }
}
