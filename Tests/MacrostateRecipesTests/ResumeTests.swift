import Foundation
import MacrostateAutodiff
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining
import TestSupport
import Testing

@Suite struct ResumeTests {
  @Test func aStoppedRunEndsWithTheBitsOfAnUninterruptedOne() throws {
    let tiny = try TinyRun()
    try tiny.train("whole", tiny.configuration)
    let whole = try tiny.result("whole")
    // Stage I before and after its first validation, at its end; encoding; each training of stage II; late.
    for moment in [1, 10, 24, 27, 40, 60, 75, 100, 110] {
      let name = "stopped-\(moment)"
      let stop = StopFlag()
      expectError(.stopped, containing: "run the same command again") {
        try tiny.train(name, tiny.configuration, stop: stop, progress: StopAt(stop, moment: moment))
      }
      try tiny.train(name, tiny.configuration)
      #expect(try tiny.result(name) == whole, "stopped at \(moment)")
    }
  }

  @Test func aRunStoppedAgainAndAgainEndsWithTheSameBits() throws {
    let tiny = try TinyRun()
    try tiny.train("whole", tiny.configuration)
    var sessions = 0
    while sessions < 40 {
      sessions += 1
      let stop = StopFlag()
      do {
        try tiny.train("often", tiny.configuration, stop: stop, progress: StopAt(stop, moment: 13))
        break
      } catch let error as MacrostateError {
        #expect(error.kind == .stopped, "\(error)")
      }
    }
    #expect(sessions > 3 && sessions < 40)
    #expect(try tiny.result("often") == tiny.result("whole"))
  }

  @Test func aMeanOfTheParametersIsCarriedOn() throws {
    let tiny = try TinyRun()
    var configuration = tiny.configuration
    configuration.closureTraining.averaging = 0.9
    configuration.dynamicsTraining.averaging = 0.9
    try tiny.train("plain", tiny.configuration)
    try tiny.train("whole", configuration)
    let whole = try tiny.result("whole")
    #expect(try tiny.result("plain") != whole)
    for moment in [1, 10, 20, 30, 40, 60, 80] {
      let name = "stopped-\(moment)"
      let stop = StopFlag()
      expectError(.stopped, containing: "run the same command again") {
        try tiny.train(name, configuration, stop: stop, progress: StopAt(stop, moment: moment))
      }
      try tiny.train(name, configuration)
      #expect(try tiny.result(name) == whole, "stopped at \(moment)")
    }
  }

  @Test func theWallTimeLeavesACheckpoint() throws {
    let tiny = try TinyRun()
    expectError(.stopped, containing: "wall-time limit", "checkpoint is written") {
      try tiny.train("run", tiny.configuration, stop: StopFlag(wallTime: .zero))
    }
    try tiny.train("run", tiny.configuration)
    try tiny.train("whole", tiny.configuration)
    #expect(try tiny.result("run") == tiny.result("whole"))
  }

  @Test func threadsDoNotChangeBits() throws {
    let tiny = try TinyRun()
    var configuration = tiny.configuration
    try tiny.train("one", configuration)
    configuration.threads = 2
    try tiny.train("two", configuration)
    #expect(try tiny.result("one") == tiny.result("two"))
  }

  @Test func changedSettingsAreRefusedAndThreadsAllowed() throws {
    let tiny = try TinyRun()
    try tiny.train("run", tiny.configuration)
    let before = try tiny.result("run")
    var configuration = tiny.configuration
    configuration.threads = 2
    configuration.run.checkpointInterval = 5
    try tiny.train("run", configuration)
    #expect(try tiny.result("run") == before)
    configuration.encoder.closureDimension = 3
    expectError(.badData, containing: "closure_dimension", "2", "3", "--restart") {
      try tiny.train("run", configuration)
    }
    #expect(try tiny.result("run") == before)
  }

  @Test func restartStartsAnew() throws {
    let tiny = try TinyRun()
    try tiny.train("run", tiny.configuration)
    var configuration = tiny.configuration
    configuration.seed = 5
    try tiny.train("run", configuration, restart: true)
    try tiny.train("fresh", configuration)
    #expect(try tiny.result("run") == tiny.result("fresh"))
  }

  @Test(arguments: ["model.safetensors", "optimizer.safetensors", "state.json"])
  func aCorruptedCheckpointIsNamed(file: String) throws {
    let tiny = try TinyRun()
    let stop = StopFlag()
    #expect(throws: MacrostateError.self) {
      try tiny.train("run", tiny.configuration, stop: stop, progress: StopAt(stop, moment: 10))
    }
    let checkpoints = tiny.folder("run").checkpoints("closure").folder
    let latest = try String(contentsOf: checkpoints.appendingPathComponent("latest"), encoding: .utf8)
    let url = checkpoints.appendingPathComponent(latest.trimmingCharacters(in: .whitespacesAndNewlines))
      .appendingPathComponent(file)
    var bytes = try Data(contentsOf: url)
    // In JSON another digit is still JSON: only the check sum can tell.
    let place = file == "state.json" ? bytes.lastIndex { (48...56).contains($0) } : bytes.count - 3
    bytes[try #require(place)] ^= 1
    try bytes.write(to: url)
    expectError(.badData, containing: file, "--restart") { try tiny.train("run", tiny.configuration) }
  }

