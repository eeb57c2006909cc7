import MacrostateStorage
import Microstates
import TestSupport
import Testing

@Suite struct DatasetNamesTests {
  private func description(_ observables: [String], species: [String] = ["particle"]) -> DatasetDescription {
    DatasetDescription(
      dimension: 2, speciesNames: species, observables: observables.map { ObservableDescription(name: $0) },
      generator: .init(name: "test"), programVersion: "1")
  }

  private func start(_ folder: TemporaryFolder, _ description: DatasetDescription) throws {
    _ = try DatasetWriter(
      folder.file("x.dataset"), description: description, plan: DatasetPlan(trajectoryCount: 1, trajectoriesPerShard: 1)
    )
  }

  @Test(arguments: [
    ([""], "the observable \"\" has an empty name"), (["a b"], "has a blank"), (["a\tb"], "has a blank"),
    (["a\u{A0}b"], "has a blank"), (["a,b"], "the sign ,"), (["a=b"], "the sign ="), (["a\"b"], "the sign \""),
    (["a\u{1B}[31m"], "a control character"), (["E\u{200B}"], "a control character"), (["E", "E"], "is there twice"),
    (["é", "e\u{301}"], "is there twice"), (["time"], "both have the column 'time'"),
    (["E", "E_lower"], "both have the column 'E_lower'"), (["E_upper", "E"], "both have the column 'E_upper'"),
    (["z1"], "a closure variable"), (["z12_lower"], "a closure variable"),
  ])
  func namesThatOptionsAndTablesCannotTellApartAreRefused(names: [String], problem: String) throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: MacrostateError.self) { try start(folder, description(names)) }
    #expect(error?.kind == .badData && error?.message.contains(problem) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("x.dataset: ") == true && error?.message.contains("--observable-names") == true)
    #expect(!Folder.exists(folder.file("x.dataset")))
  }

  /// Two choices of settings have the same names, which are not the user's to change.
  @Test func whatIsComputedTwiceIsToBeComputedOnce() throws {
    let folder = try TemporaryFolder()
    var twice = description([])
    twice.observables = [1, 2].map {
      ObservableDescription(
        name: "R_AB", definition: .init(observable: "mixing-ratio", settings: ["cutoff": .number($0)]))
    }
    let error = #expect(throws: MacrostateError.self) { try start(folder, twice) }
    #expect(error?.message.contains("is there twice; compute it with one choice of settings") == true)
    #expect(error?.message.contains("--observable-names") == false)
  }

  @Test(arguments: [[""], ["A", "A"], ["A", "Na Cl"], ["A=1"], ["A,B"]])
  func speciesHaveNamesToo(species: [String]) throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: MacrostateError.self) { try start(folder, description([], species: species)) }
    #expect(error?.kind == .badData && error?.message.contains("--species") == true)
  }

  @Test(arguments: [
    ["E", "e", "Time", "times", "time_lower"], ["σ_xy", "g_AB(0.025)", "pair-energy:tanh", "p/V", "z", "za1", "z1x"],
    ["pair-energy", "R_A-1_B", "ẑ1", "100"],
  ])
  func otherNamesAreGood(names: [String]) throws {
    try start(try TemporaryFolder(), description(names, species: ["Na+", "Cl-", "type-1", "é"]))
  }

  /// What versions before this check wrote is read, and taken up, as it is.
  @Test func dataSetsOfEarlierVersionsKeepTheirNames() throws {
    let folder = try TemporaryFolder()
    let names = ["total energy", "time"]
    try start(folder, description(["a", "b"]))
    let file = folder.file("x.dataset/dataset.json")
    var text = try String(contentsOf: file, encoding: .utf8).replacing(#/  "checksum" : \d+,\n/#, with: "")
    for (new, old) in zip(["a", "b"], names) {
      let parts = text.components(separatedBy: "\"\(new)\"")
      #expect(parts.count == 2)
      text = parts.joined(separator: "\"\(old)\"")
    }
    try text.write(to: file, atomically: true, encoding: .utf8)
    #expect(try DatasetWriter.existing(folder.file("x.dataset"))?.description.observables.map(\.name) == names)
    try start(folder, description(names))
  }
}
