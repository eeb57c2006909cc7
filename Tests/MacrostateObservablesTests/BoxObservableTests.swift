import MacrostateObservables
import MacrostateSettings
import MacrostateStorage
import Microstates
import TestSupport
import Testing

/// The measures of the box, and the axes that are asked for.
@Suite struct BoxObservableTests {
  private func values(_ text: String, _ box: SimulationBox?, dimension d: Int) throws -> [Double] {
    let observable = try Observables.observable(
      PartRequest(text, of: "observable"), speciesNames: ["A"], box: box, dimension: d)
    let frame = Trajectory.Frame(time: 0, positions: [[Float](repeating: 1, count: 6 * d)], box: box)
    return try observable.evaluate(frame, dimension: d)
  }

  private let flat = SimulationBox(origin: [-1, 2], lengths: [3, 8], boundaries: [.periodic, .reflecting])
  /// |b| = 5, volume 2 · 4 · 3.
  private let tilted = SimulationBox(
    origin: [0, 0, 0], edges: [[2, 0, 0], [3, 4, 0], [1, 1, 3]], boundaries: [.periodic, .periodic, .periodic])

  @Test func theBoxIsMeasured() throws {
    #expect(try values("box-length", flat, dimension: 2) == [3, 8])
    #expect(try values("box-length,axis=y", flat, dimension: 2) == [8])
    #expect(try values("volume", flat, dimension: 2) == [24])
    #expect(try values("number-density", flat, dimension: 2) == [0.25])
    let lengths = try values("box-length", tilted, dimension: 3)
    #expect(lengths == [2, 5, 11.0.squareRoot()])
    #expect(abs(try values("volume", tilted, dimension: 3)[0] - 24) < 1e-12)
    #expect(abs(try values("number-density", tilted, dimension: 3)[0] - 0.25) < 1e-12)
  }

  @Test func theFramesOwnBoxCounts() throws {
    let observable = try Observables.observable(
      PartRequest("box-length,axis=x", of: "observable"), speciesNames: ["A"], box: flat)
    let other = SimulationBox(origin: [0, 0], lengths: [5, 8], boundaries: flat.boundaries)
    let frame = Trajectory.Frame(time: 0, positions: [[1, 1]], box: other)
    #expect(observable.descriptions.map(\.name) == ["L_x"])
    #expect(try observable.evaluate(frame, dimension: 2, box: flat) == [5])
  }

  @Test(arguments: ["box-length", "volume", "number-density"])
  func whatHasNoEndsHasNoMeasure(name: String) throws {
    expectError(.badData, containing: "in open space and has no box") { _ = try values(name, nil, dimension: 2) }
    let open = SimulationBox(origin: [0, 0], lengths: [3, 8], boundaries: [.periodic, .open])
    expectError(.badData, containing: "open along axis y") { _ = try values(name, open, dimension: 2) }
  }

  @Test func anOpenAxisThatIsNotAskedForDoesNotMatter() throws {
    let open = SimulationBox(origin: [0, 0], lengths: [3, 8], boundaries: [.periodic, .open])
    #expect(try values("box-length,axis=x", open, dimension: 2) == [3])
  }

  @Test func anAxisThatSpaceLacksIsRefused() throws {
    expectError(.usage, containing: "'box-length' needs an axis of space, which has 2 dimensions, not z") {
      _ = try values("box-length,axis=z", flat, dimension: 2)
    }
    let stored = try Observables.observable(
      .init(observable: "box-length", settings: ["axis": "all", "dimension": 3]), speciesNames: ["A"])
    expectError(.badData, containing: "2 dimensions, and the observable was made for 3") {
      _ = try stored.evaluate(Trajectory.Frame(time: 0, positions: [[1, 2]], box: flat), dimension: 2)
    }
  }
}
