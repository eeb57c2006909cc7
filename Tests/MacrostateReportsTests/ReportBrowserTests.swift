import Foundation
import MacrostateReports
import TestSupport
import Testing

/// The page in a real browser, judged by its text.
@Suite(
  .serialized, .enabled(if: Browser.locate() != nil, "no Chromium (Debian: apt-get install chromium)"),
  .enabled(if: ChartBundle.locate() != nil, "no chart bundle (make charts)"))
struct ReportBrowserTests {
  @Test(arguments: [1280, 390])
  func drawsEveryChartAndFitsTheWindow(width: Int) throws {
    let browser = try #require(Browser.locate())
    let charts = try #require(ChartBundle.locate())
    var report = SampleReport.report
    report.sections.append(ReportSection("One dimension", [.figure(SampleReport.curves)]))
    report.sections.append(ReportSection("Mixing", [.figure(SampleReport.snapshots)]))
    let page = report.html(charts: charts)
    #expect(page.utf8.count < 3_000_000)
    let outcome = try #require(try browser.open(page: page, width: width), "the browser gave no answer")
    #expect(outcome.width == width)
    #expect(outcome.contentWidth <= width, "the page scrolls sideways")

    let document = outcome.document
    #expect(!document.contains("class=\"undrawn\""))
    let drawn = document.components(separatedBy: "aria-roledescription=\"visualization\"").count - 1
    #expect(drawn == 2 + 18 + 6 + 6 + 6 + 1 + 4)
    // What the panels say, and what Vega says of the axes it drew.
    for text in [
      "validation KL ends at 2.33", "X-axis titled 'step'", "Mean pair energy, diff-N, trajectory 56",
      "Y-axis titled 'mean pair energy'", "t = 6.0: the learned density of 300 particles, highest",
      "half_l = 20, t = 50: the positions of 40 of A, 0 of B",
      "t = 0.0: the positions of 300 particles",
      "half_l = 16: R_BA over time. At the end the median of the true runs is",
      "the learned density of 220 particles of B, highest", "5.21 × 10⁻⁵",
    ] {
      #expect(document.contains(text), "\(text)")
    }
    #expect(!document.contains("NaN"))
  }

  @Test func aDamagedBundleIsSaidInThePlaceOfEachChart() throws {
    let browser = try #require(Browser.locate())
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "vega-bundle.js")
      try Data("const cut = () => { window.vegaEmbed".utf8).write(to: file)
      let page = SampleReport.report.html(charts: ChartBundle(url: file))
      let outcome = try #require(try browser.open(page: page, width: 390), "the browser gave no answer")
      #expect(outcome.document.components(separatedBy: "class=\"undrawn\"").count - 1 == 2 + 18 + 6 + 6 + 6)
      #expect(outcome.document.contains("This chart could not be drawn (vegaEmbed is not defined). Stage I"))
      #expect(outcome.contentWidth <= 390)
    }
  }
}
