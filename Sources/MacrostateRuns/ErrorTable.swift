import Foundation
import MacrostateEvaluation
import MacrostateReports

/// The error table of one evaluation: as a report's table, as text, and as JSON for scripts.
public struct ErrorTable {
  private let result: EvaluationResult

  /// The table of `result`.
  public init(_ result: EvaluationResult) { self.result = result }

  /// The regimes in the paper's order, others behind them by name; those that the model does not apply to, too.
  public static func ordered(_ result: EvaluationResult) -> [String] {
    TestRegime.ordered(Set(result.regimes.keys).union(result.notApplicable.keys))
  }

  private static let columns = [
    "regime", "trajectories", "MRE mean", "median", "spread", "physical", "of variance", "without ẑ", "persistence",
    "starts outside",
  ]

  /// The table of the report.
  public var reportTable: ReportTable {
    ReportTable(
      name: "errors", title: "Mean relative error of the predicted observables", columns: Self.columns,
      rows: Self.ordered(result).map { name in
        guard let regime = result.regimes[name] else {
          return [.text(name)] + Array(repeating: .notAvailable, count: Self.columns.count - 1)
        }
        return [
          .text(name), .integer(regime.trajectories), .number(regime.scaled.mean), .number(regime.scaled.median),
          .number(regime.scaled.spread), .number(regime.physical.mean), .number(regime.variance.mean),
          regime.withoutClosure.map { .number($0.mean) } ?? .notAvailable, .number(regime.persistence.mean),
          .integer(regime.startsOutside),
        ]
      },
      note:
        "MRE = mean over trajectories of Σ‖true − predicted‖²/Σ‖true‖², observables scaled to [−1, 1] "
        + "by their range in training and validation. Spread: standard deviation over trajectories. Without ẑ: the "
        + "same dynamics without closure variables. Persistence: the observable stays as it starts.")
  }

  /// The table as text of at most 80 columns.
  public var text: String {
    var lines = [
      row(["regime", "n", "MRE mean", "median", "spread", "physical", "without ẑ", "persist."])
    ]
    for name in Self.ordered(result) {
      guard let regime = result.regimes[name] else {
        lines.append(row([name] + Array(repeating: "N/A", count: 7)))
        continue
      }
      lines.append(
        row([
          name, "\(regime.trajectories)", number(regime.scaled.mean), number(regime.scaled.median),
          number(regime.scaled.spread), number(regime.physical.mean),
          regime.withoutClosure.map { number($0.mean) } ?? "N/A", number(regime.persistence.mean),
        ]))
    }
    return lines.joined(separator: "\n")
  }

  private func number(_ value: Double) -> String { String(format: "%.2e", value) }

  private func row(_ cells: [String]) -> String {
    let widths = [10, 6, 9, 9, 9, 9, 9, 9]
    return zip(cells, widths).enumerated().map { i, pair in
      let (cell, width) = pair
      let space = String(repeating: " ", count: max(0, width - cell.count))
      return i == 0 ? cell + space : space + cell
    }.joined(separator: " ")
  }

  /// The result as `--json` prints it.
  public struct Summary: Codable, Sendable {
    /// One regime.
    public struct Errors: Codable, Sendable {
      /// Scaled MRE over trajectories, and its mean in physical units.
      public struct Error: Codable, Sendable {
        /// The mean over trajectories: the published figure.
        public var mean: Double
        /// The median.
        public var median: Double
        /// The standard deviation.
        public var spread: Double
        /// The mean in physical units.
        public var physicalMean: Double
      }
      /// The mean of a comparison.
      public struct Mean: Codable, Sendable {
        /// The mean over trajectories.
        public var mean: Double
      }

      /// Errors of the predictions.
      public var mre: Error
      /// Trajectories evaluated.
      public var trajectories: Int
      /// The scaled MRE of the dynamics without ẑ; absent where there is none.
      public var withoutClosure: Mean?
      /// The scaled MRE of an observable that stays as it starts.
      public var persistence: Mean
      /// Distributions of runs; absent for a model without noise.
      public var distribution: DistributionSummary?
    }

    /// By name; null for a regime that the model does not apply to.
    public var regimes: [String: Errors?]
    /// The statistics that ẑ retains; with `--probes` only.
    public var probes: ProbeResult?
    /// Seconds of the whole job; `demo` only.
    public var seconds: Double?
    /// The path of the report; `demo` only.
    public var report: String?
  }

  /// The result for scripts.
  public var summary: Summary {
    var regimes: [String: Summary.Errors?] = result.regimes.mapValues { regime in
      .init(
        mre: .init(
          mean: regime.scaled.mean, median: regime.scaled.median, spread: regime.scaled.spread,
          physicalMean: regime.physical.mean),
        trajectories: regime.trajectories, withoutClosure: regime.withoutClosure.map { .init(mean: $0.mean) },
        persistence: .init(mean: regime.persistence.mean), distribution: regime.stochastic.map(DistributionSummary.init)
      )
    }
    for name in result.notApplicable.keys { regimes.updateValue(nil, forKey: name) }
    return Summary(regimes: regimes, probes: result.probes)
  }
}
