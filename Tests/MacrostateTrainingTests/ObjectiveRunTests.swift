import Foundation
import MacrostateConfiguration
import MacrostateStorage
import MacrostateTraining
import Testing

/// Runs of every encoder with every objective: they train, resume and come back from their files.
@Suite struct ObjectiveRunTests {
  private func configuration(
    _ tiny: TinyRun, _ encoder: EncoderSettings.Kind, _ objective: ClosureTrainingSettings.Objective
  ) -> RunConfiguration {
    var configuration = tiny.configuration
    configuration.encoder.kind = encoder
    configuration.decoder.widths = [8]
    configuration.closureTraining.objective = objective
    return configuration
  }

  @Test(arguments: EncoderSettings.Kind.allCases, ClosureTrainingSettings.Objective.allCases)
  func resumedRunsHaveTheSameBits(
    encoder: EncoderSettings.Kind, objective: ClosureTrainingSettings.Objective
  ) throws {
    let tiny = try TinyRun(points: 5)
    var configuration = configuration(tiny, encoder, objective)
    let model = try tiny.train("whole", configuration)
    let whole = try tiny.result("whole")
    let lines = try tiny.folder("whole").metricsLines().filter { $0.training == "closure" }
    #expect(lines.compactMap(\.validation).min() == model.description.closureScore)
    #expect(try #require(lines.first?.validation) > model.description.closureScore, "nothing was learned")

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

  @Test(arguments: [
    (EncoderSettings.Kind.flattened, ClosureTrainingSettings.Objective.density), (.deepSet, .pointwise),
    (.deepSet, .chamfer),
  ])
  func setsOfManySizesAreRefusedBeforeTheRunBegins(
    encoder: EncoderSettings.Kind, objective: ClosureTrainingSettings.Objective
  ) throws {
    let tiny = try TinyRun()
    let name = encoder == .flattened ? "encoder.kind" : "closure_training.objective '\(objective.rawValue)'"
    expectError(.badData, containing: "tiny.dataset", name, "same number of particles", "frame", "trajectory", "use ") {
      try tiny.train("run", configuration(tiny, encoder, objective))
    }
    #expect(!Folder.exists(tiny.folder("run").url))
  }
}
