import Foundation
import MacrostateConfiguration
import MacrostateStorage
import MacrostateTraining
import Microstates
import Testing

/// Runs on several species with noise: one model of all observables or one for each, and encoders with an SDE of their own.
@Suite struct SpeciesRunTests {
  private func stochastic(_ tiny: TinyRun) -> RunConfiguration {
    var configuration = tiny.configuration
    configuration.dynamics.kind = .sde
    configuration.dynamics.integrator = .eulerMaruyama
    configuration.dynamicsTraining.unrollLength = 0
    configuration.dynamicsTraining.gradientClip = 10
    return configuration
  }

  @Test func separateModelsHaveAnObservableEachAndTheirPairsClosuresInOrder() throws {
    let tiny = try TinyRun(names: ["R_AB", "R_BA"])
    var configuration = stochastic(tiny)
    configuration.dynamics.observables = .separate
    let model = try tiny.train("whole", configuration)
    // z = [R_AB, R_BA, ẑ_A (2), ẑ_B (2)].
    let parts = [[0, 2, 3, 4, 5], [1, 4, 5, 2, 3]]
    #expect(model.ensemble.members.map { $0.parts.map(\.components) } == [parts, parts])
    #expect(model.withoutClosure?.members[0].parts.map(\.components) == [[0], [1]])
    #expect(model.description.dynamics.dimension == 6 && model.ensemble.isStochastic)
    let names = Set(try tiny.folder("whole").metricsLines().map(\.training))
    let members = (0..<2).flatMap { i in (0..<2).map { "dynamics-\(i)-observable-\($0)" } }
    #expect(
      names == Set(["closure"] + members + ["without-closure-observable-0", "without-closure-observable-1"]))

    let read = try TrainedModel(tiny.folder("whole").model)
    for (a, b) in zip(
      read.ensemble.members + [try #require(read.withoutClosure?.members[0])],
      model.ensemble.members + [try #require(model.withoutClosure?.members[0])])
    {
      #expect(a.parts.map(\.components) == b.parts.map(\.components))
      #expect(a.parts.map(\.parameters.storage) == b.parts.map(\.parameters.storage))
      #expect(a.parts.map(\.model.scaling) == b.parts.map(\.model.scaling))
    }
    for moment in [25, 45, 90] {
      let stop = StopFlag()
      expectError(.stopped, containing: "run the same command again") {
        try tiny.train("stopped-\(moment)", configuration, stop: stop, progress: StopAt(stop, moment: moment))
      }
      try tiny.train("stopped-\(moment)", configuration)
      #expect(try tiny.result("stopped-\(moment)") == tiny.result("whole"))
    }
  }

  @Test func separateModelsOfAnODEAreJudgedByTheirObservable() throws {
    let tiny = try TinyRun(names: ["R_AB", "R_BA"])
    var configuration = tiny.configuration
    configuration.dynamics.observables = .separate
    let model = try tiny.train("run", configuration)
    #expect(model.description.validationScores.allSatisfy { $0.isFinite && $0 > 0 })
    #expect(!model.ensemble.isStochastic && model.ensemble.members[0].parts.count == 2)
  }

  @Test func oneObservableHasOneModelEitherWay() throws {
    let tiny = try TinyRun()
    var configuration = stochastic(tiny)
    let joint = try tiny.train("joint", configuration)
    configuration.dynamics.observables = .separate
    let separate = try tiny.train("separate", configuration)
    #expect(separate.ensemble.members.map(\.parameters.storage) == joint.ensemble.members.map(\.parameters.storage))
  }

  @Test(arguments: EncoderSettings.Kind.allCases, DynamicsSettings.Diffusion.allCases)
  func anEncoderIsTrainedWithTheSDEThatItKeeps(
    encoder: EncoderSettings.Kind, diffusion: DynamicsSettings.Diffusion
  ) throws {
    let tiny = try TinyRun(points: 5, species: ["A", "B", "C"])
    var configuration = stochastic(tiny)
    configuration.encoder.kind = encoder
    configuration.encoder.width = 8
    configuration.closureTraining.objective = .dynamics
    configuration.dynamics.diffusion = diffusion
    let model = try tiny.train("run", configuration)
    #expect(model.closure.scoreName == "one-step −log N")
    #expect(model.ensemble.members.count == 1 && model.ensemble.isStochastic)
    #expect(model.description.dynamics.diffusion.rawValue == diffusion.rawValue)
    #expect(model.description.dynamics.dimension == 1 + 3 * 2)
    let lines = try tiny.folder("run").metricsLines().filter { $0.training == "closure" }
    #expect(lines.compactMap(\.validation).min() == model.description.closureScore)
    let read = try TrainedModel(tiny.folder("run").model)
    #expect(read.ensemble.members[0].parameters.storage == model.ensemble.members[0].parameters.storage)
    #expect(read.ensemble.members[0].model.shape == model.ensemble.members[0].model.shape)
  }

  @Test func pointDecodersTakeFramesOfOneSizeWhateverTheSpecies() throws {
    // 5 points of A and 5 of B, and the flattened encoder has all ẑ of a frame.
    let tiny = try TinyRun(points: 5)
    var configuration = tiny.configuration
    configuration.encoder.kind = .flattened
    configuration.closureTraining.objective = .pointwise
    let model = try tiny.train("run", configuration)
    #expect(model.closure.encoder.requiredPointCount == 10)
    #expect(model.description.closure.encodedDimension == 4)
    #expect(model.componentNames == ["size", "z1 of A", "z2 of A", "z1 of B", "z2 of B"])
  }
}
