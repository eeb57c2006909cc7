import Foundation
import MacrostateEvaluation
import MacrostateExperiments
import MacrostateStorage
import MacrostateTraining
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
}
