import Foundation
import MacrostateCompute
import MacrostateEvaluation
import MacrostateReports
import MacrostateRuns
import MacrostateStorage
import MacrostateTraining
import Microstates
import Testing

/// From a trained run to its evaluation and its report.
@Suite struct RunEvaluationTests {
  @Test func testsThatTheCallerNamesHaveNoTwins() throws {
    let run = try SmallRun(SmallRun.stochastic)
    let evaluation = try RunEvaluation(run.folder)
    let own = try #require(evaluation.run(progress: SilentProgress()).regimes["in-dst"]?.stochastic)
    #expect(own.discrepancy != nil && own.twinFloor != nil && own.independentFloor != nil)
    let named = try evaluation.run(tests: ["in-dst": run.other.path], progress: SilentProgress())
    let other = try #require(named.regimes["in-dst"]?.stochastic)
    #expect(other.discrepancy != nil && other.twinFloor == nil && other.independentFloor == nil)
  }

  /// The section on densities: its text, and its figure's frames.
  private func densities(_ run: SmallRun) throws -> (text: String, frames: [DensityFigure.Frame]) {
    let blocks = try RunReport(run.folder).report().sections.first { $0.title == "Learned density" }?.blocks ?? []
    var (text, frames) = ("", [DensityFigure.Frame]())
    for block in blocks {
      if case .text(let found) = block { text += found }
      if case .figure(let figure as DensityFigure) = block { frames += figure.frames }
    }
    return (text, frames)
  }

  @Test func theReportNamesTheScoreAndTellsFramesApart() throws {
    let run = try SmallRun(["closure_training.dynamics_weight=0.1"])
    let result = try RunEvaluation(run.folder).run(progress: SilentProgress())
    let (text, frames) = try densities(run)
    #expect(text.contains("KL + 0.1 × one-step error = \(NumberText.short(result.closureScore)),"))
    #expect(frames.map(\.title) == ["t = 1000", "t = 1005"])
    #expect(frames.map { $0.groups.map(\.name) } == [["A", "B"], ["A", "B"]])

    // Frames are told apart by their numbers, whatever their titles; files of earlier versions have titles alone.
    var changed = result
    for i in changed.densities.indices { changed.densities[i].title = "t = 1e+03" }
    try JSONFile.write(changed, to: run.folder.evaluation)
    #expect(try densities(run).frames.map(\.groups.count) == [2, 2])
    for i in result.densities.indices {
      changed.densities[i] = result.densities[i]
      (changed.densities[i].frame, changed.densities[i].time) = (nil, nil)
    }
    try JSONFile.write(changed, to: run.folder.evaluation)
    #expect(try !String(contentsOf: run.folder.evaluation, encoding: .utf8).contains("\"frame\""))
    #expect(try densities(run).frames == frames)
  }

  @Test func whatATrainingSaidStaysWithItsModel() throws {
    let run = try SmallRun(["closure_training.learning_rate=1e-30"])
    let result = try RunEvaluation(run.folder).run(progress: SilentProgress())
    #expect(result.warnings.contains { $0.hasPrefix("closure: ") && $0.contains("random start") }, "\(result.warnings)")
    let notices = try RunReport(run.folder).report().notices.map(\.text)
    #expect(notices.contains { $0.contains("random start") }, "\(notices)")
  }

  @Test func aSummarySaysNothingOfCheckSumsThatNobodyChecked() throws {
    let run = try SmallRun()
    #expect(!DatasetSummary(run.dataset).text.contains("check sums"))
  }
}
