import Foundation
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import TestSupport
import Testing

@Suite struct RunFolderTests {
  private let tiny: TinyRun
  private let configuration: RunConfiguration

  init() throws {
    tiny = try TinyRun()
    configuration = tiny.configuration
  }

  private func write(_ text: String, _ path: String) throws -> URL {
    let file = tiny.url.appendingPathComponent(path)
    try Folder.create(file.deletingLastPathComponent())
    try Data(text.utf8).write(to: file)
    return file
  }

  // MARK: One process at a time

  @Test func theSecondWriterIsRefusedBeforeItWrites() throws {
    try tiny.train("run", configuration)
    let before = try tiny.result("run")
    var other = configuration
    other.seed = 9
    try tiny.folder("run").owned { _ in
      for restart in [false, true] {
        expectError(.failure, containing: "another process (process \(getpid()) on") {
          try tiny.train("run", other, restart: restart)
        }
      }
    }
    #expect(try tiny.result("run") == before)
    #expect(try tiny.folder("run").settings().seed == configuration.seed)
  }

  @Test func whoOwnsARunMayTrainInIt() throws {
    try tiny.folder("run").owned { run in
      _ = try TrainingRun(run, configuration: configuration, stop: StopFlag(), progress: SilentProgress()).run()
    }
    #expect(tiny.folder("run").isRun)
  }

  // MARK: Whose folder it is

  @Test(arguments: [
    "model/important.txt", "checkpoints/mine", "tables/errors.csv", "data/notes.txt", "config.yaml", "run.json",
    "metrics.jsonl", ".hidden",
  ]) func aFolderOfTheUserIsNotTouched(name: String) throws {
    let text = name.hasSuffix("yaml") ? configuration.explainedText : "{\"seed\": 1}"
    let file = try write(text, "home/" + name)
    for restart in [false, true] {
      expectError(.badData, containing: "home", "not empty", "nothing in it is touched") {
        try tiny.train("home", configuration, restart: restart)
      }
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
    #expect(try FileManager.default.subpathsOfDirectory(atPath: tiny.folder("home").url.path).count <= 2)
  }

  @Test func aFileOrADataSetIsNoRunsFolder() throws {
    _ = try write("x", "file")
    expectError(.badData, containing: "file", "a file, not a run's folder") { try tiny.train("file", configuration) }
    expectError(.badData, containing: "it is a data set") {
      try tiny.train("tiny.dataset", configuration, restart: true)
    }
    expectError(.missingInput, containing: "no run here", "it is a data set") {
      try tiny.folder("tiny.dataset").requireRun()
    }
    expectError(.missingInput, containing: "no such folder") { try tiny.folder("none").requireRun() }
  }

  /// Runs of earlier versions have no `run.json`.
  @Test func aRunOfAnEarlierVersionIsKnown() throws {
    try tiny.train("run", configuration)
    let before = try tiny.result("run")
    try Folder.remove(tiny.folder("run").url.appendingPathComponent("run.json"))
    _ = try write("my notes", "run/notes.txt")
    #expect(tiny.folder("run").isRun)
    try tiny.train("run", configuration)
    try tiny.train("run", configuration, restart: true)
    #expect(try tiny.result("run") == before)
  }

  // MARK: Restart

  @Test func aRestartedRunIsCarriedOnByTheSameCommand() throws {
    try tiny.train("whole", configuration)
    var other = configuration
    other.seed = 9
    try tiny.train("run", other)
    var steps: [Int] = []
    var isFinished = false
    while !isFinished && steps.count < 20 {
      let stop = StopFlag()
      do {
        try tiny.train(
          "run", configuration, restart: true, stop: stop, progress: StopAt(stop, moment: 9 + 8 * steps.count))
        isFinished = true
      } catch let error as MacrostateError where error.kind == .stopped {
        steps.append(try tiny.folder("run").metricsLines().count)
      }
    }
    #expect(isFinished && steps.count > 1 && steps == steps.sorted())
    #expect(try tiny.result("run") == tiny.result("whole"))

    // Now it is finished, and begins anew.
    let stop = StopFlag()
    expectError(.stopped) {
      try tiny.train("run", configuration, restart: true, stop: stop, progress: StopAt(stop, moment: 3))
    }
    #expect(!Folder.exists(tiny.folder("run").model))
  }

  @Test func aStoppedRunThatWasNotRestartedBeginsAnew() throws {
    func trainToStop(_ configuration: RunConfiguration, restart: Bool) throws -> Int {
      let stop = StopFlag()
      expectError(.stopped) {
        try tiny.train("run", configuration, restart: restart, stop: stop, progress: StopAt(stop, moment: 9))
      }
      return try tiny.folder("run").checkpoints("closure").latestState()?.step ?? -1
    }
    #expect(try trainToStop(configuration, restart: false) == 9)
    #expect(try trainToStop(configuration, restart: true) == 9)
    #expect(try trainToStop(configuration, restart: true) == 18)
    var other = configuration
    other.seed = 5
    #expect(try trainToStop(other, restart: true) == 9)
  }

  /// Whatever a kill in the middle of clearing leaves, nothing of the old run is taken up.
  @Test func aClearingThatWasCutShortIsFinished() throws {
    try tiny.train("whole", configuration)
    var other = configuration
    other.seed = 9
    for restart in [false, true] {
      try tiny.train("run", other, restart: true)
      try Folder.remove(tiny.folder("run").configuration)
      try tiny.train("run", configuration, restart: restart)
      #expect(try tiny.result("run") == tiny.result("whole"))
    }
  }
}
