import Microstates
import Testing

@Suite struct UnevenTimesTests {
  private func uneven(_ times: [[Double]]) -> UnevenTimes? { UnevenTimes(trajectoryCount: times.count) { times[$0] } }

  @Test func evenTimesAreNotMentioned() {
    #expect(uneven([[0, 0.05, 0.1], [3], []]) == nil)
    // Times of late steps, as rounded: 1e7 steps of 0.001.
    #expect(uneven([(0..<50).map { Double(10_000_000 + 100 * $0) * 0.001 }]) == nil)
    // Each trajectory has a step of its own.
    #expect(uneven([[0, 1, 2], [0, 2, 4]]) == nil)
  }

  @Test func framesOfAMinimisation() throws {
    let times = [0, 1, 50, 100, 150, 200].map { Double($0) * 0.002 }
    let found = try #require(uneven([times, times]))
    #expect(found.trajectoryCount == 2 && found.firstTrajectory == 0 && found.least == 0.002)
    #expect(abs(found.greatest - 0.1) < 1e-12 && found.evenFrom == 0.1)
    #expect(found.warning.contains("--from 0.1"))
    // No one time suits all.
    #expect(try #require(uneven([times, times.map { $0 + 7 }])).evenFrom == nil)
    #expect(try #require(uneven([[0, 1, 2], times])).evenFrom == nil)
    #expect(try #require(uneven([[0, 1, 2, 4, 8, 16]])).evenFrom == nil)
  }
}
