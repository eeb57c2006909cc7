import ClosureModels
import Foundation
import MacroscopicDynamics
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import TestSupport
import Testing

@Suite struct TrainingRunTests {
  @Test func aRunLearnsAndItsModelComesBackFromItsFiles() throws {
    let tiny = try TinyRun()
    let model = try tiny.train("run", tiny.configuration)
    #expect(model.ensemble.members.count == 2)
    #expect(model.componentNames == ["size", "z1 of A", "z2 of A", "z1 of B", "z2 of B", "fraction of A"])
    #expect(model.description.closureScore.isFinite && model.description.closureScore > 0)
    let read = try TrainedModel(tiny.folder("run").model)
    #expect(read.closureParameters.storage == model.closureParameters.storage)
    #expect(read.ensemble.members.map(\.parameters.storage) == model.ensemble.members.map(\.parameters.storage))
    #expect(read.ensemble.members[0].parameters.storage != read.ensemble.members[1].parameters.storage)
    #expect(read.withoutClosure?.members[0].model.movingCount == 1)

    let lines = try tiny.folder("run").metricsLines()
    let closure = lines.filter { $0.training == "closure" }
    #expect(closure.map(\.step) == [0, 3, 6, 7, 9, 12, 14, 15, 18, 21, 24])
    #expect(closure.filter { $0.validation != nil }.map(\.step) == [0, 7, 14, 21, 24])
    #expect(closure.compactMap(\.validation).min() == model.description.closureScore)
    let names = Set(lines.map(\.training))
    #expect(
      names == [
        "closure", "dynamics-0", "dynamics-0-unrolled", "dynamics-1", "dynamics-1-unrolled", "without-closure",
        "without-closure-unrolled",
      ])
  }

  /// Steps too small to change a number leave the random start.
  @Test func trainingsThatLearnNothingAreNamed() throws {
    let tiny = try TinyRun()
    var configuration = tiny.configuration
    #expect(try tiny.train("learns", configuration).description.trainingWarnings == nil)
    configuration.closureTraining.learningRate = 1e-30
    configuration.dynamicsTraining.learningRate = 1e-30
    let warnings = Warnings()
    let model = try tiny.train("run", configuration, progress: warnings)
    let names = warnings.lines.compactMap { $0.split(separator: ":").first.map(String.init) }
    #expect(names == ["closure", "dynamics-0", "dynamics-1", "without-closure"], "\(warnings.lines)")
    #expect(warnings.lines.allSatisfy { $0.contains("random start") && $0.contains("nothing was learned") })
    #expect(warnings.lines[0].contains("in 24 steps") && warnings.lines[0].contains("(KL "))
    #expect(model.description.trainingWarnings == warnings.lines)
    #expect(try TrainedModel(tiny.folder("run").model).description.trainingWarnings == warnings.lines)
  }

  /// The scale of the points of a data set, whose coordinates are about 1.
  @Test func pointsThatDoNotSuitTheNetworksAreNamed() throws {
    func warnings(_ scaling: DataSettings.Scaling, _ place: @escaping (Float) -> Float) throws -> [String] {
      let tiny = try TinyRun(place: place)
      var configuration = tiny.configuration
      configuration.data.scaling = scaling
      configuration.dynamics.ensemble = 1
      configuration.closureTraining.steps = 1
      configuration.dynamicsTraining.steps = 1
      configuration.dynamicsTraining.unrollLength = 0
      let warnings = Warnings()
      return try tiny.train("run", configuration, progress: warnings).description.trainingWarnings?
        .filter { $0.contains("coordinate") } ?? []
    }
    #expect(try warnings(.none) { $0 } == [])
    #expect(try warnings(.standard) { $0 * 1e-4 + 3 } == [])
    let small = try warnings(.none) { $0 * 1e-4 }
    #expect(small.count == 2 && small.allSatisfy { $0.contains("data.scaling=standard") }, "\(small)")
    let far = try warnings(.none) { $0 + 30 }
    #expect(far.count == 2 && far[0].hasPrefix("the coordinate x is 29.8 ± 1.09 "), "\(far)")
    for scaling in [DataSettings.Scaling.none, .standard, .range] {
      let flat = try warnings(scaling) { _ in 2 }
      #expect(flat.count == 2 && flat[1].hasPrefix("the coordinate y is 2 at every particle"), "\(flat)")
    }
  }

  @Test(arguments: DifferentialEquation.Diffusion.choices)
  func stochasticDynamics(diffusion: DifferentialEquation.Diffusion) throws {
    let tiny = try TinyRun()
    var configuration = tiny.configuration
    configuration.dynamics.kind = .sde
    configuration.dynamics.equation.integrator = .euler
    configuration.dynamics.equation.diffusion = diffusion
    configuration.dynamics.ensemble = 1
    configuration.dynamicsTraining.unrollLength = 0
    let model = try tiny.train("run", configuration)
    #expect(model.ensemble.members[0].model.isStochastic)
    let scores = try tiny.folder("run").metricsLines().filter { $0.training == "dynamics-0" }.compactMap(\.validation)
    #expect(scores.count > 2 && scores.min() == model.description.validationScores[0])
  }

  @Test func theSetTransformerIsTrainedResumedAndComesBackFromItsFiles() throws {
    let tiny = try TinyRun()
    var configuration = tiny.configuration
    configuration.encoder.kind = .setTransformer
    configuration.encoder.setTransformer.width = 8
    configuration.encoder.setTransformer.heads = 2
    configuration.encoder.setTransformer.inducingPoints = 3
    let model = try tiny.train("whole", configuration)
    #expect(
      model.description.closure.encoder
        == PartSettings(
          SetTransformerEncoder.self, .init(width: 8, heads: 2, blocks: 2, inducingPoints: 3, activation: .silu)))
    let read = try TrainedModel(tiny.folder("whole").model)
    #expect(read.description.closure == model.description.closure)
    #expect(read.closureParameters.storage == model.closureParameters.storage)
    let stop = StopFlag()
    expectError(.stopped, containing: "run the same command again") {
      try tiny.train("stopped", configuration, stop: stop, progress: StopAt(stop, moment: 10))
    }
    try tiny.train("stopped", configuration)
    #expect(try tiny.result("stopped") == tiny.result("whole"))
    let scores = try tiny.folder("whole").metricsLines().filter { $0.training == "closure" }.compactMap(\.validation)
    #expect(try #require(scores.last) < scores[0])
  }

  @Test func theOnsagerDriftIsTrainedAndComesBackFromItsFiles() throws {
    let tiny = try TinyRun()
    var configuration = tiny.configuration
    configuration.dynamics.equation.drift = .onsager
    configuration.dynamics.equation.integrator = .rungeKutta4
    let model = try tiny.train("run", configuration)
    let shapes = [model.description.dynamics, try #require(model.description.withoutClosure)]
    #expect(shapes.allSatisfy { $0.part.equation($0.sizes)?.drift == .onsager })
    let read = try TrainedModel(tiny.folder("run").model)
    #expect(read.description.dynamics == model.description.dynamics)
    #expect(read.ensemble.members.map(\.parameters.storage) == model.ensemble.members.map(\.parameters.storage))
    let dynamics = try #require(read.ensemble.members[0].model as? DifferentialEquation)
    let parameters = read.ensemble.members[0].parameters
    let energy = dynamics.energy(parameters, ofStates: dynamics.scaling.mean, kernels: .best)
    #expect(energy?.count == 1 && energy?.allSatisfy { $0 >= 0 && $0.isFinite } == true)
  }

  @Test func withoutObservablesTheMacrostateIsTheClosure() throws {
    let tiny = try TinyRun(observables: false)
    let model = try tiny.train("run", tiny.configuration)
    #expect(model.withoutClosure == nil)
    #expect(model.ensemble.members[0].model.movingCount == 4)
    #expect(model.description.validationScores.allSatisfy { $0 > 0 && $0.isFinite })
  }

  @Test func divergenceNamesTheStepAndKeepsTheCheckpoint() throws {
    let tiny = try TinyRun()
    var configuration = tiny.configuration
    configuration.closureTraining.learningRate = 1e30
    configuration.closureTraining.schedule = .constant
    expectError(.failure, containing: "closure", "at step", "learning_rate", "checkpoint is kept") {
      try tiny.train("run", configuration)
    }
    let state = try #require(try tiny.folder("run").checkpoints("closure").latestState())
    #expect(!state.isFinished && state.bestScore?.isFinite == true)
  }

  @Test func trajectoriesOfOneFrameAreRefused() throws {
    let tiny = try TinyRun(frames: { _ in 1 })
    expectError(.badData, containing: "tiny.dataset", "two frames") { try tiny.train("run", tiny.configuration) }
  }

  @Test func validationOnTrajectoriesOfOneFrameIsRefused() throws {
    // Which trajectory validates depends on the seed: find it, and give that one a single frame.
    let first = try TinyRun()
    let validation = try TrainingData(first.configuration, pool: .init(threads: 1)).split.validation
    let tiny = try TinyRun(frames: { validation.contains($0) ? 1 : 4 })
    expectError(.badData, containing: "tiny.dataset", "validation", "two frames") {
      try tiny.train("run", tiny.configuration)
    }
  }

  @Test func anUnrollLongerThanEveryTrajectoryIsRefused() throws {
    let tiny = try TinyRun()
    var configuration = tiny.configuration
    configuration.dynamicsTraining.unrollLength = 50
    expectError(.badData, containing: "unroll_length", "50") { try tiny.train("run", configuration) }
  }

  @Test func missingDataIsNamed() throws {
    let tiny = try TinyRun()
    var configuration = tiny.configuration
    configuration.data.training = tiny.url.appendingPathComponent("other.dataset").path
    expectError(.missingInput, containing: "other.dataset") { try tiny.train("run", configuration) }
    configuration.data.training = ""
    expectError(.usage, containing: "macrostate train") { try tiny.train("again", configuration) }
  }
}
