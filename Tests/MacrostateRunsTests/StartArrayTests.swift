import Foundation
import MacrostateRuns
import MacrostateStorage
import Microstates
import TestSupport
import Testing
import TrajectoryFormats

/// Configurations to predict from, in arrays as they come (Tests/Fixtures/numpy/make-fixtures.py).
@Suite struct StartArrayTests {
  private func withFile(
    _ header: String, _ bytes: [UInt8], _ body: (URL) throws -> Void
  ) throws {
    let size = UInt8(header.utf8.count)
    let contents = Data([0x93] + Array("NUMPY".utf8) + [1, 0, size, 0] + Array(header.utf8) + bytes)
    let folder = try TemporaryFolder()
    try body(folder.file("x0.npy", contents))
  }

  private func points(_ start: StartConfiguration) -> [[Float]] {
    (0..<start.speciesCount).map { set in
      var points: [Float] = []
      start.withPoints(ofSet: set) { values, _ in points = Array(values) }
      return points
    }
  }

  @Test(arguments: ["(3, 2)", "(1, 3, 2)", "(1, 1, 3, 2)", "(1L, 3L, 2L)"])
  func numbersOfAnyTypeAndOrder(shape: String) throws {
    // [[1, 2], [3, 4], [5, 6]], the first index fastest, the most significant byte first.
    let bytes: [UInt8] = [0, 1, 0, 3, 0, 5, 0, 2, 0, 4, 0, 6]
    try withFile("{'descr': '>i2', 'fortran_order': True, 'shape': \(shape), }", bytes) { url in
      let start = try StartConfiguration(url, species: ["particle"])
      #expect(points(start) == [[1, 2, 3, 4, 5, 6]])
      #expect(start.notes.isEmpty)
    }
  }

  @Test(arguments: [("(3,)", "shape (3,)"), ("(3, 1, 1)", "shape (3, 1, 1)"), ("(0, 2)", "no particles")])
  func otherShapesAreRefused(shape: String, part: String) throws {
    try withFile("{'descr': '|i1', 'fortran_order': False, 'shape': \(shape), }", shape == "(0, 2)" ? [] : [1, 2, 3]) {
      url in
      let error = #expect(throws: MacrostateError.self) { _ = try StartConfiguration(url, species: ["particle"]) }
      #expect(error?.kind == .badData)
      #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }
  }

  @Test func namesOfArchivesAreThoseOfImport() throws {
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/numpy")
    let start = try StartConfiguration(fixtures.appendingPathComponent("start.npz"), species: ["type-0", "type-1"])
    #expect(points(start) == [[0, 0.25, 1, 1.25], [0.5, 0.75, 1.5, 1.75]])
    #expect(start.notes.count == 1)
    #expect(start.notes.first?.hasSuffix("start.npz: not used: box, velocities") == true)
    let types = fixtures.appendingPathComponent("text.npy")
    let error = #expect(throws: MacrostateError.self) {
      _ = try StartConfiguration(
        fixtures.appendingPathComponent("start.npz"), options: ReadingOptions(types: types), species: ["A", "B"])
    }
    #expect(error?.message.contains("text.npy: it holds text") == true)
  }

  /// A dump without boundaries is in open space, and is placed where the model wants it.
  @Test func dumpsArePlacedInTheModelsBox() throws {
    let folder = try TemporaryFolder()
    let text =
      "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS%\n0 9\n0 9\n0 9\nITEM: ATOMS id type x y\n"
      + "1 2 104.5 1\n2 1 101 -1\n"
    let box = SimulationBox(origin: [0, 0], lengths: [4, 4], boundaries: [.periodic, .periodic])
    let url = try folder.file("x.dump", Data(text.replacing("%", with: "").utf8))
    let start = try StartConfiguration(
      url, species: ["A", "B"],
      placement: ModelPlacement(box: box, offset: [100, 0], isOneConfiguration: true))
    // Type 1 is A. 4.5 and −1 are wrapped.
    #expect(points(start) == [[1, 3], [0.5, 1]])
    #expect(start.notes.contains { $0.contains("its box is open space, and not 0.0 … 4.0 periodic") })
    let error = #expect(throws: MacrostateError.self) { _ = try StartConfiguration(url, species: ["C"]) }
    #expect(error?.message.contains("particles of type 2; the model's species are 1 (C)") == true)
  }

  @Test func statesOnAGridHaveFeaturesAlone() throws {
    let folder = try TemporaryFolder()
    let values = (0..<24).map(Float.init)
    for shape in [[4, 3, 2], [1, 4, 3, 2], [1, 1, 4, 3, 2]] {
      try NumPyFile.write(values, shape: shape, to: folder.file("x.npy"))
      let start = try StartConfiguration(
        folder.file("x.npy"), options: ReadingOptions(grid: [4, 3]), species: ["particle"])
      #expect(start.dimension == 0 && start.featureCount == 2 && start.pointCount(ofSet: 0) == 12)
      var features: [Float] = []
      start.withPoints(ofSet: 0) { features = Array($1) }
      #expect(features == values && points(start) == [[]])
    }
    try NumPyFile.write(values, shape: [2, 4, 3], to: folder.file("x.npy"))
    let frame = try StartConfiguration(
      folder.file("x.npy"), trajectory: 0, frame: 1, options: ReadingOptions(grid: [4, 3]), species: ["particle"])
    #expect(frame.particleCount == 12 && frame.featureCount == 1)
    let error = #expect(throws: MacrostateError.self) {
      _ = try StartConfiguration(folder.file("x.npy"), options: ReadingOptions(grid: [4, 3]), species: ["particle"])
    }
    #expect(error?.kind == .badData && error?.message.contains("shape (2, 4, 3)") == true)
  }
}
