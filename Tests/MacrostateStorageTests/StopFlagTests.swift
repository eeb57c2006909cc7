import Foundation
import MacrostateStorage
import TestSupport
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

  /// One test: signals are the whole process's.
  @Test func isSetBySignals() {
    defer {
      for number in [SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGXCPU] { signal(number, SIG_DFL) }
    }
    // To this thread, on which `install` lets them through: they have arrived when `raise` returns.
    for number in [SIGTERM, SIGHUP, SIGUSR1, SIGXCPU] {
      // A new run in the same process starts with a clear flag.
      let flag = StopFlag.install()
      #expect(!flag.isSet)
      raise(number)
      #expect(flag.reason == .signal)
      #expect(!StopFlag().isSet)
      // Those that come together with SIGTERM, or again and again, end nothing.
      if number != SIGTERM { raise(number) }
    }
    // nohup: what is ignored stays so.
    signal(SIGHUP, SIG_IGN)
    let flag = StopFlag.install()
    raise(SIGHUP)
    #expect(!flag.isSet)
  }
}
