import Foundation
import MacrostateReports
import TestSupport
import Testing

@Suite struct ReportPageTests {
  @Test func holdsEveryTextEscaped() {
    let page = SampleReport.report.html(charts: nil)
    for text in [
      "<h1>Interacting particles</h1>", "macrostate demo --output runs/demo", "encoder.phi", "2-64-64-64",
      "5.21 × 10⁻⁵", "not finite", "N/A", "as given", SampleReport.permutationText,
      "&lt;/script&gt;&lt;b&gt;&quot;5 &lt; 6&quot; &amp; &#39;seven&#39;&lt;/b&gt;",
    ] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(!page.contains(SampleReport.hostileText))
  }

  @Test func withoutChartsEveryPanelSaysWhatItShowsAndTheRemedy() {
    let page = SampleReport.report.html(charts: nil)
    #expect(page.components(separatedBy: "Chart not drawn:").count - 1 == 2 + 18 + 6 + 6 + 6)
    #expect(page.contains("run `make charts`"))
    #expect(page.contains("validation KL ends at 2.33"))
    #expect(page.contains("predicted − true over time, at most 4.18 × 10⁻³, at time 0.660"))
    #expect(!page.contains("<script"))
  }

  @Test func theViewsAreJSONThatCannotEndTheirElement() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "vega-bundle.js")
      try Data("window.vegaEmbed = () => '</script><!--';".utf8).write(to: file)
      var report = SampleReport.report
      var chart = SampleReport.stageTwo
      chart.series[0].name = SampleReport.hostileText
      chart.series[0].y = chart.series[0].y.map { _ in .nan }
      chart.series[1].y[7] = -.infinity
      report.sections = [ReportSection("Hostile", [.figure(chart), .figure(SampleReport.maps)])]
      let page = report.html(charts: ChartBundle(url: file))
      #expect(page.contains("'<\\/script><\\!--'"))
      let scripts = page.components(separatedBy: "<script").dropFirst().map { script in
        script.components(separatedBy: "</script>")[0]
      }
      // A chart, six maps, the themes, the bundle and the page's own script.
      #expect(scripts.count == 1 + 6 + 1 + 2)
      for script in scripts where script.contains("application/json") {
        let json = script.split(separator: ">", maxSplits: 1)[1]
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(json.utf8)) }
        #expect(!json.contains("<"))
      }
      let view = try #require(scripts.first { $0.contains("view-stage-two-0-0") })
      #expect(view.contains("\"y\":null"))
    }
  }

  @Test func nothingFiniteIsSaidInsteadOfDrawn() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "bundle.js")
      try Data("window.vegaEmbed = () => {};".utf8).write(to: file)
      let chart = LineChart(
        name: "n", title: "Diverged", xAxis: ChartAxis("step"), yAxis: ChartAxis("loss"),
        series: [.init("loss", x: [0, 1], y: [.nan, .infinity])])
      let report = Report(title: "t", subtitle: "", command: "", sections: [ReportSection("s", [.figure(chart)])])
      let page = report.html(charts: ChartBundle(url: file))
      #expect(page.contains("There is nothing finite to draw. Diverged: loss over step. loss has no finite value."))
    }
  }

  @Test func longCurvesAreThinnedAndKeepTheirPeaks() throws {
    try withTemporaryFolder { folder in
      let count = 200_000
      let values = (0..<count).map { $0 == 123_457 ? 98.5 : 1 + 0.25 * sin(Double($0)) }
      let chart = LineChart(
        name: "long", title: "Long", xAxis: ChartAxis("step"), yAxis: ChartAxis("loss", scale: .logarithmic),
        series: [.init("loss", x: (0..<count).map(Double.init), y: values)])
      let report = Report(title: "t", subtitle: "", command: "", sections: [ReportSection("s", [.figure(chart)])])
      try report.write(to: folder, charts: nil)
      let figure = try Data(contentsOf: folder.appending(path: "figures/long.vl.json"))
      #expect(figure.count < 100_000)
      let text = String(decoding: figure, as: UTF8.self)
      #expect(text.contains("\"x\":123457,\"y\":98.5"))
      #expect(text.contains("\"x\":199999"))
    }
  }

  @Test func aLogarithmicAxisFallsBackWhereItWouldLoseValues() throws {
    try withTemporaryFolder { folder in
      for (lowest, scale) in [(0.0, "linear"), (0.1, "log")] {
        let chart = LineChart(
          name: "axis", title: "Axis", xAxis: ChartAxis("step"), yAxis: ChartAxis("loss", scale: .logarithmic),
          series: [.init("loss", x: [0, 1], y: [1, lowest])])
        try Report(title: "t", subtitle: "", command: "", sections: [ReportSection("s", [.figure(chart)])])
          .write(to: folder, charts: nil)
        let text = try String(contentsOf: folder.appending(path: "figures/axis.vl.json"), encoding: .utf8)
        #expect(text.contains("\"title\":\"loss\",\"scale\":{\"type\":\"\(scale)\""), "\(lowest)")
      }
    }
  }

  @Test(arguments: [
    (0.0, "0"), (0.2283, "0.228"), (-12.54, "−12.5"), (9.996, "10.0"), (99.96, "100"), (12345, "12\u{202F}345"),
    (5.214e-5, "5.21 × 10⁻⁵"), (9.999e-4, "1.00 × 10⁻³"), (1.25e12, "1.25 × 10¹²"), (.nan, "not finite"),
  ])
  func numbersHaveThreeDigits(number: Double, text: String) {
    #expect(NumberText.short(number) == text)
  }
}
