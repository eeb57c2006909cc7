import MacrostateTraining
import Testing

@Suite struct LearningRateScheduleTests {
  @Test func cosineFallsFromThePeakToTheEnd() {
    let schedule = LearningRateSchedule(.cosine, peak: 1, final: 0.1, warmupSteps: 10, steps: 110)
    #expect((0..<10).allSatisfy { abs(schedule.rate(at: $0) - Double($0 + 1) / 10) < 1e-12 })
    #expect(schedule.rate(at: 10) == 1)
    #expect(abs(schedule.rate(at: 60) - 0.55) < 1e-12)
    #expect(abs(schedule.rate(at: 110) - 0.1) < 1e-12)
    #expect(abs(schedule.rate(at: 1000) - 0.1) < 1e-12)
    let rates = (10...110).map(schedule.rate(at:))
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test func constantStays() {
    let schedule = LearningRateSchedule(.constant, peak: 0.5, steps: 10)
    #expect([0, 5, 10, 100].allSatisfy { schedule.rate(at: $0) == 0.5 })
  }

  /// A warm-up as long as all, and no steps at all, are no division by zero.
  @Test func shortSchedules() {
    let warm = LearningRateSchedule(.cosine, peak: 1, warmupSteps: 5, steps: 5)
    #expect(warm.rate(at: 4) == 1 && warm.rate(at: 5).isFinite)
    #expect(LearningRateSchedule(.cosine, peak: 1, steps: 0).rate(at: 0).isFinite)
  }
}
