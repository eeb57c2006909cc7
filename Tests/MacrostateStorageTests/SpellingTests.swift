import MacrostateStorage
import Testing

@Suite struct SpellingTests {
  @Test(arguments: [
    ("trian", "train"), ("tran", "train"), ("imprt", "import"), ("Import", "import"), ("evalaute", "evaluate"),
    ("simualte", "simulate"), ("reprots", "report"),
  ])
  func aSlipIsCorrected(word: String, meant: String) {
    let names = ["train", "import", "evaluate", "simulate", "report", "predict"]
    #expect(Spelling.closest(to: word, among: names) == meant)
    #expect(Spelling.hint(for: word, among: names) == " (did you mean '\(meant)'?)")
  }

  @Test func anotherWordIsNoSlip() {
    #expect(Spelling.closest(to: "temperature", among: ["train", "import"]) == nil)
    #expect(Spelling.closest(to: "", among: ["train"]) == nil)
    #expect(Spelling.closest(to: "x", among: []) == nil)
    #expect(Spelling.hint(for: "fly", among: ["train"]).isEmpty)
  }
}
