import MacrostateEvaluation
import Testing

@Suite struct TrajectoryStatisticsTests {
  @Test func anOddNumberOfTrajectories() {
    let statistics = TrajectoryStatistics([4, 1, 2, 2, 6])
    #expect(statistics.mean == 3)
    #expect(statistics.median == 2)
    // Squares of the deviations 1, 2, 1, 1, 3 over n − 1.
    #expect(abs(statistics.spread - 2) < 1e-15)
    #expect(abs(statistics.worstShare - 6 / 15) < 1e-15)
  }

  @Test func anEvenNumberOfTrajectories() {
    let statistics = TrajectoryStatistics([8, 2])
    #expect(statistics.mean == 5)
    #expect(statistics.median == 5)
    #expect(abs(statistics.spread - 18.0.squareRoot()) < 1e-15)
  }

  @Test func theWorstTwentiethOfManyTrajectories() {
    // 40 trajectories: the two worst carry 20 of 58.
    let statistics = TrajectoryStatistics([Double](repeating: 1, count: 38) + [10, 10])
    #expect(abs(statistics.worstShare - 20 / 58) < 1e-15)
  }

  @Test func oneTrajectoryHasNoSpread() {
    let statistics = TrajectoryStatistics([0.25])
    #expect(statistics.mean == 0.25)
    #expect(statistics.median == 0.25)
    #expect(statistics.spread == 0)
  }
}
