import Foundation
import MacrostateReports
import TestSupport
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

  @Test func checkSumsAreThoseOfTheStandard() {
    // The examples of FIPS 180-4, and lengths on both sides of a block's end.
    let million = String(repeating: "a", count: 1_000_000)
    for (text, sum) in [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (million, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
      (String(million.prefix(55)), "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
      (String(million.prefix(64)), "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
    ] {
      #expect(SHA256.hexadecimal(Data(text.utf8)) == sum)
    }
  }

  @Test func aStrangersScriptIsUsedOnlyWhereItIsNamed() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "vega-bundle.js")
      try Data("vegaEmbed; /* planted */".utf8).write(to: file)
      #expect(ChartBundle(url: file)?.isKnown == false)
      let named = ["MACROSTATE_CHARTS": folder.path]
      #expect(ChartBundle.locate(environment: named)?.url.path == file.path)
      #expect(ChartBundle.warning(environment: named)?.contains("is not the charts' script") == true)
      // In the cache folder anybody may have put it; another place may have the right one.
      let cached = ["XDG_CACHE_HOME": folder.path]
      try FileManager.default.createDirectory(
        at: folder.appending(path: "macrostate"), withIntermediateDirectories: false)
      try FileManager.default.moveItem(at: file, to: folder.appending(path: "macrostate/vega-bundle.js"))
      #expect(ChartBundle.locate(environment: cached)?.isKnown != false)
      let other = ChartBundle.locate(environment: [:])
      #expect((ChartBundle.warning(environment: cached) == nil) == (other != nil))
    }
  }

  @Test func theScriptKnowsTheSameCheckSum() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let script = try String(contentsOf: root.appending(path: "Scripts/setup-charts"), encoding: .utf8)
    #expect(script.contains("\nchecksum=\(ChartBundle.checksum)\n"))
  }
}
