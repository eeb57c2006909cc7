import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateEvaluation
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import Microstates
import TestSupport
import Testing

/// The evaluation of a small trained model.
@Suite struct ModelEvaluationTests {
  /// Clouds that contract, their mean squared radius, and a model trained on them for a moment.
  final class Trained {
    let folder: TemporaryFolder
    let dataset: Dataset
    let model: TrainedModel
    let pool = WorkerPool(threads: 2)

    /// - Parameters:
    ///   - count: particles of every frame; nil for 8 + m in trajectory m.
    ///   - species: names of the species, of which trajectories have different shares; the last has most particles.
    ///   - hasObservable: whether the mean squared radius is stored.
    ///   - times: the times of the six frames.
    ///   - settings: further settings of the training.
    init(
      count: Int? = nil, species: [String] = ["particle"], hasObservable: Bool = true,
      times: [Double] = [0, 0.5, 1, 1.5, 2, 2.5], settings: [String] = []
    ) throws {
      folder = try TemporaryFolder()
      let url = folder.file("x.dataset")
      let description = DatasetDescription(
        dimension: 2, speciesNames: species, observables: hasObservable ? [ObservableDescription(name: "radius")] : [],
        generator: .init(name: "test"), programVersion: "1")
      try DatasetWriter(url, description: description, plan: DatasetPlan(trajectoryCount: 12, trajectoriesPerShard: 5))
        .writeMissingShards { m in
          var trajectory = Self.trajectory(m, count: count)
          for f in trajectory.frames.indices {
            trajectory.frames[f].time = times[f]
            let points = trajectory.frames[f].positions[0]
            let ends = species.indices.dropLast().map { 4 * $0 + 2 + 2 * ((m + $0) % 2) } + [points.count]
            trajectory.frames[f].positions = zip([0] + ends, ends).map { Array(points[$0..<$1]) }
            if !hasObservable { trajectory.frames[f].observables = [] }
          }
          return trajectory
        }
      dataset = try Dataset.open(url)
      var configuration = RunConfiguration()
      configuration.data.training = url.path
      for setting in [
        "encoder.point_widths=[8, 8]", "encoder.set_widths=[8]", "encoder.closure_dimension=2", "density.widths=[8]",
        "density.layers=2", "dynamics.widths=[8]", "dynamics.ensemble=2", "closure_training.steps=20",
        "closure_training.batch=8", "dynamics_training.steps=50", "dynamics_training.batch=16",
      ] + settings { try configuration.set(setting) }
      model = try TrainingRun(
        RunFolder(folder.file("run")), configuration: configuration, stop: StopFlag(),
        progress: SilentProgress()
      ).run()
    }

    /// n = 8 + m particles; trajectory 3 has one frame.
    static func trajectory(_ m: Int, count: Int? = nil) -> Trajectory {
      let n = count ?? 8 + m
      return Trajectory(
        frames: (0..<(m == 3 ? 1 : 6)).map { f -> Trajectory.Frame in
          let points = (0..<2 * n).map { i -> Float in
            let start: Double = sin(12.9898 * Double(i + 1) + 78.233 * Double(m + 1))
            return Float(start * pow(0.9, Double(f)) * (1 + 0.1 * Double(m)))
          }
          let radius = points.reduce(0) { $0 + Double($1) * Double($1) } / Double(n)
          return Trajectory.Frame(time: 0.5 * Double(f), positions: [points], observables: [radius])
        })
    }

    func evaluate(_ trajectories: [Int]) throws -> EvaluationResult {
      try ModelEvaluation(model, compute: Compute(pool: pool))
        .run([TestRegime(name: "test", dataset: dataset, trajectories: trajectories)], progress: SilentProgress())
    }
  }

  let trained: Trained

  init() throws { trained = try Trained() }

  @Test func everyComparisonIsThereAndFinite() throws {
    let regime = try #require(trained.evaluate([0, 1, 2, 3, 4]).regimes["test"])
    #expect(regime.trajectories == 4, "a trajectory of one frame has nothing to predict")
    #expect(regime.memberMeans.count == 2)
    let without = try #require(regime.withoutClosure)
    for statistics in [regime.scaled, regime.physical, regime.variance, without, regime.persistence] {
      #expect(statistics.mean.isFinite && statistics.mean > 0)
      #expect(statistics.median.isFinite && statistics.spread.isFinite)
    }
  }

