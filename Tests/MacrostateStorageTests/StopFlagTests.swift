import Foundation
import MacrostateStorage
import Testing

@Suite struct StopFlagTests {
  @Test func isSetByARequest() throws {
    let flag = StopFlag()
    #expect(!flag.isSet)
    try flag.check("nothing is lost")
    flag.request()
    #expect(flag.reason == .request)
    expectError(.stopped, containing: "stopped: 3 of 7 are done; run the same command again") {
      try flag.check("3 of 7 are done")
    }
  }

  @Test func isSetWhenTheWallTimeIsOver() {
    #expect(!StopFlag(wallTime: .seconds(3600)).isSet)
    #expect(StopFlag(wallTime: .zero).reason == .wallTime)
  }

  @Test func isSetByTheFirstSignal() {
    let flag = StopFlag.install()
    defer {
      signal(SIGINT, SIG_DFL)
      signal(SIGTERM, SIG_DFL)
    }
    #expect(!flag.isSet)
    // To the process: worker threads block signals. It arrives a moment later, on another thread.
    kill(getpid(), SIGTERM)
    let deadline = ContinuousClock.now + .seconds(10)
    while !flag.isSet, ContinuousClock.now < deadline { usleep(1000) }
    #expect(flag.reason == .signal)
    #expect(!StopFlag().isSet)
    // A new run in the same process starts with a clear flag.
    #expect(!StopFlag.install().isSet)
  }
}
