import ClosureModels
import Foundation
import MacroscopicDynamics
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import TestSupport
import Testing

/// Runs of every encoder with every objective: they train, resume and come back from their files.
@Suite struct ObjectiveRunTests {
  private func configuration(
    _ tiny: TinyRun, _ encoder: PartName<Encoders>, _ objective: ClosureTrainingSettings.Objective
  ) -> RunConfiguration {
    var configuration = tiny.configuration
    configuration.encoder.kind = encoder
    configuration.encoder.setTransformer.width = 8
    configuration.decoder.widths = [8]
    configuration.closureTraining.objective = objective
    return configuration
  }

  @Test(arguments: PartName<Encoders>.allCases, ClosureTrainingSettings.Objective.allCases)
  func resumedRunsHaveTheSameBits(
    encoder: PartName<Encoders>, objective: ClosureTrainingSettings.Objective
  ) throws {
    let tiny = try TinyRun(points: 5)
    var configuration = configuration(tiny, encoder, objective)
    let model = try tiny.train("whole", configuration)
    let whole = try tiny.result("whole")
    let lines = try tiny.folder("whole").metricsLines().filter { $0.training == "closure" }
    #expect(lines.compactMap(\.validation).min() == model.description.closureScore)
    #expect(lines.compactMap(\.loss).allSatisfy(\.isFinite) && lines.last?.step == 24)

    // Where the encoder's own dynamics is kept, there is no second stage.
    let isJoint = objective == .dynamics
    #expect(model.ensemble.members.count == (isJoint ? 1 : 2))
    #expect(try tiny.folder("whole").metricsLines().contains { $0.training == "dynamics-0" } == !isJoint)
    #expect(model.withoutClosure != nil && model.description.validationScores.allSatisfy { $0 > 0 && $0.isFinite })
    let read = try TrainedModel(tiny.folder("whole").model)
    #expect(read.closure.shape == model.closure.shape)
    #expect(read.closureParameters.storage == model.closureParameters.storage)
    #expect(read.ensemble.members.map(\.parameters.storage) == model.ensemble.members.map(\.parameters.storage))

    configuration.threads = 2
    for moment in [1, 10, 40] {
      let stop = StopFlag()
      expectError(.stopped, containing: "run the same command again") {
        try tiny.train("stopped-\(moment)", configuration, stop: stop, progress: StopAt(stop, moment: moment))
      }
      try tiny.train("stopped-\(moment)", configuration)
      #expect(try tiny.result("stopped-\(moment)") == whole, "stopped at \(moment)")
    }
  }

  @Test(arguments: DifferentialEquation.Drift.allCases, [DifferentialEquation.Integrator.euler, .rungeKutta4])
  func aDynamicsIsTrainedBesideAReconstruction(
    drift: DifferentialEquation.Drift, integrator: DifferentialEquation.Integrator
  ) throws {
    let tiny = try TinyRun()
    var configuration = tiny.configuration
    configuration.dynamics.equation.drift = drift
    configuration.dynamics.equation.integrator = integrator
    let alone = try tiny.train("alone", configuration)
    configuration.closureTraining.dynamicsWeight = 0.5
    let joint = try tiny.train("whole", configuration)
    #expect(joint.closure.scoreName == "KL + 0.5 × one-step error")
    #expect(joint.ensemble.members.count == 2, "stage II follows on the frozen encoder")
    #expect(joint.closureParameters.layout.count > alone.closureParameters.layout.count)
    #expect(joint.description.dynamicsScaling == joint.description.macrostateScaling)

    configuration.threads = 2
    let stop = StopFlag()
    expectError(.stopped, containing: "run the same command again") {
      try tiny.train("stopped", configuration, stop: stop, progress: StopAt(stop, moment: 12))
    }
    try tiny.train("stopped", configuration)
    #expect(try tiny.result("stopped") == tiny.result("whole"))
  }

  /// A species without particles has no density, but its ẑ is a part of z.
  @Test(arguments: [PartName<Encoders>.deepSet, .setTransformer])
  func speciesWithoutParticlesTakePart(encoder: PartName<Encoders>) throws {
    let tiny = try TinyRun()
    let model = try tiny.train("run", configuration(tiny, encoder, .dynamics))
    #expect(model.description.closureScore.isFinite && model.description.closureScore > 0)
  }

  @Test func theDynamicsThatIsKeptForecastsAsItWasTrained() throws {
    let tiny = try TinyRun(points: 5)
    let model = try tiny.train("run", configuration(tiny, .deepSet, .dynamics))
    let separate = try #require(model.closure.separateDynamics(model.closureParameters))
    #expect(model.ensemble.members[0].parameters.storage == separate.parameters.storage)
    #expect(model.ensemble.members[0].parameters.storage.contains { $0 != 0 })
    let read = try TrainedModel(tiny.folder("run").model)
    #expect(read.ensemble.members[0].model.scaling == model.closure.shape.dynamics?.scaling)
    #expect(read.description.macrostateScaling != read.description.dynamicsScaling)
  }

  @Test func aJointDynamicsMayBeTrainedAnew() throws {
    let tiny = try TinyRun(points: 5)
    var configuration = configuration(tiny, .deepSet, .dynamics)
    let kept = try tiny.train("kept", configuration)
    configuration.dynamicsTraining.jointDynamics = .retrain
    let anew = try tiny.train("anew", configuration)
    #expect(anew.closureParameters.storage == kept.closureParameters.storage, "the encoder is the same")
    #expect(anew.ensemble.members.count == 2)
    #expect(try tiny.folder("anew").metricsLines().contains { $0.training == "dynamics-0" })
    #expect(anew.description.dynamicsScaling == anew.description.macrostateScaling)
    let read = try TrainedModel(tiny.folder("anew").model)
    #expect(read.ensemble.members.map(\.parameters.storage) == anew.ensemble.members.map(\.parameters.storage))
  }

  @Test(arguments: [
    (PartName<Encoders>.flattened, ClosureTrainingSettings.Objective.density), (.deepSet, .pointwise),
    (.deepSet, .chamfer),
  ])
  func setsOfManySizesAreRefusedBeforeTheRunBegins(
    encoder: PartName<Encoders>, objective: ClosureTrainingSettings.Objective
  ) throws {
    let tiny = try TinyRun()
    let name = encoder == .flattened ? "encoder.kind" : "closure_training.objective '\(objective.rawValue)'"
    expectError(.badData, containing: "tiny.dataset", name, "same number of particles", "frame", "trajectory", "use ") {
      try tiny.train("run", configuration(tiny, encoder, objective))
    }
    #expect(!Folder.exists(tiny.folder("run").url))
  }
}
