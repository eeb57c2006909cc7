import Foundation
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import PaperReproduction
import TestSupport
import Testing

/// Sec. 4.1: the sets, and the densities that are learned from them.
@Suite struct DensityStudyTests {
  @Test func mixturesAreThoseOfThePaper() {
    let sets = MixtureSets(count: 3000)
    for set in 0..<3000 {
      let components = sets.components(ofSet: set)
      #expect(components.count == 4)
      for (j, component) in components.enumerated() {
        #expect((-1 + 0.5 * Double(j)...(-0.5 + 0.5 * Double(j))).contains(component.mean))
        #expect((0.1...0.2).contains(component.deviation))
      }
    }
    // Moments over all sets: mean 0, E[m²] = (1/4) Σ (j-th interval's second moment) = 1/3, E[s²] = 7/300.
    let points = (0..<3000).flatMap { sets.points(ofSet: $0) }.map(Double.init)
    #expect(points.count == 3000 * 200)
    let mean = points.reduce(0, +) / Double(points.count)
    let square = points.reduce(0) { $0 + $1 * $1 } / Double(points.count)
    #expect(abs(mean) < 0.01 && abs(square - (1.0 / 3 + 7.0 / 300)) < 0.006)
  }

  @Test func everySetHasAStreamOfItsOwn() {
    let (few, many) = (MixtureSets(count: 3), MixtureSets(count: 9))
    #expect((0..<3).allSatisfy { few.points(ofSet: $0) == many.points(ofSet: $0) })
    #expect(few.points(ofSet: 0) != few.points(ofSet: 1))
    #expect(MixtureSets(count: 1, seed: 1).points(ofSet: 0) != few.points(ofSet: 0))
  }

  @Test func generatingDensitiesIntegrateToOneAndFitTheirPoints() {
    let sets = MixtureSets(count: 2, pointsPerSet: 20_000)
    let spacing = 0.002
    let grid = stride(from: -2.5, through: 2.5, by: spacing)
    let mass = grid.reduce(0) { $0 + spacing * sets.density(ofSet: 1, at: $1) }
    #expect(abs(mass - 1) < 1e-4)
    let below = grid.filter { $0 < 0 }.reduce(0) { $0 + spacing * sets.density(ofSet: 1, at: $1) }
    let share = Double(sets.points(ofSet: 1).filter { $0 < 0 }.count) / 20_000
    #expect(abs(below - share) < 0.015)
  }

  @Test func aShortTrainingLearnsAndResumes() throws {
    let folder = try TemporaryFolder()
    var configuration = RunConfiguration()
    configuration.threads = 1
    configuration.density.smoothing = 0.1
    configuration.density.samples = 32
    configuration.density.splineFlow.bound = 4
    configuration.encoder.perceptron.pointWidths = [16, 16]
    configuration.encoder.closureDimension = 4
    configuration.closureTraining.steps = 60
    configuration.closureTraining.batch = 16
    configuration.closureTraining.validationInterval = 20
    configuration.closureTraining.validationSets = 20
    func run(
      _ name: String, stop: StopFlag = StopFlag(), progress: any ProgressObserver = SilentProgress()
    ) throws -> DensityStudy.Measurement {
      try DensityStudy(configuration).run(
        in: RunFolder(folder.file(name)), stop: stop, progress: progress)
    }
    let whole = try run("whole")
    let spacing = whole.x[1] - whole.x[0]
    for curve in [whole.generating, whole.target, whole.learned] {
      #expect(abs(curve.reduce(0, +) * spacing - 1) < 0.03, "densities integrate to one")
    }
    // q_X by its definition, Eq. 2.
    let at = whole.x.count / 3
    let direct =
      whole.points.reduce(0) { sum, point in
        let t = (whole.x[at] - point) / 0.1
        return sum + exp(-0.5 * t * t) / (0.1 * (2 * .pi).squareRoot())
      } / Double(whole.points.count)
    #expect(abs(whole.target[at] - direct) < 1e-3)
    let metrics = try RunFolder(folder.file("whole")).metricsLines().compactMap(\.validation)
    #expect(try whole.divergence == #require(metrics.min()) && whole.divergence < metrics[0] && whole.divergence > 0)
    let stop = StopFlag()
    let error = #expect(throws: MacrostateError.self) {
      try run("stopped", stop: stop, progress: StopAfter(step: 20, stop))
    }
    #expect(error?.kind == .stopped)
    let begun = try RunFolder(folder.file("stopped")).metricsLines().map(\.step)
    #expect(try (20..<60).contains(#require(begun.max())), "it stopped between the first step and the last")
    #expect(try run("stopped") == whole, "stopped or not, the same bits")
  }

  /// Asks for a stop as soon as a step is reported.
  private struct StopAfter: ProgressObserver {
    let step: Int
    let stop: StopFlag

    init(step: Int, _ stop: StopFlag) {
      self.step = step
      self.stop = stop
    }

    func update(_ name: String, done: Int, of total: Int, note: String) {
      if done >= step { stop.request() }
    }
    func log(_ line: String) {}
    func warn(_ line: String) {}
  }
}
