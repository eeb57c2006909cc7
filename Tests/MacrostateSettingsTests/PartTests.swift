import Foundation
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage
import Testing

/// Parts that a program adds to a family, and the settings that they bring.
@Suite struct PartTests {
  private struct Shared: SettingsGroup {
    var size = 4
    var name = "a"
    static let summary = "Settings of two parts"
    static let settings = [
      Setting<Shared>("size", \.size, .between(1, 9), "a size"), Setting<Shared>("name", \.name, "a name"),
    ]
    static let rules = [
      SettingRule<Shared>(keys: ["size"]) { settings, path in
        settings.size == 7 ? "\(path("size")) must not be 7" : nil
      }
    ]
  }

  private struct Other: SettingsGroup {
    var size = 4
    static let summary = "Settings of one part"
    static let settings = [Setting<Other>("size", \.size, .between(1, 9), "a size")]
  }

  private enum First: Part {
    typealias Settings = Shared
    static let name = "first"
  }

  private enum Second: Part {
    typealias Settings = Other
    static let name = "second"
  }

  /// A part of the user's, with a key of its own.
  private enum Third: Part, ThirdKind {
    struct Settings: SettingsGroup {
      var depth = 1
      static let summary = "Settings of a part that is added"
      static let settings = [Setting<Settings>("depth", \.depth, .between(1, 3), "a depth")]
    }
    static let name = "third"
  }

  /// A part whose `size` is a text.
  private enum Clash: Part, ThirdKind {
    struct Settings: SettingsGroup {
      var size = "large"
      static let summary = "Settings that clash"
      static let settings = [Setting<Settings>("size", \.size, "a size in words")]
    }
    static let name = "clash"
  }

  private protocol ThirdKind {}

  private enum Family: PartFamily {
    static var all: [any Part.Type] {
      [First.self, Second.self] + Parts.current.added.filter { $0 is any ThirdKind.Type }
    }
  }

  private struct Root: SettingsRoot {
    var part = PartSettings<Family>()
    var chosen = ChosenSettings()
    static var sections: [SettingSection<Root>] { [SettingSection("part", \.part)] }
    static var rules: [SettingRule<Root>] { [] }
    static var earlierOrder: [String] { [] }
    func earlierSpelling(of path: String) -> String? { nil }
  }

  private func message(_ text: String) -> String? {
    do {
      _ = try Root(yaml: text, source: "c.yaml")
      return nil
    } catch { return (error as? MacrostateError)?.message }
  }

  @Test func aKeyThatPartsShareIsOneKey() throws {
    #expect(Root.settings.map(\.path) == ["part.kind", "part.size", "part.name"])
    var root = try Root(yaml: "part: {size: 5}", source: "c.yaml")
    #expect(root.part[Shared.self].size == 5 && root.part[Other.self].size == 5)
    try root.set("part.kind=second")
    #expect(root.yamlText == "part:\n  kind: second\n  size: 5\n")
    #expect(
      message("part: {kind: second, name: b}")
        == "c.yaml:1: part.name is for part.kind first, and part.kind is second: leave it out, or choose what it is for"
    )
  }

  @Test func rulesAndLimitsAreThoseOfThePartThatIsChosen() {
    #expect(message("part:\n  size: 7") == "c.yaml:2: part.size must not be 7")
    #expect(message("part: {kind: second, size: 7}") == nil)
    #expect(message("part: {size: 10}") == "c.yaml:1: part.size must be at most 9, not 10")
    #expect(message("part: {kind: third}") == "c.yaml:1: part.kind must be one of first, second, not 'third'")
  }

  @Test func partsThatAreAddedStandAtTheEndAndNowhereElse() throws {
    try Parts([Third.self]).use {
      let root = try Root(yaml: "part: {kind: third, depth: 2}", source: "c.yaml")
      #expect(root.part[Third.Settings.self].depth == 2)
      #expect(root.yamlText == "part:\n  kind: third\n  depth: 2\n")
      let stored = try JSONEncoder().encode(root.part)
      #expect(try JSONDecoder().decode(PartSettings<Family>.self, from: stored) == root.part)
      #expect(Family.problem == nil)
    }
    #expect(Family.all.count == 2)
  }

  /// Work on the threads of a pool does not see the parts of the program, and has the part that was chosen.
  @Test func aChosenPartIsTheSameOnEveryThread() throws {
    let root = try Parts([Third.self]).use { try Root(yaml: "part: {kind: third}", source: "c.yaml") }
    #expect(Parts.current.added.isEmpty && root.part.part == Third.self)
  }

  @Test func namesAndFormsAreTheirOwn() {
    Parts([Third.self, Third.self]).use { #expect(Family.problem?.contains("two parts are called 'third'") == true) }
    Parts([Clash.self]).use { #expect(Family.problem?.contains("the key 'size' of 'clash'") == true) }
  }

  @Test(arguments: [
    (#"{"kind": "first", "settings": {"size": "70"}}"#, "size must be at most 9"),
    (#"{"kind": "first", "settings": {"size": "many"}}"#, "size must be an integer"),
    (#"{"kind": "first", "settings": {"width": "7"}}"#, "width: no settings of 'first'"),
    (#"{"kind": "first", "settings": {"size": "7"}}"#, "size must not be 7"),
    (#"{"kind": "fifth", "settings": {}}"#, "'fifth' is no part of this program"),
  ])
  func storedSettingsAreChecked(text: String, expected: String) {
    let error = #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(PartSettings<Family>.self, from: Data(text.utf8))
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains(expected), "\(error.map { "\($0)" } ?? "")")
  }
}
