import Foundation
import MacrostateEvaluation
import MacrostateReports
import MacrostateStorage
import ParticleSimulators

/// Fig. 5 made again: snapshots of the particles, true and predicted energies, and predictions from permutations of one
/// start, by ours and by the method whose encoder takes points in their order.
struct EnergyFigure {
  private let ours: EvaluationResult
  private let permutations: [(method: Method, curves: PermutationCurves)]

  /// The methods that it needs, the first seed of each.
  static let methods: [Method] = [.oursDeepSet] + Method.allCases.filter { !$0.isInvariant }

  /// The figure; nil where a run is missing.
  ///
  /// - Throws: `MacrostateError` where the evaluation of a finished run is missing or damaged.
  init?(_ plan: ReproductionPlan, results: [String: RunResult], runs folder: URL) throws {
    let found = plan.hashes(.figure5).compactMap { $0.first.flatMap { results[$0] } }
    guard found.count == Self.methods.count else { return nil }
    let evaluations = try found.map { result in
      let run = folder.appendingPathComponent(result.folder)
      return try EvaluationResult(
        contentsOf: run.appendingPathComponent("evaluation.json"),
        remedy: "remove results/\(result.hash)-v\(RunResult.layout).json and run the same command again")
    }
    ours = evaluations[0]
    permutations = zip(Self.methods, evaluations).compactMap { method, evaluation in
      evaluation.permutationCurves.map { (method: method, curves: $0) }
    }
  }

  /// The part of the page.
  var blocks: [ReportBlock] {
    [.figure(snapshots), .figure(energies), .figure(permuted), .figure(permutationErrors), .table(table)]
  }

  private var snapshots: DensityFigure {
    DensityFigure(
      name: "figure5-snapshots", title: "Snapshots and learned density",
      caption: "One test trajectory of in-dst: its particles, and the density that the decoder gives for their ẑ.",
      dimension: 2, frames: ours.densities.filter { $0.dimension == 2 }.map(Self.frame))
  }

  private static func frame(_ snapshot: DensitySnapshot) -> DensityFigure.Frame {
    DensityFigure.Frame(
      title: snapshot.title, x: snapshot.points.map { $0[0] }, y: snapshot.points.map { $0[1] },
      density: DensityGrid(
        values: snapshot.values, columns: snapshot.gridCounts[0], rows: snapshot.gridCounts[1],
        x: snapshot.ranges[0][0]...snapshot.ranges[0][1], y: snapshot.ranges[1][0]...snapshot.ranges[1][1]))
  }

  private var energies: BandChart {
    BandChart(
      name: "figure5-energies", title: "True and predicted energies",
      caption: "Three test trajectories of in-dst, predicted from their first frame by ours.", xAxis: ChartAxis("time"),
      yAxis: ChartAxis("pair energy"),
      panels: (ours.regimes[Regime.inDistribution.rawValue]?.examples ?? []).map { example in
        BandChart.Panel(
          title: "trajectory \(example.trajectory)", note: "MRE \(NumberText.short(example.scaledError))",
          time: example.times, mean: example.mean, truth: example.truth)
      })
  }

  private var permuted: CurveGrid {
    CurveGrid(
      name: "figure5-permutations", title: "One trajectory from permutations of its start",
      caption: "The particles of one first frame in three random orders: predictions that do not depend on the order "
        + "lie on top of one another.",
      xAxis: ChartAxis("time"), yAxis: ChartAxis("pair energy"),
      rows: [permutations.map { Self.panel($0, $1, truth: $1.truth, permuted: $1.permuted) }])
  }

  /// The differences that are too small to be seen beside the energies themselves.
  private var permutationErrors: CurveGrid {
    CurveGrid(
      name: "figure5-permutation-errors", title: "The same predictions, less the true energy",
      caption: "Where three curves are seen, the prediction depends on the order of the particles.",
      xAxis: ChartAxis("time"), yAxis: ChartAxis("predicted − true"),
      rows: [
        permutations.map { method, curves in
          let errors = curves.truth.map { truth in curves.permuted.map { zip($0, truth).map { $0 - $1 } } }
          return Self.panel(method, curves, truth: nil, permuted: errors ?? [])
        }
      ])
  }

  private static func panel(
    _ method: Method, _ curves: PermutationCurves, truth: [Double]?, permuted: [[Double]]
  ) -> CurveGrid.Panel {
    let truth = truth.map { [LineChart.Series("true", x: curves.times, y: $0)] } ?? []
    return CurveGrid.Panel(
      title: method.label, note: "trajectory \(curves.trajectory)",
      series: truth
        + permuted.enumerated().map {
          LineChart.Series("permutation \($0.offset + 1)", x: curves.times, y: $0.element)
        })
  }

  /// The distances between the curves of each method.
  var table: ReportTable {
    ReportTable(
      name: "figure5", title: "Predictions from permutations of one start",
      columns: ["method", "trajectory", "same bits", "largest difference of the energy"],
      rows: permutations.map { method, curves in
        [
          .text(method.label), .integer(curves.trajectory), .text(curves.coincide ? "yes" : "no"),
          .number(curves.largestDifference),
        ]
      })
  }

  /// Writes `figure5.csv` into `folder`.
  func write(to folder: URL) throws {
    try AtomicFile.write(table.csv, to: folder.appendingPathComponent("figure5.csv"))
  }
}