  @Test func persistenceIsTheStartCarriedOn() throws {
    let regime = try #require(trained.evaluate([5]).regimes["test"])
    let truth = Trained.trajectory(5).frames.map { $0.observables[0] }
    let (model, units) = (trained.model.description, trained.model.units)
    let (low, high) = (units.value(model.observableLeast[0], 0), units.value(model.observableGreatest[0], 0))
    func scaled(_ value: Double) -> Double { (2 * value - low - high) / (high - low) }
    let error = truth.dropFirst().reduce(0) { $0 + pow(scaled($1) - scaled(truth[0]), 2) }
    let size = truth.dropFirst().reduce(0) { $0 + pow(scaled($1), 2) }
    #expect(abs(regime.persistence.mean / (error / size) - 1) < 1e-9)
  }

  @Test func examplesAreTheDataTheyShow() throws {
    let regime = try #require(trained.evaluate([7, 2]).regimes["test"])
    #expect(regime.examples.map(\.trajectory) == [7, 2])
    let example = try #require(regime.examples.first)
    let frames = Trained.trajectory(7).frames
    #expect(example.observable == "radius")
    #expect(example.times == frames.map(\.time))
    #expect(example.truth == frames.map { $0.observables[0] })
    #expect(abs(example.mean[0] - example.truth[0]) < 1e-6 * example.truth[0], "a prediction starts at the truth")
    #expect(zip(example.lower, example.upper).allSatisfy { $0 <= $1 })
  }

  @Test func shufflingChangesNothing() throws {
    let check = try trained.evaluate([0, 1, 2, 4, 5]).permutation
    #expect(check.sets == 5)
    #expect(check.identical == 5)
    #expect(check.largestUnorderedChange < 1e-3, "without ordering only rounding differs")
  }

  @Test func predictionsFromPermutationsCoincideBitForBit() throws {
    // Trajectory 3 has one frame: nothing to predict.
    let curves = try #require(trained.evaluate([3, 4, 5]).permutationCurves)
    let frames = Trained.trajectory(4).frames
    #expect(curves.trajectory == 4 && curves.observable == "radius" && curves.times == frames.map(\.time))
    #expect(curves.truth == frames.map { $0.observables[0] })
    #expect(curves.permuted.count == 3 && curves.permuted.allSatisfy { $0.count == 6 })
    #expect(curves.coincide && curves.largestDifference == 0)
    #expect(abs(curves.stored[0] - frames[0].observables[0]) < 1e-6 * frames[0].observables[0])
    var other = curves
    other.permuted[1][5] = other.permuted[1][5].nextUp
    #expect(!other.coincide && other.largestDifference > 0)
    other.stored[2] += 1
    #expect(other.largestDifference == 1)
  }

