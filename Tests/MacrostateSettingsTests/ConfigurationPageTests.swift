import Foundation
import MacrostateRecipes
import MacrostateSettings
import Testing

/// `make documentation` runs this with `MACROSTATE_WRITE_DOCUMENTATION` set, to write the page instead.
@Suite struct ConfigurationPageTests {
  @Test func documentationIsCurrent() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let page = root.appending(path: "Documentation/Configuration.md")
    if ProcessInfo.processInfo.environment["MACROSTATE_WRITE_DOCUMENTATION"] != nil {
      try Data(RunConfiguration.markdown.utf8).write(to: page)
    }
    #expect(
      try String(contentsOf: page, encoding: .utf8) == RunConfiguration.markdown,
      "Documentation/Configuration.md is not what the program says; run 'make documentation'")
  }
}
