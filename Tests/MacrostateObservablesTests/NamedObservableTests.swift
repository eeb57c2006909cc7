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
    func names(_ observable: NamedObservable, _ species: [String], bins: Int? = nil) throws -> [String] {
      try observable.observable(speciesNames: species, cutoff: observable == .pairEnergy ? nil : 3, bins: bins)
        .descriptions.map(\.name)
    }
    #expect(try names(.pairEnergy, ["A"]) == ["pair-energy"])
    #expect(try names(.mixingRatio, ["A", "B"]) == ["R_AB", "R_BA"])
    #expect(try names(.mixingRatio, ["type-1", "type-2"]) == ["R_type-1_type-2", "R_type-2_type-1"])
    let orders = ["alpha_AB", "alpha_AC", "alpha_BA", "alpha_BC", "alpha_CA", "alpha_CB"]
    #expect(try names(.warrenCowley, ["A", "B", "C"]) == orders)
    #expect(try names(.radialDistribution, ["O"], bins: 2) == ["g_OO(0.75)", "g_OO(2.25)"])
  }

  @Test func settingsThatMakeNoSenseAreRefused() {
    let refused: [(NamedObservable, Double?, Int?, [String], String)] = [
      (.pairEnergy, 2, nil, ["A"], "leave out --cutoff"), (.mixingRatio, nil, 7, ["A", "B"], "has no bins"),
      (.mixingRatio, 0, nil, ["A", "B"], "positive cut-off"), (.mixingRatio, nil, nil, ["A"], "two species"),
      (.radialDistribution, .infinity, nil, ["A"], "positive cut-off"),
      (.radialDistribution, nil, 0, ["A"], "1 to 1000 bins"),
    ]
    for (name, cutoff, bins, species, text) in refused {
      let error = #expect(throws: MacrostateError.self) {
        try name.observable(speciesNames: species, cutoff: cutoff, bins: bins)
      }
      #expect(error?.kind == .usage && error?.message.contains(text) == true)
    }
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
    #expect(error?.message.contains("there are: pair-energy") == true)
  }
}
