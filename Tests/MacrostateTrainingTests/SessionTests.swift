import Foundation
import MacrostateAutodiff
import MacrostateCompute
import MacrostateStorage
import MacrostateTraining
import TestSupport
import Testing

@Suite struct SessionTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private static let names = [TrainingName(rawValue: "a"), TrainingName(rawValue: "b")]
  private static let schedule = LearningRateSchedule(.cosine, peak: 0.05, steps: 60)

  private func session(_ name: String, threads: Int = 2, stop: StopFlag = StopFlag()) throws -> Session {
    let run = folder.file(name)
    try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
    return try Session(
      compute: Compute(threads: threads), begun: Self.names,
      checkpoints: { CheckpointStore(run.appendingPathComponent($0.rawValue)) },
      metrics: run.appendingPathComponent("metrics.jsonl"), logInterval: 5, checkpointInterval: 1e9, stop: stop,
      progress: SilentProgress())
  }

  private func train(
    _ session: Session, _ number: Int, _ objective: Parabola? = nil
  ) throws -> (state: TrainingState, values: [Float]) {
    let objective = objective ?? Self.objective(number)
    let state = try session.train(
      Self.names[number], objective, optimizer: .init(averaging: 0.9), schedule: Self.schedule, validationInterval: 20)
    return (state, objective.values)
  }

  private static func objective(_ number: Int, fails: Int? = nil) -> Parabola {
    Parabola(centre: Float(number + 1), seed: UInt64(number), fails: fails)
  }

  private func lines(_ name: String) throws -> [MetricsLine] {
    let text = try String(contentsOf: folder.file("\(name)/metrics.jsonl"), encoding: .utf8)
    return try text.split(separator: "\n").map { try JSONDecoder().decode(MetricsLine.self, from: Data($0.utf8)) }
  }

  @Test(arguments: [1, 2, 3])
  func sideBySideGivesTheBitsOfEachAlone(threads: Int) throws {
    let alone = try session("alone", threads: 1)
    let expected = try (0..<2).map { try train(alone, $0).values }
    #expect(zip(expected[0], expected[1]).allSatisfy { abs($0 - 1) < 0.1 && abs($1 - 2) < 0.2 })

    let found = try session("both", threads: threads).sideBySide(
      (0..<2).map { number in
        { session in try train(session, number).values }
      })
    #expect(found == expected)
    for name in Self.names {
      #expect(try lines("both").filter { $0.training == name } == lines("alone").filter { $0.training == name })
    }
  }

  @Test func aStoppedPairIsCarriedOnWithoutALineTwice() throws {
    let whole = try session("whole")
    let expected = try (0..<2).map { try train(whole, $0).values }
    // One is cut off after lines of steps that no checkpoint has, then the other comes to its end.
    let cut = try session("cut")
    #expect(throws: CocoaError.self) { try train(cut, 1, Self.objective(1, fails: 33)) }
    _ = try train(cut, 0)
    #expect(try lines("cut").filter { $0.training == Self.names[1] }.map(\.step) == [0, 5, 10, 15, 20, 25, 30])
    let found = try session("cut").sideBySide(
      (0..<2).map { number in
        { session in try train(session, number).values }
      })
    #expect(found == expected)
    let steps = try lines("cut").map { "\($0.training) \($0.step)" }
    let wanted = try lines("whole").count
    #expect(Set(steps).count == steps.count && steps.count == wanted)
  }

  @Test func theFailureOfOneStopsTheOthers() throws {
    let session = try session("failing")
    #expect(throws: CocoaError.self) {
      try session.sideBySide([
        { @Sendable session in try train(session, 0, Self.objective(0, fails: 0)).values },
        { @Sendable session in
          // Longer than the other's failure takes.
          while !session.stop.isSet { usleep(100) }
          return try train(session, 1).values
        },
      ])
    }
    #expect(!session.stop.isSet, "the run itself goes on")
  }

  @Test func aTrainingIsAFunctionOfItsSteps() throws {
    let stop = StopFlag()
    stop.request()
    let error = #expect(throws: MacrostateError.self) { try train(session("x", stop: stop), 0) }
    #expect(error?.kind == .stopped)
    let resumed = try train(session("x"), 0)
    #expect(resumed.state.isFinished && resumed.state.step == 60)
    let other = try train(session("y"), 0)
    #expect(resumed.values == other.values)
  }
}
