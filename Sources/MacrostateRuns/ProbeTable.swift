import Foundation
import MacrostateEvaluation
import MacrostateReports

/// The statistics that the closure variables retain, as a table: of a report, and as text.
public struct ProbeTable {
  private let result: ProbeResult

  /// The table of `result`.
  public init(_ result: ProbeResult) { self.result = result }

  /// The table of the report.
  public var reportTable: ReportTable {
    ReportTable(
      name: "probes", title: "What can be read linearly from ẑ",
      columns: ["statistic", "targets", "R² from ẑ", "mean from ẑ", "R² from z̄ alone", "mean from z̄"],
      rows: statistics.map { statistic in
        let (closure, alone) = (score(statistic, .closureVariables), score(statistic, .observables))
        return [
          .text(statistic.rawValue), .integer(closure?.targets.count ?? 0), cell(closure?.pooled), cell(closure?.mean),
          cell(alone?.pooled), cell(alone?.mean),
        ]
      },
      note: "R² on \(result.testFrames) frames of \(result.regime) of ridge regressions fitted on "
        + "\(result.trainingFrames) training frames: of all targets together, each in units of its spread in training, and "
        + "the mean over targets (which one that hardly changes can spoil). Targets: all mixed moments of the scaled "
        + "coordinates by order, the shares of pairs in \(SetStatistics.bins) bins of distance, and the observables; "
        + "constant ones are left out.")
  }

  /// The table as text of at most 80 columns.
  public var text: String {
    let head = "R² of linear readings (\(result.regime), \(result.testFrames) frames)"
    let lines = statistics.map { statistic in
      row(
        statistic.rawValue, number(score(statistic, .closureVariables)?.pooled),
        number(score(statistic, .observables)?.pooled))
    }
    return ([row(head, "from ẑ", "z̄ alone")] + lines).joined(separator: "\n")
  }

  private var statistics: [ProbeResult.Statistic] {
    ProbeResult.Statistic.allCases.filter { score($0, .closureVariables) != nil }
  }

  private func score(_ statistic: ProbeResult.Statistic, _ source: ProbeResult.Source) -> ProbeResult.Score? {
    result.score(statistic, from: source)
  }

  private func cell(_ value: Double?) -> ReportTable.Cell { value.map { .number($0) } ?? .notAvailable }

  private func number(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "N/A" }

  private func row(_ name: String, _ first: String, _ second: String) -> String {
    func right(_ text: String) -> String { String(repeating: " ", count: max(0, 10 - text.count)) + text }
    return name + String(repeating: " ", count: max(0, 52 - name.count)) + right(first) + " " + right(second)
  }
}
