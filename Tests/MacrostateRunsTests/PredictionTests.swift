import Foundation
import MacroscopicDynamics
import MacrostateCompute
import MacrostateEvaluation
import MacrostateRecipes
import MacrostateRuns
import MacrostateStorage
import Testing

/// Predictions by the library's own face: what does not fit ends in an error, not in NaN or a trap.
@Suite struct PredictionTests {
  private func message(_ body: () throws -> Void) -> String {
    let error = #expect(throws: MacrostateError.self, performing: body)
    #expect(error?.kind == .badData)
    return error?.message ?? ""
  }

  @Test func startsThatAreNoConfigurationsAreRefused() {
    func message(_ positions: [[Float]], dimension: Int = 2) -> String {
      self.message { _ = try StartConfiguration(positions: positions, dimension: dimension, source: "my start") }
    }
    #expect(message([[], []]).contains("my start: no particles"))
    #expect(
      message([[0, 1], [0, 1, 2, .nan]]).contains("my start: the position of particle 1 of species 1 is not a finite"))
    #expect(message([[0, .infinity]]).contains("particle 0 of species 0"))
    #expect(message([[0, 1, 2]]).contains("my start: species 0 has 3 coordinates"))
    #expect(message([[0, 1]], dimension: 0).contains("0 dimensions"))
  }

  @Test func startsOfAnotherKindAreRefused() throws {
    let run = try SmallRun()
    let prediction = Prediction(run.model, compute: Compute(pool: run.pool))
    func message(_ positions: [[Float]], dimension: Int = 2, _ observables: [Double]) throws -> String {
      let start = try StartConfiguration(positions: positions, dimension: dimension, source: "my start")
      return self.message {
        _ = try prediction.table(from: start, observables: observables, steps: 2, includesClosure: true)
      }
    }
    #expect(
      try message([[0, 1, 2, 3]], [1]).contains(
        "my start: there are particles of 1 species, and the model has 2 (A, B)"))
    #expect(try message([[0, 1, 2], []], dimension: 3, [1]).contains("my start: the particles have 3 dimensions"))
    #expect(
      try message([[0, 1], []], []).contains("my start: 0 values are given for the model's 1 observables (radius)"))
    #expect(try message([[0, 1], []], [1, 2]).contains("2 values"))
    #expect(try message([[0, 1], []], [.nan]).contains("my start: radius = nan"))
    let start = try StartConfiguration(run.dataset, frame: 7)
    #expect(start.source.hasSuffix("training.dataset: frame 1 of trajectory 1"))
    for (steps, timeStep) in [(-1, 1.0), (2, 0), (2, -.infinity), (2, .nan)] {
      let error = #expect(throws: MacrostateError.self) {
        try prediction.table(
          from: start, observables: [1], steps: steps, timeStep: timeStep, includesClosure: false)
      }
      #expect(error?.kind == .usage)
    }
  }

  @Test func observablesAreThoseOfTheFrameUnlessTheyAreGiven() throws {
    let run = try SmallRun()
    let prediction = Prediction(run.model, compute: Compute(pool: run.pool))
    let start = try StartConfiguration(run.dataset, frame: 7)
    let own = try prediction.table(from: start, steps: 2)
    let given = try prediction.table(from: start, observables: run.dataset.observables(ofFrame: 7), steps: 2)
    #expect(own.rows == given.rows && abs(own.rows[0][1] - run.dataset.observables(ofFrame: 7)[0]) < 1e-6)
    #expect(own.warnings == given.warnings)
    let other = try prediction.table(from: start, observables: [0.5], steps: 2)
    #expect(other.rows[0][1] == 0.5)
    #expect(other.warnings.contains { $0.hasPrefix("radius = 0.5 was given, and is ") && $0.contains("frame 1 of") })
    // Nothing tells the observable of bare positions.
    let bare = try StartConfiguration(positions: [[0, 1], [2, 3]], dimension: 2, source: "bare")
    let error = #expect(throws: MacrostateError.self) { try prediction.table(from: bare, steps: 2) }
    #expect(error?.kind == .usage && error?.message.contains("--start radius") ?? false)
  }

  /// What a band should hold it holds in evaluations and predictions alike.
  @Test func bandsOfAnSDEAreThoseOfPredictiveQuantiles() throws {
    let run = try SmallRun(SmallRun.stochastic + ["dynamics.ensemble=1"])
    let start = try StartConfiguration(run.dataset, frame: 0)
    let table = try Prediction(run.model, compute: Compute(pool: run.pool)).table(
      from: start, observables: run.dataset.observables(ofFrame: 0), steps: 4, includesClosure: false)
    #expect(table.columns == ["time", "radius", "radius_lower", "radius_upper"] && table.rows.count == 5)
    let z = try MacrostateEncoding(run.model, dataset: run.dataset, compute: Compute(pool: run.pool))
      .macrostates(ofFrames: [0], isOrdered: true)
    let forecast = try run.model.ensemble.forecast(
      starts: z, times: [table.rows.map { $0[0] }], realisations: 100, compute: Compute(pool: run.pool))
    for (t, row) in table.rows.enumerated() {
      let values = forecast.values(0, frame: t, 0)
      let band = PredictiveQuantiles(values).band(0.9)
      #expect(values.count == 100 && row[2] == band.lowerBound && row[3] == band.upperBound)
      #expect(t == 0 || row[2] < row[3])
    }
  }
}
