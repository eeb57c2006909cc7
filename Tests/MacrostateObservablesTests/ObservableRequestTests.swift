import Foundation
import MacrostateObservables
import MacrostateSettings
import MacrostateStorage
import Microstates
import Testing

@Suite struct ObservableRequestTests {
  private func observable(_ text: String, _ species: [String] = ["A", "B"]) throws -> any Observable {
    try Observables.observable(PartRequest(text, of: "observable"), speciesNames: species)
  }

  private func file(_ text: String) throws -> URL {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).yaml")
    try text.write(to: url, atomically: true, encoding: .utf8)
    return url
  }

  @Test func valuesAreNamedByTheirSpecies() throws {
    func names(_ text: String, _ species: [String]) throws -> [String] {
      try observable(text, species).descriptions.map(\.name)
    }
    #expect(try names("pair-energy:tanh", ["A"]) == ["pair-energy"])
    #expect(try names("mixing-ratio", ["A", "B"]) == ["R_AB", "R_BA"])
    #expect(try names("mixing-ratio", ["type-1", "type-2"]) == ["R_type-1_type-2", "R_type-2_type-1"])
    let orders = ["alpha_AB", "alpha_AC", "alpha_BA", "alpha_BC", "alpha_CA", "alpha_CB"]
    #expect(try names("warren-cowley", ["A", "B", "C"]) == orders)
    #expect(try names("radial-distribution,cutoff=3,bins=2", ["O"]) == ["g_OO(0.75)", "g_OO(2.25)"])
  }

  @Test(arguments: [
    ("pair-energy:tanh,cutoff=2", "has no setting 'cutoff'; it has: a, b"),
    ("pair-energy:tanh,a=0", "'pair-energy:tanh' needs a, a number above 0.0, at most 1000000.0, not 0.0"),
    ("pair-energy:tanh,b=nan", "needs b, a number"), ("mixing-ratio,bins=7", "has no setting 'bins'; it has: cutoff"),
    ("mixing-ratio,cutof=7", "'cutof' (did you mean 'cutoff'?)"),
    ("mixing-ratio,cutoff=0", "needs cutoff, a number above 0, not 0.0"),
    ("radial-distribution,cutoff=inf", "needs cutoff"), ("radial-distribution,bins=0", "from 1 to 1000, not 0"),
    ("radial-distribution,bins=2.5", "an integer from 1 to 1000, not '2.5'"),
    ("radial-distribution,open-axes-follow-particles=1", "has no setting"),
    ("mixing-ratio,cutoff", "write its settings as key=value"), ("mixing-ratio,", "write its settings as key=value"),
    ("mixing-ratio,=2", "write its settings as key=value"), ("mixing-ratio,cutoff=", "write its settings as key=value"),
    ("mixing-ratio cutoff=2", "unknown observable"), ("mixing-ratio,cutoff=2,cutoff=3", "'cutoff' is there twice"),
  ])
  func settingsThatMakeNoSenseAreRefused(text: String, problem: String) {
    let error = #expect(throws: MacrostateError.self) { try observable(text) }
    #expect(error?.kind == .usage && error?.message.contains(problem) == true, "\(error?.message ?? "")")
  }

  @Test func oneSpeciesHasNoMixture() {
    let error = #expect(throws: MacrostateError.self) { try observable("mixing-ratio", ["A"]) }
    #expect(error?.kind == .usage && error?.message.contains("'mixing-ratio' needs two species") == true)
  }

  @Test func settingsFollowTheName() throws {
    let energy = try #require(try observable("pair-energy:tanh,a=2,b=-0.5") as? PairEnergy)
    #expect(energy.interaction == PairInteraction(a: 2, b: -0.5) && energy.countsImages)
    let functions = try #require(try observable("radial-distribution,bins=6e1") as? RadialDistribution)
    #expect(functions.settings == BinnedNeighbourSettings(cutoff: 2.5, bins: 60))
  }

  @Test func settingsStandBelowTheNameInAFile() throws {
    let requests = try PartRequest.read(
      file("pair-energy:tanh:\n  a: 2\nmixing-ratio:\nradial-distribution: {cutoff: 3, bins: 60}\n"), of: "observable")
    #expect(requests.map(\.name) == ["pair-energy:tanh", "mixing-ratio", "radial-distribution"])
    let observables = try requests.map { try Observables.observable($0, speciesNames: ["A", "B"]) }
    #expect((observables[0] as? PairEnergy)?.interaction == PairInteraction(a: 2, b: 0.1))
    #expect((observables[1] as? MixingRatio)?.settings == NeighbourSettings())
    #expect((observables[2] as? RadialDistribution)?.settings == BinnedNeighbourSettings(cutoff: 3, bins: 60))
    #expect(try PartRequest.read(file("# none\n"), of: "observable").isEmpty)
  }

  @Test(arguments: [
    ("mixing-ratio:\n  cutof: 2\n", ":2: the observable 'mixing-ratio' has no setting 'cutof' (did you mean"),
    ("\nmixing-ratio: {cutoff: -1}\n", ":2: the observable 'mixing-ratio' needs cutoff, a number above 0, not -1.0"),
    ("mixing-ratio:\n  cutoff: [1]\n", ":2: the observable 'mixing-ratio' needs cutoff, a number above 0, not a list"),
    ("mixing-ratio: 2\n", ":1: 'mixing-ratio' must be settings with values below it, not '2'"),
    ("- mixing-ratio\n", ":1: must be names of observables (NAME:)"), ("a: [\n", "not valid YAML"),
  ])
  func whatIsWrongWithAFileIsToldByItsLine(text: String, problem: String) throws {
    let file = try file(text)
    let error = #expect(throws: MacrostateError.self) {
      for request in try PartRequest.read(file, of: "observable") {
        _ = try Observables.observable(request, speciesNames: ["A", "B"])
      }
    }
    #expect(error?.kind == .badData && error?.message.contains(problem) == true, "\(error?.message ?? "")")
    #expect(error?.message.hasPrefix(file.relativePath) == true)
  }

  /// What data sets and models of earlier versions have recorded.
  @Test func definitionsOfEarlierVersionsKeepTheirMeaning() throws {
    let plain = try Observables.observable(.init(observable: "pair-energy"), speciesNames: ["A"])
    #expect((plain as? PairEnergy)?.countsImages == false)
    #expect(plain.descriptions.map(\.definition) == [.init(observable: "pair-energy")])
    let now = try observable("pair-energy")
    #expect((now as? PairEnergy)?.countsImages == true)
    #expect(
      now.descriptions.map(\.definition) == [.init(observable: "pair-energy:tanh", settings: ["a": 4, "b": 0.1])])
    #expect(now.descriptions[0].definition?.ofEarlierVersions == .init(observable: "pair-energy"))
    let functions = try Observables.observable(
      .init(observable: "radial-distribution", settings: ["cutoff": 3, "bins": 60, "open-axes-follow-particles": 1]),
      speciesNames: ["A"])
    #expect(
      functions.definition.ofEarlierVersions
        == .init(observable: "radial-distribution", settings: ["cutoff": 3, "bins": 60]))
  }

  @Test(arguments: ["pair-enrgy", "pair_energy", "pairenergy", "Pair-Energy"])
  func aSlipIsCorrected(name: String) {
    let error = #expect(throws: MacrostateError.self) { try Observables.type(named: name) }
    #expect(error?.kind == .usage)
    #expect(error?.message.contains("'\(name)' (did you mean 'pair-energy'?)") == true)
  }

  @Test(arguments: ["", "viscosity"])
  func anotherNameGetsTheList(name: String) {
    let error = #expect(throws: MacrostateError.self) { try Observables.type(named: name) }
    #expect(error?.message.contains("did you mean") == false)
    #expect(error?.message.contains("there are: pair-energy:tanh, ") == true)
  }

  /// An observable of a program's own is one of the list, with its settings.
  @Test func aProgramAddsAnObservable() throws {
    let name = SquaredRadius.name
    #expect(throws: MacrostateError.self) { try observable(name) }
    try Parts([SquaredRadius.self]).use {
      #expect(Observables.names.last == name)
      let radius = try observable("\(name),power=3,weight=heavy")
      #expect(
        radius.definition == .init(observable: name, settings: ["power": 3, "weight": .text("heavy")]))
      let again = try Observables.observable(radius.definition, speciesNames: ["A"])
      #expect((again as? SquaredRadius)?.settings == (radius as? SquaredRadius)?.settings)
      let error = #expect(throws: MacrostateError.self) { try observable("\(name),weight=light") }
      #expect(error?.message.contains("needs weight, one of none, heavy, not 'light'") == true)
    }
  }
}

/// An observable as a program may add one.
private struct SquaredRadius: Observable {
  struct Settings: SettingsGroup {
    enum Weight: String, Codable, SettingChoice { case none, heavy }
    static let summary = "A radius"
    static let settings = [
      Setting("power", \Settings.power, .between(1, 4), "Power"), Setting("weight", \Settings.weight, "Weight"),
    ]
    var power = 2
    var weight = Weight.none
  }
  static let name = "squared-radius"
  let settings: Settings
  init(_ settings: Settings, speciesNames: [String], box: SimulationBox?) { self.settings = settings }
  var quantities: [ObservableDescription] { [ObservableDescription(name: "squared-radius")] }
  func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    [microstate.positions.reduce(0) { $0 + Double($1 * $1) } / Double(microstate.pointCount)]
  }
}
