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
      return Row(
        regime: name, mean: statistics.mean, spread: statistics.spread, values: regimes.map(\.scaled.mean),
        median: TrajectoryStatistics(regimes.map(\.scaled.median)).mean,
        withoutClosure: without.count == regimes.count ? TrajectoryStatistics(without).mean : nil)
    }
  }

  /// As text of at most 80 columns.
  public var text: String {
    let lines = rows.map { row in
      let values = row.values.map { String(format: "%.2e", $0) }.joined(separator: " ")
      let name = row.regime.padding(toLength: max(10, row.regime.count), withPad: " ", startingAt: 0)
      return "\(name)  \(String(format: "%.2e ± %.1e", row.mean, row.spread))   (\(values))"
    }
    let others = notApplicable.map { "\($0.padding(toLength: max(10, $0.count), withPad: " ", startingAt: 0))  N/A" }
    return (["MRE over \(rows.first?.values.count ?? 0) seeds: mean ± spread (each seed)"] + lines + others)
      .joined(separator: "\n")
  }
}
