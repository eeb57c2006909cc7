import Foundation
import MacrostateEvaluation
import MacrostateReports
import MacrostateStorage
import Microstates

/// Fig. 6 made again: snapshots of mixing for three values of half_l, and for each the mixing ratios of many true runs
/// beside those predicted by ours and by InvE.
struct MixingFigure {
  private let predictions: [(method: Method, cases: [EnsembleCase])]
  private let dataset: Dataset?

  /// The methods that it needs, the first seed of each.
  static let methods: [Method] = [.oursDeepSet, .invEOnsager, .invEMLP]

  /// The figure; nil where a run is missing.
  ///
  /// - Throws: `MacrostateError` where the evaluation of a finished run is missing or damaged.
  init?(_ plan: ReproductionPlan, results: [String: RunResult], runs folder: URL) throws {
    let runs = plan.hashes(.figure6).compactMap(\.first)
    let found = runs.compactMap { results[$0] }
    guard !found.isEmpty, found.count == Self.methods.count else { return nil }
    predictions = try zip(Self.methods, found).map { method, result in
      let evaluation = try EvaluationResult(
        contentsOf: folder.appendingPathComponent(result.folder).appendingPathComponent("evaluation.json"),
        remedy: "remove results/\(result.hash)-v\(RunResult.layout).json and run the same command again")
      return (method, evaluation.regimes[MixingData.casesName]?.stochastic?.cases ?? [])
    }
    let path = plan.runs.first { $0.hash == runs[0] }?.configuration.data.tests[MixingData.casesName]
    // The results outlive the data: without these there are no snapshots.
    dataset = path.flatMap { try? Dataset.open(URL(fileURLWithPath: $0)) }
    if let dataset { try dataset.requireIntact(trajectories: 0..<dataset.trajectoryCount) }
  }

  /// Whether the data set is there that the snapshots are of.
  var hasData: Bool { dataset != nil }

  /// The part of the page.
  var blocks: [ReportBlock] {
    [snapshots].compactMap { $0.map(ReportBlock.figure) }
      + predictions.filter { !$0.cases.isEmpty }.map { .figure(chart($0.method, $0.cases)) } + [.table(table)]
  }

  // MARK: Snapshots

  /// The first run of each value of half_l, at the times of which there are positions.
  private var snapshots: SnapshotGrid? {
    guard let dataset, let box = dataset.description.box, dataset.dimension == 2 else { return nil }
    var firsts: [Double: Int] = [:]
    for run in 0..<dataset.trajectoryCount {
      guard let half = dataset.parameters(ofTrajectory: run)["half_l"], firsts[half] == nil else { continue }
      firsts[half] = run
    }
    func extent(_ axis: Int) -> ClosedRange<Double> { box.origin[axis]...(box.origin[axis] + box.lengths[axis]) }
    return SnapshotGrid(
      name: "figure6-snapshots", title: "Snapshots of mixing", caption: "One run of LAMMPS for each value of half_l.",
      x: extent(0), y: extent(1),
      columns: firsts.sorted { $0.key < $1.key }.map { half, run in
        let frames = dataset.positionedFrames(ofTrajectory: run)
        return [frames.first, frames.count > 1 ? frames[frames.count / 4] : nil, frames.last].compactMap(\.self).map {
          panel(dataset, frame: $0, half: half)
        }
      })
  }

  private func panel(_ dataset: Dataset, frame: Int, half: Double) -> SnapshotGrid.Panel {
    SnapshotGrid.Panel(
      title: "half_l = \(plain(half))", note: "t = \(plain(dataset.time(ofFrame: frame)))",
      groups: dataset.speciesNames.enumerated().map { species, name in
        let values = dataset.withPositions(frame: frame, species: species) { $0.map(Double.init) }
        return SnapshotGrid.Group(
          name, x: stride(from: 0, to: values.count, by: 2).map { values[$0] },
          y: stride(from: 1, to: values.count, by: 2).map { values[$0] })
      })
  }

  private func plain(_ value: Double) -> String { String(format: "%.6g", value) }

  // MARK: Mixing ratios

  private func chart(_ method: Method, _ cases: [EnsembleCase]) -> EnsembleChart {
    let observables = cases.map(\.observable).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let names = cases.map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return EnsembleChart(
      name: "figure6-\(method.rawValue)", title: "Mixing ratios: \(method.label)",
      caption: "Many true runs, and paths predicted from their first frames.", xAxis: ChartAxis("time"),
      observables: observables.map { ChartAxis($0) },
      cases: names.map { name in
        let panels = observables.compactMap { observable in
          cases.first { $0.name == name && $0.observable == observable }
        }
        return EnsembleChart.Case(
          title: name, note: "\(panels.first?.runs ?? 0) runs",
          panels: panels.map { item in
            EnsembleChart.Panel(
              time: item.times, truth: Self.quantiles(item.truth), prediction: Self.quantiles(item.prediction))
          })
      })
  }

  private static func quantiles(_ bands: EnsembleCase.Bands) -> EnsembleChart.Quantiles {
    EnsembleChart.Quantiles(
      median: bands.median, lower50: bands.lower50, upper50: bands.upper50, lower90: bands.lower90,
      upper90: bands.upper90)
  }

  /// The medians and bands at a quarter of the time and at its end: whether a prediction stops rising can be read here.
  var table: ReportTable {
    ReportTable(
      name: "figure6", title: "Mixing ratios at a quarter of the time and at its end",
      columns: [
        "method", "case", "observable", "time", "true median", "true 5 %", "true 95 %", "median", "5 %", "95 %",
      ],
      rows: predictions.flatMap { method, cases in
        cases.flatMap { item in
          [item.times.count / 4, item.times.count - 1].map { t in
            [.text(method.label), .text(item.name), .text(item.observable), .number(item.times[t])]
              + [item.truth, item.prediction].flatMap { bands in
                [.number(bands.median[t]), .number(bands.lower90[t]), .number(bands.upper90[t])]
              }
          }
        }
      })
  }

  /// Writes `figure6.csv` into `folder`.
  func write(to folder: URL) throws {
    try AtomicFile.write(table.csv, to: folder.appendingPathComponent("figure6.csv"))
  }
}
