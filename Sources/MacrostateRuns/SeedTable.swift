import Foundation
import MacrostateEvaluation
import MacrostateReports

/// The errors of several runs that differ in their seed: mean and spread over seeds.
public struct SeedTable: Codable, Sendable {
  /// One regime.
  public struct Row: Codable, Sendable {
    /// The regime.
    public var regime: String
    /// The mean over runs of the mean scaled MRE.
    public var mean: Double
    /// Its standard deviation over runs; 0 for one run.
    public var spread: Double
    /// The mean scaled MRE of each run.
    public var values: [Double]
    /// The mean over runs of the median over trajectories.
    public var median: Double
    /// The mean over runs of the error without ẑ.
    public var withoutClosure: Double?
    /// MMD² as published of each run; nil for models without noise.
    public var discrepancies: [Double]?
  }

  /// A row for each regime that all runs have.
  public var rows: [Row]
  /// Regimes that some run's model does not apply to.
  public var notApplicable: [String]

  /// The table of `results`, one for each run.
  public init(_ results: [EvaluationResult]) {
    notApplicable = Set(results.flatMap(\.notApplicable.keys)).sorted()
    guard let first = results.first else {
      rows = []
      return
    }
    rows = ErrorTable.ordered(first).compactMap { name in
      let regimes = results.compactMap { $0.regimes[name] }
      guard regimes.count == results.count else { return nil }
      let statistics = TrajectoryStatistics(regimes.map(\.scaled.mean))
      let without = regimes.compactMap(\.withoutClosure?.mean)
      let discrepancies = regimes.compactMap(\.stochastic?.discrepancy?.meanPublished)
      return Row(
        regime: name, mean: statistics.mean, spread: statistics.spread, values: regimes.map(\.scaled.mean),
        median: TrajectoryStatistics(regimes.map(\.scaled.median)).mean,
        withoutClosure: without.count == regimes.count ? TrajectoryStatistics(without).mean : nil,
        discrepancies: discrepancies.count == regimes.count ? discrepancies : nil)
    }
  }

  /// As text of at most 80 columns.
  public var text: String {
    let distributions = rows.compactMap { row in row.discrepancies.map { line(row.regime, $0) } }
    return
      (["MRE over \(seeds): mean ± spread (each seed)"] + rows.map { line($0.regime, $0.values) } + others
      + (distributions.isEmpty
        ? [] : ["", "MMD² over \(seeds): mean ± spread (each seed)"] + distributions + others))
      .joined(separator: "\n")
  }

  private var seeds: String { "\(rows.first?.values.count ?? 0) seeds" }

  private var others: [String] { notApplicable.map { "\(padded($0))  N/A" } }

  private func line(_ regime: String, _ values: [Double]) -> String {
    let statistics = TrajectoryStatistics(values)
    let each = values.map { String(format: "%.2e", $0) }.joined(separator: " ")
    return "\(padded(regime))  \(String(format: "%.2e ± %.1e", statistics.mean, statistics.spread))   (\(each))"
  }

  private func padded(_ name: String) -> String {
    name.padding(toLength: max(10, name.count), withPad: " ", startingAt: 0)
  }
}
