import Foundation
import MacrostateEvaluation
import MacrostateReports
import MacrostateStorage
import ParticleSimulators

/// A table of the paper, made again: for each row and regime the mean and the spread over seeds, and what was published.
public struct ReproducedTable {
  /// The mean over seeds with its spread, the standard deviation over seeds.
  public struct Value: Equatable, Sendable {
    /// The mean.
    public var mean: Double
    /// The standard deviation; nil for one seed.
    public var spread: Double?

    /// The value of one number a seed.
    init(_ values: [Double]) {
      let statistics = TrajectoryStatistics(values)
      mean = statistics.mean
      spread = values.count > 1 ? statistics.spread : nil
    }
  }

  /// A row in one regime.
  public struct Entry: Sendable {
    /// The method or the setting.
    public var label: String
    /// The regime.
    public var regime: Regime
    /// The value found; nil where the method cannot be evaluated.
    public var value: Value?
    /// The number of seeds.
    public var seeds: Int
    /// The value published; nil where nothing was.
    public var published: PublishedValue?
    /// The other numbers of a table of MMD², means over seeds.
    var distribution: DistributionSummary? = nil
  }

  /// The numbers beside an MMD², means over seeds.
  struct DistributionSummary: Sendable {
    static let headings = ["unbiased", "floor", "floor_unbiased", "floor_independent", "coverage_50", "coverage_90"]

    private let values: [Double?]

    init?(_ results: [RunResult.Distribution]) {
      guard !results.isEmpty else { return nil }
      func mean(_ value: (RunResult.Distribution) -> Double?) -> Double? {
        let values = results.compactMap(value)
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
      }
      values = [
        mean(\.unbiased), mean(\.floor), mean(\.unbiasedFloor), mean(\.independentFloor), mean(\.coverage50),
        mean(\.coverage90),
      ]
    }

    var cells: [ReportTable.Cell] { values.map { $0.map { .number($0) } ?? .empty } }
  }

  /// The experiment.
  public let experiment: Experiment
  /// Row by row, regime by regime.
  public let entries: [Entry]
  /// The differences of each other method from ours on the same seeds; empty but in a table of methods.
  public let differences: [Entry]

  /// The regimes of the tables, in the paper's order.
  static let regimes = Regime.tests

  /// The table of an experiment whose runs are all finished; nil where one is missing.
  init?(_ experiment: Experiment, _ plan: ReproductionPlan, results: [String: RunResult]) {
    guard !experiment.rows.isEmpty, !experiment.isSearch else { return nil }
    let hashes = plan.hashes(experiment, rows: experiment.rows)
    let rows = hashes.map { $0.compactMap { results[$0] } }
    guard !hashes.isEmpty, zip(rows, hashes).allSatisfy({ $0.count == $1.count }) else { return nil }
    self.experiment = experiment
    let labels = zip(experiment.rows, rows)
    entries = labels.flatMap { row, results in
      Self.regimes.map { regime in
        Entry(
          label: row.label, regime: regime, value: Self.errors(results, regime, experiment).map(Value.init),
          seeds: results.count, published: row.published(regime),
          distribution: DistributionSummary(results.compactMap { $0.regimes[regime.rawValue]?.distribution }))
      }
    }
    let ours = labels.first { $0.0.isOurs }?.1 ?? []
    differences =
      experiment.rowKind == .setting
      ? []
      : labels.filter { !$0.0.isOurs }.flatMap { row, results in
        Self.regimes.map { regime in
          let pairs = Self.errors(results, regime, experiment).flatMap { theirs in
            Self.errors(ours, regime, experiment).map { zip($0, theirs).map { $0 - $1 } }
          }
          return Entry(
            label: row.label, regime: regime, value: pairs.map(Value.init), seeds: results.count, published: nil)
        }
      }
  }

  /// The error of each seed; nil where one of them has none.
  private static func errors(_ results: [RunResult], _ regime: Regime, _ experiment: Experiment) -> [Double]? {
    let values = results.compactMap { result in
      let found = result.regimes[regime.rawValue]
      return switch experiment.measure {
      case .relativeError: found?.mean
      case .discrepancy: found?.distribution?.discrepancy
      }
    }
    return values.count == results.count && !values.isEmpty ? values : nil
  }

  // MARK: Forms

  private var isOfDistributions: Bool { experiment.measure == .discrepancy }

  private var explanation: String {
    isOfDistributions
      ? "MMD² of the mixing ratios, a mean over time. Floor: between the true runs and others from the same starts with "
        + "fresh velocities; coverage: true values within the bands of 50 % and 90 %. The macrostate "
        + "contains the species' fractions"
        + (experiment == .table2 ? " but in the last row; that of the published ones does not." : ".")
      : "MRE of the energy scaled to [−1, 1]."
  }

  private static let headings = ["regime", "mean", "spread", "seeds", "published", "published_spread"]