  /// From 100 million steps on names have a ninth digit: they sort by number.
  @Test func checkpointsAreOldByTheNumberOfTheirSteps() throws {
    let tiny = try TinyRun()
    let store = CheckpointStore(tiny.url.appendingPathComponent("many"))
    var layout = ParameterLayout()
    _ = layout.addBias("bias", count: 2)
    let parameters = Parameters(layout)
    let optimizer = Adam(layout)
    func save(_ step: Int, isBest: Bool = false) throws -> [String] {
      var state = TrainingState(instructionSet: .baseline)
      state.step = step
      try store.save(state, parameters: parameters, optimizer: optimizer, isBest: isBest)
      #expect(try store.latestState()?.step == step)
      return try Folder.contents(store.folder).map(\.lastPathComponent).filter { $0.hasPrefix("step-") }
    }
    #expect(try save(7, isBest: true) == ["step-00000007"])
    _ = try save(99_999_998)
    #expect(try save(99_999_999) == ["step-00000007", "step-99999998", "step-99999999"])
    #expect(try save(100_000_000) == ["step-00000007", "step-100000000", "step-99999999"])
    #expect(try save(100_000_001) == ["step-00000007", "step-100000000", "step-100000001"])
    #expect(try save(1_000_000_000, isBest: true) == ["step-1000000000", "step-100000001"])
    // One that is begun again at an earlier step keeps what `latest` names.
    #expect(try save(5) == ["step-00000005", "step-1000000000", "step-100000001"])
  }

  /// Every file that is read has a record, and every record a file.
  @Test(arguments: ["model", "checkpoints/closure"])
  func filesThatAreNotInTheListAreRefused(place: String) throws {
    let tiny = try TinyRun()
    let stop = StopFlag()
    if place == "model" {
      try tiny.train("run", tiny.configuration)
    } else {
      expectError(.stopped) {
        try tiny.train("run", tiny.configuration, stop: stop, progress: StopAt(stop, moment: 10))
      }
    }
    var folder = tiny.folder("run").url.appendingPathComponent(place)
    if place != "model" {
      let latest = try String(contentsOf: folder.appendingPathComponent("latest"), encoding: .utf8)
      folder.appendPathComponent(latest.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    func read() throws {
      if place == "model" { _ = try TrainedModel(folder) } else { try tiny.train("run", tiny.configuration) }
    }
    let list = folder.appendingPathComponent("files.json")
    let whole = try Data(contentsOf: list)
    let records = try #require(JSONSerialization.jsonObject(with: whole) as? [String: Any])
    for name in records.keys.sorted() {
      var fewer = records
      fewer[name] = nil
      try JSONSerialization.data(withJSONObject: fewer).write(to: list)
      expectError(.badData, containing: name, "not in the list of files") { try read() }
    }
    try whole.write(to: list)
    let stranger = folder.appendingPathComponent("weights.safetensors")
    try Data("x".utf8).write(to: stranger)
    expectError(.badData, containing: "weights.safetensors", "not in the list of files") { try read() }
    try Folder.remove(stranger)
    let name = try #require(records.keys.sorted().first)
    try Folder.remove(folder.appendingPathComponent(name))
    let error = #expect(throws: MacrostateError.self) { try read() }
    #expect(error?.message.contains(name) == true && [.badData, .missingInput].contains(error?.kind))
  }

  @Test func aCheckpointOfANewerVersionIsRefused() throws {
    let tiny = try TinyRun()
    try tiny.train("run", tiny.configuration)
    let checkpoints = tiny.folder("run").checkpoints("closure").folder
    let latest = try String(contentsOf: checkpoints.appendingPathComponent("latest"), encoding: .utf8)
    let url = checkpoints.appendingPathComponent(latest.trimmingCharacters(in: .whitespacesAndNewlines))
      .appendingPathComponent("state.json")
    try setVersion(url)
    expectError(.badData, containing: "state.json", "newer version", "update") {
      try tiny.train("run", tiny.configuration)
    }
  }

  @Test func aModelOfANewerVersionOrDamagedIsRefused() throws {
    let tiny = try TinyRun()
    try tiny.train("run", tiny.configuration)
    let folder = tiny.folder("run").model
    let weights = folder.appendingPathComponent("dynamics-1.safetensors")
    var bytes = try Data(contentsOf: weights)
    bytes[bytes.count - 2] ^= 1
    try bytes.write(to: weights)
    expectError(.badData, containing: "dynamics-1.safetensors", "corrupted") { _ = try TrainedModel(folder) }
    try setVersion(folder.appendingPathComponent("model.json"))
    expectError(.badData, containing: "model.json", "newer version") { _ = try TrainedModel(folder) }
    expectError(.missingInput, containing: "macrostate train") {
      _ = try TrainedModel(tiny.url.appendingPathComponent("nowhere"))
    }
  }

  private func setVersion(_ url: URL) throws {
    var object = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
    object["version"] = 99
    try JSONSerialization.data(withJSONObject: object).write(to: url)
  }
}
