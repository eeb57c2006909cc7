import MacrostateObservables
import MacrostateStorage
import Testing

@Suite struct NamedObservableTests {
  @Test func aNameFindsItsObservable() throws {
    for name in NamedObservable.allCases {
      #expect(try NamedObservable(named: name.rawValue) == name)
      #expect(!name.observable.descriptions.isEmpty)
    }
    #expect(try NamedObservable(named: "pair-energy").observable.descriptions.map(\.name) == ["pair-energy"])
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
