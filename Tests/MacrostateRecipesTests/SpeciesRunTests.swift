import ClosureModels
import Foundation
import MacroscopicDynamics
import MacrostateCompute
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import Microstates
import TestSupport
import Testing

/// Runs on several species with noise: one model of all observables or one for each, and encoders with an SDE of their own.
@Suite struct SpeciesRunTests {
  private func stochastic(_ tiny: TinyRun) -> RunConfiguration {
    var configuration = tiny.configuration
    configuration.dynamics.kind = .sde
    configuration.dynamics.equation.integrator = .euler
    configuration.dynamicsTraining.unrollLength = 0
    configuration.dynamicsTraining.gradientClip = 10
    return configuration
  }

  @Test func separateModelsHaveAnObservableEachAndTheirPairsClosuresInOrder() throws {
    let tiny = try TinyRun(names: ["R_AB", "R_BA"])
    var configuration = stochastic(tiny)
    configuration.dynamics.observables = .separate
    let model = try tiny.train("whole", configuration)
    // z = [R_AB, R_BA, ẑ_A (2), ẑ_B (2), x_A].
    let parts = [[0, 2, 3, 4, 5, 6], [1, 4, 5, 2, 3, 6]]
    #expect(model.ensemble.members.map { $0.parts.map(\.components) } == [parts, parts])
    #expect(model.withoutClosure?.members[0].parts.map(\.components) == [[0, 2], [1, 2]])
    #expect(model.description.dynamics.dimension == 7 && model.ensemble.isStochastic)
    let names = Set(try tiny.folder("whole").metricsLines().map(\.training))
    let members = (0..<2).flatMap { i in (0..<2).map { TrainingName(rawValue: "dynamics-\(i)-observable-\($0)") } }
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

  @Test(arguments: PartName<Encoders>.allCases, DifferentialEquation.Diffusion.choices)
  func anEncoderIsTrainedWithTheSDEThatItKeeps(
    encoder: PartName<Encoders>, diffusion: DifferentialEquation.Diffusion
  ) throws {
    let tiny = try TinyRun(points: 5, species: ["A", "B", "C"])
    var configuration = stochastic(tiny)
    configuration.encoder.kind = encoder
    configuration.encoder.setTransformer.width = 8
    configuration.closureTraining.objective = .dynamics
    configuration.dynamics.equation.diffusion = diffusion
    let model = try tiny.train("run", configuration)
    #expect(model.closure.scoreName == "one-step −log N")
    #expect(model.ensemble.members.count == 1 && model.ensemble.isStochastic)
    #expect(model.description.dynamics.part[DifferentialEquationSettings.self].diffusion == diffusion)
    #expect(model.description.dynamics.dimension == 1 + 3 * 2, "all trajectories have the same fractions")
    let lines = try tiny.folder("run").metricsLines().filter { $0.training == "closure" }
    #expect(lines.compactMap(\.validation).min() == model.description.closureScore)
    let read = try TrainedModel(tiny.folder("run").model)
    #expect(read.ensemble.members[0].parameters.storage == model.ensemble.members[0].parameters.storage)
    #expect(read.description.dynamics == model.description.dynamics)
  }

  // MARK: Composition

  @Test(arguments: DynamicsSettings.Observables.allCases)
  func fractionsOfTheSpeciesAreConstantsOfTheMacrostate(observables: DynamicsSettings.Observables) throws {
    let tiny = try TinyRun(names: ["R_AB", "R_BA"], species: ["A", "B", "C"])
    var configuration = stochastic(tiny)
    configuration.dynamics.observables = observables
    let model = try tiny.train("run", configuration)
    #expect(model.description.dynamics.constantCount == 2 && model.description.includesComposition)
    #expect(model.componentNames.suffix(3) == ["z2 of C", "fraction of A", "fraction of B"])
    #expect(model.description.withoutClosure?.constantCount == 2, "what ẑ adds is told against a fair rival")
    let dataset = try Dataset.open(tiny.dataset)
    for model in [model, try TrainedModel(tiny.folder("run").model)] {
      let encoding = MacrostateEncoding(model, dataset: dataset, compute: Compute(threads: 1))
      // Trajectory m has 6 + m % 3 points of A and of C, and m % 2 · 4 of B.
      for m in 0..<6 {
        let frame = dataset.frames(ofTrajectory: m).lowerBound + 1
        let z = try encoding.macrostates(ofFrames: [frame], isOrdered: true)
        let (a, b) = (Float(6 + m % 3), Float(m % 2 * 4))
        #expect(z.count == model.description.dynamics.dimension)
        let total = 2 * a + b
        #expect(Array(z.suffix(2)) == [a / total, b / total])
        let paths = try model.ensemble.forecast(
          starts: z, times: [[0, 0.1, 0.2]], realisations: 2, compute: Compute(threads: 1)
        ).paths
        for path in paths {
          let change = zip(path[0].suffix(2), z.suffix(2)).map { abs($0 - $1) }.max() ?? 1
          #expect(change < 1e-6)
        }
      }
    }
  }

  @Test func fractionsThatTellNothingOrChangeAreLeftOut() throws {
    let same = try TinyRun(points: 5)
    #expect(try !same.train("run", same.configuration).description.includesComposition)
    let one = try TinyRun(species: ["A"])
    #expect(try !one.train("run", one.configuration).description.includesComposition)
    let plain = try TinyRun()
    var configuration = plain.configuration
    configuration.dynamics.composition = .none
    let model = try plain.train("run", configuration)
    #expect(model.description.dynamics.dimension == 1 + 2 * 2 && !model.description.includesComposition)
    #expect(model.componentNames.count == 5)

    let reacting = try TinyRun(reacts: true)
    let data = try TrainingData(reacting.configuration, pool: .init(threads: 1))
    #expect(!data.includesComposition)
    #expect(data.warnings.contains { $0.contains("dynamics.composition") && $0.contains("trajectory") })
    #expect(try !reacting.train("run", reacting.configuration).description.includesComposition)
  }

  /// A run of a version that did not know the fractions: its settings do not name them.
  private func ageConfiguration(_ run: RunFolder) throws {
    let text = try String(contentsOf: run.configuration, encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let aged = lines.filter { !$0.contains("composition:") }
    #expect(aged.count == lines.count - 1)
    try aged.joined(separator: "\n").write(to: run.configuration, atomically: true, encoding: .utf8)
  }

  @Test func runsOfEarlierVersionsAreCarriedOnAsTheyWere() throws {
    let tiny = try TinyRun()
    var configuration = tiny.configuration
    configuration.dynamics.composition = .none
    let model = try tiny.train("run", configuration)
    try ageConfiguration(tiny.folder("run"))
    #expect(try tiny.folder("run").settings().dynamics.composition == .none)
    let again = try tiny.train("run", configuration)
    #expect(again.ensemble.members.map(\.parameters.storage) == model.ensemble.members.map(\.parameters.storage))
    expectError(.badData, containing: "other settings", "dynamics.composition is none, not fractions") {
      try tiny.train("run", tiny.configuration)
    }
    // Of one species the setting says nothing.
    let one = try TinyRun(species: ["A"])
    try one.train("run", one.configuration)
    try ageConfiguration(one.folder("run"))
    try one.train("run", one.configuration)
  }

  @Test func pointDecodersTakeFramesOfOneSizeWhateverTheSpecies() throws {
    // 5 points of A and 5 of B, and the flattened encoder has all ẑ of a frame.
    let tiny = try TinyRun(points: 5)
    var configuration = tiny.configuration
    configuration.encoder.kind = .flattened
    configuration.closureTraining.objective = .pointwise
    let model = try tiny.train("run", configuration)
    #expect(model.closure.requiredPointCount == 10)
    #expect(model.description.closure.encodedDimension == 4)
    #expect(model.componentNames == ["size", "z1 of A", "z2 of A", "z1 of B", "z2 of B"])
  }
}
