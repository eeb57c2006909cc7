import MacrostateObservables
import MacrostateStorage
import Testing

@Suite struct NamedObservableTests {
  @Test func aNameFindsItsObservable() throws {
    for name in NamedObservable.allCases {
      #expect(try NamedObservable(named: name.rawValue) == name)
      let observable = try name.observable(speciesNames: ["A", "B"])
      // What is kept beside the values makes the same observable again.
      let definition = try #require(observable.descriptions.first?.definition)
      let again = try NamedObservable.observable(definition, speciesNames: ["A", "B"])
      #expect(again.descriptions == observable.descriptions && definition.observable == name.rawValue)
    }
  }

  @Test func valuesAreNamedByTheirSpecies() throws {
    func names(_ observable: NamedObservable, _ species: [String], _ settings: [String: Double] = [:]) throws
      -> [String]
    {
      try observable.observable(speciesNames: species, settings: settings).descriptions.map(\.name)
    }
    #expect(try names(.pairEnergy, ["A"]) == ["pair-energy"])
    #expect(try names(.mixingRatio, ["A", "B"]) == ["R_AB", "R_BA"])
    #expect(try names(.mixingRatio, ["type-1", "type-2"]) == ["R_type-1_type-2", "R_type-2_type-1"])
    let orders = ["alpha_AB", "alpha_AC", "alpha_BA", "alpha_BC", "alpha_CA", "alpha_CB"]
    #expect(try names(.warrenCowley, ["A", "B", "C"]) == orders)
    #expect(
      try names(.radialDistribution, ["O"], ["cutoff": 3, "bins": 2]) == ["g_OO(0.75)", "g_OO(2.25)"])
  }

  @Test func settingsThatMakeNoSenseAreRefused() {
    let refused: [(NamedObservable, [String: Double], [String], String)] = [
      (.pairEnergy, ["cutoff": 2], ["A"], "has no setting 'cutoff'; it has: a, b"),
      (.pairEnergy, ["a": 0], ["A"], "steepness a above 0"), (.pairEnergy, ["b": .nan], ["A"], "repulsion b"),
      (.mixingRatio, ["bins": 7], ["A", "B"], "has no setting 'bins'"),
      (.mixingRatio, ["cutof": 7], ["A", "B"], "'cutof' (did you mean 'cutoff'?)"),
      (.mixingRatio, ["cutoff": 0], ["A", "B"], "positive cut-off"), (.mixingRatio, [:], ["A"], "two species"),
      (.radialDistribution, ["cutoff": .infinity], ["A"], "positive cut-off"),
      (.radialDistribution, ["bins": 0], ["A"], "1 to 1000 bins"),
      (.radialDistribution, ["bins": 2.5], ["A"], "1 to 1000 bins, not 2.5"),
    ]
    for (name, settings, species, text) in refused {
      let error = #expect(throws: MacrostateError.self) {
        try name.observable(speciesNames: species, settings: settings)
      }
      #expect(error?.kind == .usage && error?.message.contains(text) == true)
    }
  }

  @Test func settingsFollowTheName() throws {
    let choice = try ObservableChoice("pair-energy:tanh,a=2,b=-0.5")
    #expect(choice.observable == .pairEnergy && choice.settings == ["a": 2, "b": -0.5] && !choice.isPlainPairEnergy)
    #expect(try ObservableChoice("radial-distribution,bins=60").settings == ["bins": 60])
    #expect(try ObservableChoice("pair-energy").isPlainPairEnergy)
    for text in [
      "mixing-ratio,cutoff", "mixing-ratio,", "mixing-ratio,=2", "mixing-ratio,cutoff=nan", "mixing-ratio cutoff=2",
    ] {
      #expect(throws: MacrostateError.self) { try ObservableChoice(text) }
    }
    let error = #expect(throws: MacrostateError.self) { try ObservableChoice("mixing-ratio,cutoff=2,cutoff=3") }
    #expect(error?.kind == .usage && error?.message.contains("'cutoff' is there twice") == true)
  }

  /// What data sets and models of earlier versions have recorded.
  @Test func definitionsOfEarlierVersionsKeepTheirMeaning() throws {
    let plain = try NamedObservable.observable(.init(observable: "pair-energy"), speciesNames: ["A"])
    #expect((plain as? PairEnergy)?.countsImages == false)
    #expect(plain.descriptions.map(\.definition) == [.init(observable: "pair-energy")])
    let now = try NamedObservable.pairEnergy.observable(speciesNames: ["A"])
    #expect((now as? PairEnergy)?.countsImages == true)
    #expect(
      now.descriptions.map(\.definition) == [.init(observable: "pair-energy:tanh", settings: ["a": 4, "b": 0.1])])
    #expect(now.descriptions[0].definition?.ofEarlierVersions == .init(observable: "pair-energy"))
  }

  @Test(arguments: ["pair-enrgy", "pair_energy", "pairenergy", "Pair-Energy"])
  func aSlipIsCorrected(name: String) {
    let error = #expect(throws: MacrostateError.self) { try NamedObservable(named: name) }
    #expect(error?.kind == .usage)
    #expect(error?.message.contains("'\(name)' (did you mean 'pair-energy'?)") == true)
  }

  @Test(arguments: ["", "temperature"])
  func anotherNameGetsTheList(name: String) {
    let error = #expect(throws: MacrostateError.self) { try NamedObservable(named: name) }
    #expect(error?.message.contains("did you mean") == false)
    #expect(error?.message.contains("there are: pair-energy:tanh, ") == true)
  }
}
