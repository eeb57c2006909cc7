import ClosureModels
import Foundation
import MacrostateCompute
import MacrostateRecipes
import MacrostateStorage
import Microstates
import TestSupport
import Testing

/// Runs on data in periodic boxes.
@Suite struct PeriodicRunTests {
  private static func box(_ length: Double = 4, tilt: Double = 0) -> SimulationBox {
    SimulationBox(
      origin: [-2, -2], edges: [[length, 0], [tilt, 4]], boundaries: [.periodic, .periodic])
  }

  /// The box decides, and `data.periodic none` is what was before there was a choice.
  @Test func theBoxDecides() throws {
    let tiny = try TinyRun(species: ["A"], box: { _ in Self.box() })
    let model = try tiny.train("run", tiny.configuration)
    #expect(model.description.closure.periodicAxes == [true, true])
    // Half the period is a unit of ε by ranges; uniform points have a spread of 1 by standard deviations.
    #expect(model.description.pointScaling.factor.allSatisfy { abs($0 - Float(12.0.squareRoot() / 4)) < 1e-6 })
    #expect(try TrainedModel(of: tiny.folder("run")).description.closure == model.description.closure)

    var configuration = tiny.configuration
    configuration.data.periodic = .none
    let plain = try tiny.train("plain", configuration)
    #expect(plain.description.closure.periodicAxes == nil)
    let open = try TinyRun(species: ["A"])
    let other = try open.train("run", open.configuration)
    #expect(other.description.closure.periodicAxes == nil)
  }

  /// A frame is seen in its own box, tilted or changing.
  @Test(arguments: [false, true]) func framesHaveTheirOwnCells(changes: Bool) throws {
    func box(_ t: Int) -> SimulationBox { changes ? Self.box(4 + 0.25 * Double(t), tilt: 1) : Self.box() }
    let tiny = try TinyRun(species: ["A"], box: box)
    let source = DatasetPointSets(try Dataset.open(tiny.dataset))
    for frame in 0..<4 {
      let cell = try #require(source.cell(ofSet: frame))
      let expected = box(frame)
      #expect(cell.edges == expected.edgeVectors && cell.corner == expected.origin)
      let edges = BoxEdges(expected)
      for j in 0..<2 {
        let point = edges.point([0.3, 0.6, 0])
        let share = edges.fractions(point + SIMD3(padding: expected.edgeVectors[j]))
        #expect(abs(share[j] - [1.3, 1.6][j]) < 1e-12)
      }
    }
  }

  @Test func runsOfEarlierVersionsAreCarriedOnAsTheyWere() throws {
    let tiny = try TinyRun(species: ["A"], box: { _ in Self.box() })
    var configuration = tiny.configuration
    configuration.data.periodic = .none
    try tiny.train("run", configuration)
    let run = tiny.folder("run")
    let text = try String(contentsOf: run.configuration, encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let aged = lines.filter { !$0.contains("periodic:") }
    #expect(aged.count == lines.count - 1)
    try aged.joined(separator: "\n").write(to: run.configuration, atomically: true, encoding: .utf8)
    #expect(try run.settings().data.periodic == DataSettings.Periodicity.none)
    try tiny.train("run", configuration)
    expectError(.badData, containing: "other settings", "data.periodic is none, not box") {
      try tiny.train("run", tiny.configuration)
    }
    // Of open space the setting says nothing.
    let open = try TinyRun(species: ["A"])
    try open.train("run", setting(open, .none))
    try open.train("run", setting(open, .box))
  }

  private func setting(_ tiny: TinyRun, _ periodic: DataSettings.Periodicity) -> RunConfiguration {
    var configuration = tiny.configuration
    configuration.data.periodic = periodic
    return configuration
  }

  @Test func decodersOfPointsRefuseImages() throws {
    let tiny = try TinyRun(points: 5, species: ["A"], box: { _ in Self.box() })
    var configuration = tiny.configuration
    for objective in [ClosureTrainingSettings.Objective.pointwise, .chamfer] {
      configuration.closureTraining.objective = objective
      expectError(.badData, containing: "the box is periodic", objective.rawValue, "data.periodic none") {
        try tiny.train("run", configuration)
      }
    }
    configuration.data.periodic = .none
    try tiny.train("run", configuration)
  }

  /// Data of open space are seen in the model's box.
  @Test func theModelsBoxStandsIn() throws {
    let tiny = try TinyRun(species: ["A"], box: { _ in Self.box() })
    let model = try tiny.train("run", tiny.configuration)
    let open = try TinyRun(species: ["A"])
    let cells = try [open, tiny].map { DatasetPointSets(try Dataset.open($0.dataset), for: model).cell(ofSet: 0) }
    #expect(cells[0] != nil && cells[0] == cells[1])
  }
}