  /// The long form: a line a row and regime.
  var table: ReportTable {
    ReportTable(
      name: experiment.tableName, title: experiment.tableTitle,
      columns: [experiment.rowKind.rawValue] + Self.headings + (isOfDistributions ? DistributionSummary.headings : []),
      rows: entries.map { entry in
        Self.cells(entry) + Self.cells(entry.published)
          + (isOfDistributions
            ? entry.distribution?.cells ?? DistributionSummary.headings.map { _ in .empty } : [])
      },
      note: "\(explanation) Spread: standard deviation over seeds. N/A: the method cannot be "
        + "evaluated there. Published: \(PublishedResults.source), mean and spread of three runs.")
  }

  /// Ours minus each other method, on the same seeds.
  var differenceTable: ReportTable? {
    differences.isEmpty
      ? nil
      : ReportTable(
        name: "\(experiment.tableName)-differences", title: "Ours minus the others, on the same seeds",
        columns: [experiment.rowKind.rawValue] + Self.headings.prefix(4), rows: differences.map(Self.cells),
        note:
          "Mean and standard deviation over seeds of the difference in \(experiment.measure.rawValue); negative "
          + "where ours has less error."
      )
  }

  private static func cells(_ entry: Entry) -> [ReportTable.Cell] {
    [
      .text(entry.label), .text(entry.regime.rawValue), entry.value.map { .number($0.mean) } ?? .notAvailable,
      entry.value?.spread.map { .number($0) } ?? (entry.value == nil ? .notAvailable : .empty), .integer(entry.seeds),
    ]
  }

  private static func cells(_ published: PublishedValue?) -> [ReportTable.Cell] {
    [
      published.map { .number($0.mean) } ?? .empty, published.map { .number($0.spread) } ?? .empty,
    ]
  }

  /// The wide form, as the paper prints it: a row a method or setting, here and published side by side.
  public var markdown: String {
    let regimes = shownRegimes
    let heads = [experiment.rowKind.rawValue] + regimes.flatMap { [$0.rawValue] + (hasPublished ? ["published"] : []) }
    let labels = entries.map(\.label).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let rows = labels.map { label in
      [label]
        + regimes.flatMap { regime -> [String] in
          let entry = entries.first { $0.label == label && $0.regime == regime }
          let published = Self.text(entry?.published?.mean, entry?.published?.spread) ?? "–"
          return [Self.text(entry?.value?.mean, entry?.value?.spread) ?? "N/A"] + (hasPublished ? [published] : [])
        }
    }
    let seeds = entries.first?.seeds ?? 0
    let lines = [heads, heads.map { _ in "---" }] + rows
    return
      "**\(experiment.tableTitle)**, \(experiment.measure.rawValue), \(seeds) seed\(seeds == 1 ? "" : "s"): mean ± spread\n\n"
      + lines.map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n") + "\n"
  }

  /// The regimes of the wide form: those that were published, or all where a table has several.
  private var shownRegimes: [Regime] {
    let published = Self.regimes.filter { regime in entries.contains { $0.regime == regime && $0.published != nil } }
    return published.isEmpty ? Self.regimes : published
  }

  private static func text(_ mean: Double?, _ spread: Double?) -> String? {
    mean.map { String(format: "%.2e", $0) + (spread.map { String(format: " ± %.1e", $0) } ?? "") }
  }

  private var hasPublished: Bool { entries.contains { $0.published != nil } }

  /// The table as a picture.
  var chart: PointChart {
    PointChart(
      name: experiment.tableName, title: experiment.tableTitle,
      caption: "Points: mean over seeds; bars: one standard deviation to each side.",
      axis: ChartAxis(experiment.measure.rawValue, scale: .logarithmic),
      categories: entries.map(\.label).reduce(into: []) { if !$0.contains($1) { $0.append($1) } },
      series: hasPublished ? ["here", "published"] : ["here"],
      panels: Self.regimes.map { regime in
        PointChart.Panel(
          title: regime.rawValue,
          points: entries.filter { $0.regime == regime }.flatMap { entry in
            [
              entry.value.map {
                PointChart.Point(category: entry.label, series: "here", value: $0.mean, spread: $0.spread)
              },
              entry.published.map {
                PointChart.Point(category: entry.label, series: "published", value: $0.mean, spread: $0.spread)
              },
            ].compactMap(\.self)
          })
      })
  }

  /// Writes `table1.csv`, `table1.md` and, where there are differences, `table1-differences.csv` into `folder`.
  func write(to folder: URL) throws {
    for table in [table, differenceTable].compactMap(\.self) {
      try AtomicFile.write(Self.csv(table), to: folder.appendingPathComponent("\(table.name).csv"))
    }
    try AtomicFile.write(markdown, to: folder.appendingPathComponent("\(experiment.tableName).md"))
  }

  /// The file says N/A, where the tables beside a report leave a cell empty.
  static func csv(_ table: ReportTable) -> String {
    var table = table
    table.rows = table.rows.map { $0.map { $0 == .notAvailable ? .text("N/A") : $0 } }
    return table.csv
  }
}
