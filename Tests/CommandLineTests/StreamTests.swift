import Foundation
import MacrostateKit
import Testing

/// Standard streams, links, pipes and signals as shells and job systems hand them on.
@Suite(.serialized) struct StreamTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private var predict: [String] { ["predict", "run", "--frame", "x.dataset:0:0", "--steps", "3", "--output"] }

  @Test func resultsGoWhereTheyAreSent() throws {
    try scratch.trainExample()
    try scratch.succeed(predict + ["p.csv"])
    let table = try scratch.text("p.csv")
    for name in ["-", "/dev/stdout"] { #expect(try scratch.succeed(predict + [name]).output == table) }
    #expect(try scratch.run(predict + ["/dev/fd/5"], redirected: "5> five.csv").exitCode == 0)
    #expect(try scratch.text("five.csv") == table)
    #expect(try scratch.succeed(predict + ["/dev/stderr"]).errors.contains(table))
    try FileManager.default.createSymbolicLink(atPath: scratch.file("link.csv").path, withDestinationPath: "to.csv")
    try scratch.succeed(predict + ["link.csv"])
    #expect(try scratch.text("to.csv") == table)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: scratch.file("link.csv").path) == "to.csv")
    try scratch.succeed(predict + ["/dev/null"])
    try scratch.fail(predict + [""], code: 64, containing: ["without a name"])
    for name in ["run/model/model.json", "run/config.yaml", "x.dataset/dataset.json"] {
      let old = try scratch.text(name)
      try scratch.fail(predict + [name], code: 64, containing: [name, "which is in use"])
      #expect(try scratch.text(name) == old)
    }
    try scratch.succeed(predict + ["run/p.csv"])
    try scratch.fail(["import", "x.npy", "--output", "-", "--quiet"], code: 64, containing: ["a data set is a folder"])
  }

  @Test func aTableThatWasNotWrittenIsNoSuccess() throws {
    try scratch.trainExample()
    let tables = [
      predict + ["-"], ["inspect", "x.dataset"], ["inspect", "x.dataset", "--json"], ["evaluate", "run", "--quiet"],
      ["evaluate", "run", "--json", "--quiet"],
      ["doctor"], ["train", "--explain-configuration"], ["--help"],
      ["--version"],
    ]
    #if os(Linux)
      let places = ["> /dev/full", ">&-"]
    #else
      let places = [">&-"]
    #endif
    for table in tables {
      for place in places {
        let outcome = try scratch.run(table, redirected: place)
        #expect(outcome.exitCode == 1, "\(table) \(place): \(outcome.errors)")
        #expect(outcome.errors.contains("standard output: cannot be written"), "\(outcome.errors)")
      }
    }
  }

  /// Nor does a file of ours get the number of a closed stream, and messages with it.
  @Test func messagesThatCannotBeWrittenEndNothing() throws {
    try scratch.trainExample()
    let whole = try scratch.bytes(of: "run/model")
    #if os(Linux)
      let places = ["2> /dev/full", "2>&-", "<&- 2>&-", "2> >(exec true)"]
    #else
      let places = ["2>&-", "<&- 2>&-"]
    #endif
    for (number, place) in places.enumerated() {
      let train = ["train", "x.dataset", "--run", "run-\(number)"] + Example.settings()
      #expect(try scratch.run(train, redirected: place).exitCode == 0, "\(place)")
      #expect(try scratch.bytes(of: "run-\(number)/model") == whole, "\(place)")
      #expect(try scratch.run(["inspect", "none"], redirected: place).exitCode == 66, "\(place)")
    }
    let train = ["train", "x.dataset", "--run", "closed", "--quiet"] + Example.settings()
    #expect(try scratch.run(train, redirected: "<&- >&- 2>&-").exitCode == 1)
    #expect(try scratch.bytes(of: "closed/model") == whole, "the summary is lost, the model is not")
  }

  private func longTraining(_ run: String) -> [String] {
    ["train", "x.dataset", "--run", run, "--quiet", "--set", "run.checkpoint_interval=0.01"]
      + Example.settings(closureSteps: 1_000_000)
  }

  @Test(arguments: [SIGHUP, SIGUSR1, SIGXCPU]) func signalsStopWithACheckpoint(signal: Int32) throws {
    try scratch.importExample()
    let tool = try scratch.start(longTraining("run"))
    tool.wait { scratch.exists("run/checkpoints/closure/latest") }
    tool.send(signal)
    let outcome = try tool.finish()
    #expect(outcome.exitCode == 75 && outcome.errors.contains("stopped by a signal"), "\(outcome.errors)")
  }

  /// A line of metrics that cannot be written costs no step.
  @Test func metricsThatCannotBeWrittenStopWithACheckpoint() throws {
    try scratch.importExample()
    func train(_ run: String) -> [String] {
      ["train", "x.dataset", "--run", run, "-q"] + Example.settings(closureSteps: 400)
        + ["--set", "run.log_interval=1", "--set", "closure_training.validation_interval=1000"]
    }
    try scratch.succeed(train("whole"))
    let stopped = try scratch.start(train("run"), script: "ulimit -f 24; exec \"$0\" \"$@\"").finish()
    #expect(stopped.exitCode == 1 && stopped.errors.contains("metrics.jsonl"), "\(stopped.errors)")
    let written = try RunFolder(scratch.file("run")).metricsLines().last?.step ?? 0
    let latest = try RunFolder(scratch.file("run")).checkpoints(.closure).latestState()
    #expect(written > 100 && latest?.step == written + 1, "\(written), \(String(describing: latest))")
    try scratch.succeed(train("run"))
    #expect(try scratch.text("run/metrics.jsonl") == scratch.text("whole/metrics.jsonl"))
    #expect(try scratch.bytes(of: "run/model") == scratch.bytes(of: "whole/model"))
  }

  @Test func trainingsUnderNohupGoOn() throws {
    try scratch.importExample()
    let tool = try scratch.start(longTraining("run"), script: "trap '' HUP; exec \"$0\" \"$@\"")
    tool.wait { scratch.exists("run/checkpoints/closure/latest") }
    tool.send(SIGHUP)
    usleep(100_000)
    #expect(tool.isRunning)
    tool.send(SIGTERM)
    #expect(try tool.finish().exitCode == 75)
  }

  @Test func aDataSetThatIsShortenedIsNamed() throws {
    try scratch.importExample()
    let tool = try scratch.start(longTraining("run"))
    tool.wait { scratch.exists("run/checkpoints/closure/latest") }
    #expect(truncate(scratch.file("x.dataset/shard-00000/positions.npy").path, 0) == 0)
    let outcome = try tool.finish()
    #expect(outcome.exitCode == 65, "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("macrostate: ") && outcome.errors.contains("positions.npy: was shortened"))
  }

  @Test func settingsComeFromPipesAndNamedPipesHangNothing() throws {
    try scratch.importExample()
    try Data("seed: 7\n".utf8).write(to: scratch.file("seed.yaml"))
    let explain = ["train", "x.dataset", "--explain-configuration", "--config"]
    for (path, place) in [("/dev/stdin", "< seed.yaml"), ("/dev/fd/6", "6< <(cat seed.yaml)")] {
      let outcome = try scratch.run(explain + [path], redirected: place)
      #expect(outcome.exitCode == 0 && outcome.output.contains("\nseed: 7\n"), "\(outcome.errors)")
    }
    #expect(try scratch.run(explain + ["/dev/stdin"], redirected: "<&-").exitCode == 66)
    #expect(mkfifo(scratch.file("pipe").path, 0o600) == 0)
    #expect(mkfifo(scratch.file("pipe.npy").path, 0o600) == 0)
    try scratch.fail(explain + ["pipe"], code: 66, containing: ["pipe", "gave nothing"])
    let inputs = [
      ["import", "pipe", "--output", "y"], ["import", "pipe.npy", "--output", "y"],
      ["import", "x.npy", "--observables", "pipe.npy", "--output", "y"],
      ["import", "x.npy", "--types", "pipe.npy", "--output", "y"],
    ]
    for input in inputs {
      try scratch.fail(input + ["--quiet"], code: 66, containing: ["pipe", "a pipe, not a file"])
      #expect(!scratch.exists("y"))
    }
  }

  @Test func namesGoToTheTerminalWithoutEscapes() throws {
    try scratch.trainExample()
    for command in [["evaluate", "run", "--data", "t\u{1b}[31m=x.dataset"], ["inspect", "no\u{1b}[2Jset"]] {
      let outcome = try scratch.run(command)
      #expect(!(outcome.output + outcome.errors).contains("\u{1b}"), "\(command)")
    }
    try scratch.fail(["inspect", "no\u{1b}[2Jset"], code: 66, containing: ["no\\u{1b}[2Jset"])
  }
}
