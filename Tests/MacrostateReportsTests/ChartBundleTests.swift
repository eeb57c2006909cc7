import Foundation
import MacrostateReports
import Testing

@Suite struct ChartBundleTests {
  private let executable = URL(filePath: "/opt/tools/bin/macrostate")
  private let work = URL(filePath: "/data", directoryHint: .isDirectory)

  @Test func theEnvironmentVariableAloneDecides() {
    let candidates = ChartBundle.candidates(
      environment: ["MACROSTATE_CHARTS": "/charts", "HOME": "/home/me"], executable: executable, workingFolder: work)
    #expect(candidates.map(\.path) == ["/charts", "/charts/vega-bundle.js"])
  }

  @Test func elseTheToolTheCloneTheWorkingFolderAndTheCacheInThisOrder() {
    let candidates = ChartBundle.candidates(
      environment: ["HOME": "/home/me"], executable: executable, workingFolder: work)
    #expect(
      candidates.map(\.path) == [
        "/opt/tools/bin/vega-bundle.js", "/opt/tools/bin/.charts/vega-bundle.js", "/opt/tools/.charts/vega-bundle.js",
        "/opt/.charts/vega-bundle.js", "/data/.charts/vega-bundle.js", "/home/me/.cache/macrostate/vega-bundle.js",
      ])
    let cache = ChartBundle.candidates(environment: ["XDG_CACHE_HOME": "/c", "HOME": "/h"], executable: nil)
    #expect(cache.last?.path == "/c/macrostate/vega-bundle.js")
  }

  @Test func aFileThatIsNoBundleIsNone() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "vega-bundle.js")
      #expect(ChartBundle(url: file) == nil)
      try Data("404 not found".utf8).write(to: file)
      #expect(ChartBundle(url: file) == nil)
      #expect(ChartBundle(url: folder) == nil)
    }
  }
}