  @Test func probesReadWhatClosureVariablesRetain() throws {
    let probe = ProbeEvaluation(trained.model, compute: Compute(pool: trained.pool))
    let result = try probe.run(
      training: .init(trained.dataset, Array(0..<8)), test: .init(trained.dataset, [8, 9, 10, 11]), regime: "test")
    #expect(result.trainingFrames == 7 * 6 + 1 && result.testFrames == 4 * 6 && result.regime == "test")
    #expect(result.readings.map(\.source) == [.closureVariables, .observables])
    #expect(result.readings.map(\.inputs) == [2, 1])
    let counts = try ProbeResult.Statistic.allCases.map {
      try #require(result.score($0, from: .closureVariables)).targets.count
    }
    #expect(counts == [2, 3, 4, 5, 32, 1])
    // The observable reads itself; the second moments of a cloud that only contracts follow from its radius.
    let itself = try #require(result.score(.observables, from: .observables)?.pooled)
    #expect(abs(itself - 1) < 1e-6)
    for reading in result.readings {
      for score in reading.scores {
        let known = score.targets.compactMap(\.determination)
        #expect(known.allSatisfy { $0 <= 1 && $0.isFinite })
        let mean = known.reduce(0, +) / Double(known.count)
        #expect(abs(try #require(score.mean) - mean) < 1e-12 && score.least == known.min())
        // All targets together are read no better than the best of them, and no worse than the worst.
        let pooled = try #require(score.pooled)
        #expect(pooled <= (known.max() ?? 0) + 1e-12 && pooled >= (known.min() ?? 0) - 1e-12)
        #expect(LinearProbe.ridges.contains(score.ridge))
      }
    }
    let one = try ProbeEvaluation(trained.model, compute: Compute(threads: 1)).run(
      training: .init(trained.dataset, Array(0..<8)), test: .init(trained.dataset, [8, 9, 10, 11]), regime: "test")
    #expect(try JSONFile.text(one) == JSONFile.text(result))
    let error = #expect(throws: MacrostateError.self) {
      try probe.run(training: .init(trained.dataset, [3]), test: .init(trained.dataset, [8]), regime: "test")
    }
    #expect(error?.kind == .badData)
  }

  @Test func shufflingChangesAFlattenedEncoding() throws {
    let flattened = try Trained(
      count: 9, settings: ["encoder.kind=flattened", "closure_training.objective=pointwise"])
    let result = try flattened.evaluate([0, 1, 2, 4, 5])
    #expect(result.permutation.sets == 5 && result.permutation.identical == 0)
    #expect(result.permutation.largestUnorderedChange > 0.01)
    #expect(try #require(result.permutationCurves).largestDifference > 0)
    #expect(result.densities.isEmpty && result.closureScoreName == "MSE")

    // The other data have 9 particles in trajectory 1 alone.
    let evaluation = ModelEvaluation(flattened.model, compute: Compute(pool: flattened.pool))
    let others = try evaluation.run(
      [
        TestRegime(name: "other", dataset: trained.dataset, trajectories: [0, 1]),
        TestRegime(name: "same", dataset: trained.dataset, trajectories: [1]),
      ], progress: SilentProgress())
    #expect(Array(others.regimes.keys) == ["same"])
    #expect(others.notApplicable["other"]?.contains("9 particles") == true)
    #expect(others.permutation.sets == 1, "the check is of a regime that applies")
  }

  /// Trajectory 1 has 9 particles; 3, which has one frame and so nothing to predict, has 11.
  @Test(arguments: ["pointwise", "density"])
  func aFlattenedEncoderPassesOverFramesOfAnotherNumber(objective: String) throws {
    let flattened = try Trained(
      count: 9, settings: ["encoder.kind=flattened", "closure_training.objective=\(objective)"])
    let evaluation = ModelEvaluation(flattened.model, compute: Compute(pool: flattened.pool))
    let regime = TestRegime(name: "mixed", dataset: trained.dataset, trajectories: [3, 1])
    let result = try evaluation.run([regime], progress: SilentProgress())
    #expect(result.notApplicable.isEmpty && result.regimes["mixed"]?.trajectories == 1)
    #expect(result.permutation.sets == 1 && result.permutationCurves?.trajectory == 1)
    #expect(result.densities.map(\.points.count) == (objective == "density" ? [9, 9] : []))
    let probes = try ProbeEvaluation(flattened.model, compute: Compute(pool: flattened.pool)).run(
      training: .init(flattened.dataset, [0, 1, 2]), test: .init(trained.dataset, [3, 1]), regime: "mixed")
    #expect(probes.trainingFrames == 3 * 6 && probes.testFrames == 6)
  }

  @Test func framesOfLateTimesHaveTitlesThatDiffer() throws {
    let late = try Trained(times: [1000, 1001, 1002, 1003, 1003.5, 1004])
    let densities = try late.evaluate([5]).densities
    #expect(densities.map(\.title) == ["t = 1000", "t = 1004"] && densities.map(\.time) == [1000, 1004])
    let frames = late.dataset.frames(ofTrajectory: 5)
    #expect(densities.map(\.frame) == [frames.lowerBound, frames.upperBound - 1])
  }

  @Test(arguments: [1, 2]) func membersOfAnSDEAreTheMeansOfTheirPaths(members: Int) throws {
    let noisy = try Trained(
      settings: ["dynamics.kind=sde", "dynamics.diffusion_widths=[8]", "dynamics.ensemble=\(members)"])
    let regime = try #require(noisy.evaluate([0, 1, 5]).regimes["test"])
    #expect(regime.memberMeans.count == members)
    // The mean over all paths is one member's own where there is no other.
    if members == 1 { #expect(regime.memberMeans == [regime.scaled.mean]) }
  }

  @Test func densitiesAreOverTheirGridAndIntegrateToOneAtMost() throws {
    let densities = try trained.evaluate([0]).densities
    #expect(densities.count >= 2)
    for snapshot in densities {
      #expect(snapshot.values.count == snapshot.gridCounts.reduce(1, *))
      let cell = zip(snapshot.ranges, snapshot.gridCounts).reduce(1) { $0 * ($1.0[1] - $1.0[0]) / Double($1.1) }
      let mass = snapshot.values.reduce(0, +) * cell
      #expect(mass > 0 && mass < 1.05, "\(mass)")
      #expect(snapshot.points.count == 8)
    }
  }

  @Test func theSameEvaluationOnOneThreadGivesTheSameBits() throws {
    let one = try ModelEvaluation(trained.model, compute: Compute(threads: 1))
      .run([TestRegime(name: "test", dataset: trained.dataset, trajectories: [0, 1])], progress: SilentProgress())
    let two = try trained.evaluate([0, 1])
    #expect(try JSONFile.text(one) == JSONFile.text(two))
  }

  @Test func dataWithoutSuccessorsAreRefused() throws {
    let error = #expect(throws: MacrostateError.self) { try trained.evaluate([3]) }
    #expect(error?.kind == .badData)
    #expect(error?.message.contains("no test trajectory has two frames") == true)
  }
}
