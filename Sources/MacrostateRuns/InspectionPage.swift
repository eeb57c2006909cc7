import Foundation
import MacrostateReports
import Microstates

/// A data set, or files of trajectories, on one page of HTML: what is in it, its observables over time, its first frame.
public struct InspectionPage {
  /// The page's contents.
  public let report: Report

  /// Trajectories that are drawn, and points of a frame, at most.
  private static let (curves, points) = (8, 5000)

  /// The page of files that are no data set yet.
  public init(_ summary: SourceSummary, command: String) {
    report = Report(
      title: URL(fileURLWithPath: summary.files.first ?? "").lastPathComponent,
      subtitle: "\(summary.kind): \(summary.trajectories) trajectories, as import would read them", command: command,
      notices: summary.notes.map { Notice(.information, $0) },
      sections: [ReportSection("Contents", [.keyValues(Self.entries(summary.text))])])
  }

  /// The page of a data set.
  public init(_ dataset: Dataset, _ summary: DatasetSummary, command: String) {
    report = Report(
      title: dataset.url.lastPathComponent,
      subtitle: "\(dataset.trajectoryCount) trajectories of \(dataset.frameCount) frames in all", command: command,
      notices: summary.warnings.map { Notice(.warning, $0) },
      sections: [
        ReportSection("Contents", [.keyValues(Self.entries(summary.text))]),
        ReportSection("Observables", Self.charts(dataset)),
        ReportSection("The first frame", Self.firstFrame(dataset)),
      ].filter { !$0.blocks.isEmpty })
  }

  /// The lines of a summary: a word, and what is said of it.
  private static func entries(_ text: String) -> KeyValues {
    KeyValues(
      "",
      text.split(separator: "\n").dropFirst().map { line in
        let words = line.drop { $0 == " " }
        let key = String(words.prefix(14)).trimmingCharacters(in: .whitespaces)
        return KeyValues.Entry(key, String(words.dropFirst(14)).trimmingCharacters(in: .whitespaces))
      })
  }

  private static func charts(_ dataset: Dataset) -> [ReportBlock] {
    let time = dataset.description.units.time == "1" ? "time" : "time [\(dataset.description.units.time)]"
    return dataset.observables.enumerated().map { j, observable in
      let series = (0..<min(dataset.trajectoryCount, curves)).map { m in
        let values = dataset.observables(ofTrajectory: m)
        return LineChart.Series(
          "trajectory \(m)", x: dataset.times(ofTrajectory: m),
          y: stride(from: j, to: values.count, by: dataset.observables.count).map { values[$0] })
      }
      let unit = observable.unit == "1" ? "" : " [\(observable.unit)]"
      return .figure(
        LineChart(
          name: "observable-\(j + 1)", title: observable.name,
          caption: dataset.trajectoryCount > curves
            ? "The first \(curves) of \(dataset.trajectoryCount) trajectories." : "",
          xAxis: ChartAxis(time), yAxis: ChartAxis(observable.name + unit), series: series))
    }
  }

  /// The particles of the first frame in the plane; none in other spaces.
  private static func firstFrame(_ dataset: Dataset) -> [ReportBlock] {
    guard dataset.dimension == 2, dataset.frameCount > 0, dataset.hasPositions(frame: 0) else { return [] }
    let groups = dataset.speciesNames.enumerated().map { species, name in
      let values = dataset.withPositions(frame: 0, species: species, Array.init).prefix(2 * points)
      func coordinates(_ axis: Int) -> [Double] {
        stride(from: axis, to: values.count - values.count % 2, by: 2).map { Double(values[$0]) }
      }
      return SnapshotGrid.Group(name, x: coordinates(0), y: coordinates(1))
    }
    func ends(_ values: [Double]) -> ClosedRange<Double> {
      let (low, high) = (values.min() ?? 0, values.max() ?? 0)
      return low < high ? low...high : (low - 1)...(low + 1)
    }
    return [
      .figure(
        SnapshotGrid(
          name: "first-frame", title: "Frame 0 of trajectory 0", x: ends(groups.flatMap(\.x)),
          y: ends(groups.flatMap(\.y)),
          columns: [[.init(title: "trajectory 0", note: "t = \(dataset.time(ofFrame: 0))", groups: groups)]]))
    ]
  }
}
