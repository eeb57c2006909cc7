import Foundation
import MacrostateReports
import MacrostateStorage
import TestSupport
import Testing

@Suite struct ReportFilesTests {
  @Test func writesThePageEveryFigureAndEveryTable() throws {
    try withTemporaryFolder { folder in
      let page = try SampleReport.report.write(to: folder.appending(path: "run"), charts: nil)
      #expect(page.lastPathComponent == "report.html")
      let run = page.deletingLastPathComponent()
      let figures = try FileManager.default.contentsOfDirectory(atPath: run.appending(path: "figures").path).sorted()
      let tables = try FileManager.default.contentsOfDirectory(atPath: run.appending(path: "tables").path).sorted()
      #expect(
        figures == [
          "densities.vl.json", "energy-diff-init.vl.json", "energy-diff-n.vl.json", "energy-in-dst.vl.json",
          "ensembles.vl.json", "mixture.vl.json",
          "stage-one.vl.json", "stage-two.vl.json",
        ])
      #expect(tables == ["data.csv", "errors.csv", "permutation.csv"])
      for name in figures {
        let data = try Data(contentsOf: run.appending(path: "figures/\(name)"))
        let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any], "\(name)")
        #expect((document["concat"] as? [Any])?.isEmpty == false, "\(name)")
      }
    }
  }

  @Test func figuresOfOneNameAllGetAFile() throws {
    try withTemporaryFolder { folder in
      let chart = SampleReport.stageTwo
      let report = Report(
        title: "t", subtitle: "", command: "",
        sections: [
          ReportSection("a", [.figure(chart), .figure(chart)]), ReportSection("b", [.figure(SampleReport.curves)]),
        ])
      try report.write(to: folder, charts: nil)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "figures").path).sorted()
      #expect(names == ["curve.vl.json", "stage-two-2.vl.json", "stage-two.vl.json"])
    }
  }

  /// Vega-Lite renames the signal `height` in a figure of several panels: an expression of it is undefined there.
  @Test func marksOnTheLowerEdgeNeedNoSignals() throws {
    try withTemporaryFolder { folder in
      let curve = LineChart.Series("target", x: [0, 1], y: [1, 2])
      let grid = CurveGrid(
        name: "grid", title: "t", xAxis: ChartAxis("x"), yAxis: ChartAxis("density"),
        rows: [[.init(title: "a", series: [curve], rug: [0.5]), .init(title: "b", series: [curve], rug: [0.25])]],
        faintSeries: "target")
      let report = Report(
        title: "t", subtitle: "", command: "",
        sections: [ReportSection("a", [.figure(grid), .figure(SampleReport.curves)])])
      try report.write(to: folder, charts: nil)
      for name in ["grid", "curve"] {
        let text = try String(contentsOf: folder.appending(path: "figures/\(name).vl.json"), encoding: .utf8)
        #expect(text.contains("\"tick\"") && text.contains("\"height\"") && !text.contains("height -"), "\(name)")
      }
    }
  }

  @Test func aTableKeepsItsNumbersInFull() {
    let table = ReportTable(
      name: "t", title: "t", columns: ["regime", "a, b"],
      rows: [
        [.text("in \"dst\""), .number(5.123456789e-5)], [.text("x"), .notAvailable], [.text("y"), .integer(12345)],
      ])
    #expect(table.csv == "regime,\"a, b\"\n\"in \"\"dst\"\"\",5.123456789e-05\nx,\ny,12345\n")
  }

  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "file")
      try Data().write(to: file)
      let error = #expect(throws: MacrostateError.self) { try SampleReport.report.write(to: file, charts: nil) }
      #expect(error?.message.contains(file.path) == true)
    }
  }
}
