import Foundation
import MacrostateEvaluation
import MacrostateRecipes
import MacrostateReports
import MacrostateRuns
import MacrostateSettings
import MacrostateStorage
import PointDensities

/// A cell of Fig. 4.
struct DensityCell: Equatable {
  var smoothing: Double
  var closureDimension: Int

  /// ε of the rows.
  static let smoothings = [1e-1, 1e-2, 1e-3]
  /// dim ẑ of the columns.
  static let closureDimensions = [2, 8, 32]

  /// All cells, row by row.
  static var grid: [DensityCell] {
    smoothings.flatMap { smoothing in
      closureDimensions.map { DensityCell(smoothing: smoothing, closureDimension: $0) }
    }
  }

  /// The beginning of its runs' names.
  var name: String { "density-eps-\(Variation.powerText(smoothing))-dim-\(closureDimension)" }

  /// The settings of the run of `seed`.
  func configuration(_ settings: ReproductionSettings, seed: UInt64) throws -> RunConfiguration {
    var configuration = settings.scale.densityConfiguration
    configuration.threads = settings.threads
    try configuration.set(contentsOf: settings.assignments, forAnyKind: true)
    // What the sets of this experiment have no use for does not make its runs others.
    let defaults = RunConfiguration()
    configuration.encoder.kind = .deepSet
    configuration.closureTraining.objective = .density
    configuration.closureTraining.dynamicsWeight = defaults.closureTraining.dynamicsWeight
    configuration.closureTraining.framePower = defaults.closureTraining.framePower
    configuration.data.scaling = .none
    configuration.seed = seed
    configuration.data.training = DensityStudy.dataName
    configuration.density.smoothing = Smoothing(smoothing)
    configuration.encoder.closureDimension = closureDimension
    return configuration
  }
}

/// The result of a cell of Fig. 4 and one seed.
struct DensityResult: Codable, Equatable {
  /// The version of this layout and of what its numbers mean.
  static let layout = 1

  /// The hash of the settings.
  var hash: String
  /// The run's name.
  var name: String
  /// The training seed.
  var seed: UInt64
  /// The divergence, and the curves.
  var measurement: DensityStudy.Measurement
  /// Program, machine, command, date and seconds of the session that finished the run.
  var provenance: Provenance

  init(_ run: PlannedRun, _ measurement: DensityStudy.Measurement, _ provenance: Provenance) {
    hash = run.hash
    name = run.name
    seed = run.configuration.seed
    self.measurement = measurement
    self.provenance = provenance
  }
}

/// Fig. 4 made again: densities of one dimension over ε and dim ẑ.
struct DensityGridFigure {
  private let cells: [(cell: DensityCell, results: [DensityResult])]
  private let validationSets: Int

  /// The figure; nil where a run is missing.
  init?(_ plan: ReproductionPlan, results: [String: DensityResult]) {
    let hashes = plan.hashes(.figure4)
    let found = hashes.map { $0.compactMap { results[$0] } }
    guard !hashes.isEmpty, zip(hashes, found).allSatisfy({ $0.count == $1.count }) else { return nil }
    let settings = plan.runs.first { $0.kind == .density }?.configuration.closureTraining
    validationSets = min(settings?.validationSets ?? 0, DensityStudy.validationSets)
    cells = zip(DensityCell.grid, found).map { (cell: $0, results: $1) }
  }

  /// KL of each cell.
  var table: ReportTable {
    ReportTable(
      name: "figure4", title: "Divergence of the learned densities",
      columns: ["epsilon", "dim", "KL mean", "KL spread", "seeds"],
      rows: cells.map { cell, results in
        let value = ReproducedTable.Value(results.map(\.measurement.divergence))
        return [
          .text(Variation.powerText(cell.smoothing)), .integer(cell.closureDimension), .number(value.mean),
          value.spread.map { .number($0) } ?? .empty, .integer(results.count),
        ]
      },
      note: "KL(q_X ‖ p(· | ẑ)) in nats, mean over \(validationSets) sets that are not trained on, of the step at "
        + "which it is least; spread: standard deviation over training seeds. It is not to be compared between rows: "
        + "q_X itself depends on ε.")
  }

  /// The table as Markdown.
  var markdown: String {
    let lines = cells.map { cell, results in
      let value = ReproducedTable.Value(results.map(\.measurement.divergence))
      let spread = value.spread.map { String(format: " ± %.2g", $0) } ?? ""
      return "| \(Variation.powerText(cell.smoothing)) | \(cell.closureDimension) | "
        + String(format: "%.4f", value.mean) + "\(spread) |"
    }
    return "**\(Experiment.figure4.title)**, KL in nats, mean ± spread of seeds\n\n| ε | dim ẑ | KL |\n|---|---|---|\n"
      + lines.joined(separator: "\n") + "\n"
  }

  /// One panel a cell, from the first seed.
  var curves: CurveGrid {
    let panels = cells.compactMap { cell, results in
      results.first.map { Self.panel(cell, $0.measurement) }
    }
    let width = DensityCell.closureDimensions.count
    return CurveGrid(
      name: "figure4", title: Experiment.figure4.title,
      caption: "An unseen set of 200 points: the mixture that it was drawn from, its smoothed density q_X, and the "
        + "density that the decoder gives for its ẑ (first seed). Ticks: the points.",
      xAxis: ChartAxis("x"), yAxis: ChartAxis("density"),
      rows: stride(from: 0, to: panels.count, by: width).map { Array(panels[$0..<min($0 + width, panels.count)]) },
      faintSeries: Self.target)
  }

  private static let target = "target q_X"

  private static func panel(_ cell: DensityCell, _ measurement: DensityStudy.Measurement) -> CurveGrid.Panel {
    CurveGrid.Panel(
      title: "ε = \(Variation.powerText(cell.smoothing)), dim ẑ = \(cell.closureDimension)",
      note: "KL \(NumberText.short(measurement.divergence))",
      series: [
        .init(target, x: measurement.x, y: measurement.target),
        .init("generating", x: measurement.x, y: measurement.generating),
        .init("learned", x: measurement.x, y: measurement.learned),
      ], rug: measurement.points)
  }

  /// KL over dim ẑ, a curve for each ε.
  var divergences: LineChart {
    LineChart(
      name: "figure4-kl", title: "KL over dim ẑ", caption: "Mean over seeds.",
      xAxis: ChartAxis("dim ẑ", scale: .logarithmic), yAxis: ChartAxis("KL (nats)"),
      series: DensityCell.smoothings.map { smoothing in
        let row = cells.filter { $0.cell.smoothing == smoothing }
        return LineChart.Series(
          "ε = \(Variation.powerText(smoothing))", x: row.map { Double($0.cell.closureDimension) },
          y: row.map { ReproducedTable.Value($0.results.map(\.measurement.divergence)).mean })
      })
  }

  /// The part of the page.
  var blocks: [ReportBlock] { [.figure(curves), .figure(divergences), .table(table)] }

  /// Writes `figure4.csv` and `figure4.md` into `folder`.
  func write(to folder: URL) throws {
    try AtomicFile.write(ReproducedTable.csv(table), to: folder.appendingPathComponent("figure4.csv"))
    try AtomicFile.write(markdown, to: folder.appendingPathComponent("figure4.md"))
  }
}
