import Foundation
import MacrostateEvaluation
import MacrostateReports

/// The distances of the distributions of predicted runs from the true ones, by regime: as tables of a report, as text,
/// and for scripts. Empty for a model without noise.
public struct DistributionTable {
  private let regimes: [(name: String, result: StochasticResult)]
  private let notApplicable: Set<String>

  /// The table of `result`.
  public init(_ result: EvaluationResult) {
    regimes = ErrorTable.ordered(result).compactMap { name in
      result.regimes[name]?.stochastic.map { (name, $0) }
    }
    notApplicable = Set(result.notApplicable.keys)
  }

  /// Whether there is nothing to show.
  public var isEmpty: Bool { regimes.isEmpty }

  private static let meaning =
    "MMD² of the distributions of runs at equal times, unscaled observables, kernels exp(−‖a − b‖²/2σ²) "
    + "with σ = 0.01, 0.05, 0.25 and 1.25, averaged over σ and over t = 1 … T. As published it has the diagonals, and "
    + "is positive even for equal distributions: compare it with the floors, which are true runs against other true "
    + "runs. The unbiased estimate can be negative: then nothing is left to tell them apart."

  /// MMD and its floors.
  public var discrepancyTable: ReportTable {
    ReportTable(
      name: "distributions", title: "Distance of the distributions of runs",
      columns: [
        "regime", "MMD", "unbiased", "floor: same starts", "unbiased", "floor: other starts", "unbiased", "without ẑ",
        "paths",
      ],
      rows: regimes.map { name, result in
        [.text(name)]
          + [result.discrepancy, result.twinFloor, result.independentFloor].flatMap { curve in
            [cell(curve?.meanPublished), cell(curve?.meanUnbiased)]
          } + [cell(result.withoutClosure?.meanPublished), .integer(result.paths)]
      },
      note: Self.meaning + " Without ẑ: the same dynamics without closure variables. Paths: predicted from each start.")
  }

  /// The coverage of the predictive bands.
  public var coverageTable: ReportTable {
    ReportTable(
      name: "coverage", title: "Coverage of the predictive bands", columns: ["regime", "observable", "50 %", "90 %"],
      rows: regimes.flatMap { name, result in
        result.coverage.map { coverage in
          [.text(name), .text(coverage.observable), cell(coverage.overall(0.5)), cell(coverage.overall(0.9))]
        }
      },
      note: "The share of the true values, over all test trajectories and times after the start, that lie within the "
        + "central bands of their own start's predictions.")
  }

  private func cell(_ value: Double?) -> ReportTable.Cell { value.map { .number($0) } ?? .notAvailable }

  /// The table as text of at most 80 columns.
  public var text: String {
    let head = row(["regime", "MMD", "unbiased", "floor", "indep.", "without ẑ", "50 %", "90 %"])
    let lines = regimes.map { name, result in
      row([
        name, number(result.discrepancy?.meanPublished), number(result.discrepancy?.meanUnbiased),
        number(result.twinFloor?.meanPublished), number(result.independentFloor?.meanPublished),
        number(result.withoutClosure?.meanPublished), share(result, 0.5), share(result, 0.9),
      ])
    }
    let others = notApplicable.sorted().map { row([$0] + Array(repeating: "N/A", count: 7)) }
    return ([head] + lines + others).joined(separator: "\n")
  }

  private func number(_ value: Double?) -> String { value.map { String(format: "%.2e", $0) } ?? "-" }

  /// The coverage in per cent, the mean over observables.
  private func share(_ result: StochasticResult, _ level: Double) -> String {
    String(format: "%.1f", 100 * result.meanCoverage(level))
  }

  private func row(_ cells: [String]) -> String {
    let widths = [10, 9, 9, 9, 9, 9, 6, 6]
    return zip(cells, widths).enumerated().map { i, pair in
      let space = String(repeating: " ", count: max(0, pair.1 - pair.0.count))
      return i == 0 ? pair.0 + space : space + pair.0
    }.joined(separator: " ")
  }
}

/// The result of a stochastic model in one regime, as `--json` prints it.
public struct DistributionSummary: Codable, Sendable {
  /// Both estimates of MMD², means over time.
  public struct Discrepancy: Codable, Sendable {
    /// The estimate that is published.
    public var published: Double
    /// The unbiased estimate; it can be negative.
    public var unbiased: Double

    init(_ curve: DiscrepancyCurve) {
      published = curve.meanPublished
      unbiased = curve.meanUnbiased
    }
  }

  /// Shares of true values within the bands, of one observable.
  public struct Coverage: Codable, Sendable {
    /// The share within the band of 50 %.
    public var half: Double
    /// The share within the band of 90 %.
    public var ninety: Double
  }

  /// Between predicted and true runs; nil where the test trajectories have different times.
  public var mmd: Discrepancy?
  /// Between true runs from the same starts; nil where there are no twins.
  public var twinFloor: Discrepancy?
  /// Between true runs from different starts; nil where there are no independents.
  public var independentFloor: Discrepancy?
  /// Between runs predicted without ẑ and true ones; nil where there are no observables.
  public var withoutClosure: Discrepancy?
  /// By observable.
  public var coverage: [String: Coverage]

  init(_ result: StochasticResult) {
    mmd = result.discrepancy.map(Discrepancy.init)
    twinFloor = result.twinFloor.map(Discrepancy.init)
    independentFloor = result.independentFloor.map(Discrepancy.init)
    withoutClosure = result.withoutClosure.map(Discrepancy.init)
    coverage = Dictionary(
      uniqueKeysWithValues: result.coverage.map {
        ($0.observable, Coverage(half: $0.overall(0.5) ?? .nan, ninety: $0.overall(0.9) ?? .nan))
      })
  }
}
