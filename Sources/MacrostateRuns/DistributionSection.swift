import MacrostateEvaluation
import MacrostateReports

/// The part of a report that compares distributions of runs; nothing for a model without noise.
struct DistributionSection {
  /// Observables whose coverage is drawn; the table has all.
  private static let drawnObservables = 4

  let result: EvaluationResult
  /// The label of an observable's axis.
  let axisLabel: (String) -> String

  private var regimes: [(name: String, result: StochasticResult)] {
    ErrorTable.ordered(result).compactMap { name in result.regimes[name]?.stochastic.map { (name, $0) } }
  }

  /// The blocks, in reading order.
  var blocks: [ReportBlock] {
    let table = DistributionTable(result)
    guard !table.isEmpty else { return [] }
    return [
      .text(
        "A stochastic model predicts a distribution of runs. Below, the bands of many predicted runs are laid over those "
          + "of the true runs of the same starts; then how far both distributions are apart at every time, and how often "
          + "the truth lies within the bands that are predicted from its own start.")
    ] + regimes.compactMap(ensembles) + [.table(table.discrepancyTable)] + discrepancies + [.table(table.coverageTable)]
      + coverages
  }

  private func ensembles(_ name: String, _ result: StochasticResult) -> ReportBlock? {
    let cases = result.cases.map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    guard let first = cases.first else { return nil }
    let observables = result.cases.filter { $0.name == first }.map(\.observable)
    return .figure(
      EnsembleChart(
        name: "ensembles-\(name)", title: "\(name): true and predicted runs", xAxis: ChartAxis("time"),
        observables: observables.map { ChartAxis(axisLabel($0)) },
        cases: cases.map { title in
          let members = result.cases.filter { $0.name == title }
          return EnsembleChart.Case(
            title: title,
            note:
              "\(NumberText.grouped(members[0].runs)) true, \(NumberText.grouped(members[0].predictedRuns)) predicted",
            panels: members.map {
              .init(time: $0.times, truth: quantiles($0.truth), prediction: quantiles($0.prediction))
            })
        }))
  }

  private func quantiles(_ bands: EnsembleCase.Bands) -> EnsembleChart.Quantiles {
    .init(
      median: bands.median, lower50: bands.lower50, upper50: bands.upper50, lower90: bands.lower90,
      upper90: bands.upper90)
  }

  /// MMD over time with its floors.
  private var discrepancies: [ReportBlock] {
    let panels = regimes.map { name, result in
      let curves: [(String, DiscrepancyCurve?)] = [
        ("predicted", result.discrepancy), ("without ẑ", result.withoutClosure),
        ("true, same starts (floor)", result.twinFloor), ("true, other starts", result.independentFloor),
      ]
      let mean = result.discrepancy.map { "mean \(NumberText.short($0.meanPublished))" } ?? ""
      return CurveGrid.Panel(
        title: name, note: mean,
        series: curves.compactMap { name, curve in
          curve.map { LineChart.Series(name, x: $0.times, y: $0.published) }
        })
    }.filter { !$0.series.isEmpty }
    let (x, y) = (ChartAxis("time"), ChartAxis("MMD²", scale: .logarithmic))
    let title = "Distance of the distributions over time"
    let caption =
      "MMD² as published, between predicted runs and the true runs of the test; the floors are other true runs against the "
      + "same."
    guard let first = panels.first else { return [] }
    return [
      panels.count == 1
        ? .figure(
          LineChart(name: "mmd", title: title, caption: caption, xAxis: x, yAxis: y, series: first.series))
        : .figure(CurveGrid(name: "mmd", title: title, caption: caption, xAxis: x, yAxis: y, rows: [panels]))
    ]
  }

  /// Coverage over time: a row of panels for each observable; of one regime they stand beside each other.
  private var coverages: [ReportBlock] {
    let known = regimes.filter { $0.result.coverage.first?.times.isEmpty == false }
    guard let first = known.first else { return [] }
    let rows = first.result.coverage.indices.prefix(Self.drawnObservables).map { j in
      known.compactMap { name, result in
        result.coverage.indices.contains(j) ? coverage(name, result.coverage[j]) : nil
      }
    }
    return [
      .figure(
        CurveGrid(
          name: "coverage", title: "Coverage of the predictive bands over time",
          caption: "The share of test trajectories whose true value lies within the band of its own start.",
          xAxis: ChartAxis("time"), yAxis: ChartAxis("share covered"),
          rows: known.count == 1 ? [rows.flatMap(\.self)] : rows))
    ]
  }

  private func coverage(_ regime: String, _ coverage: ObservableCoverage) -> CurveGrid.Panel {
    let ends = [coverage.times.first, coverage.times.last].compactMap(\.self)
    return CurveGrid.Panel(
      title: "\(regime): \(coverage.observable)",
      note: coverage.bands.map { NumberText.short($0.overall) }.joined(separator: " and "),
      series: coverage.bands.map { band in
        LineChart.Series("\(NumberText.whole(100 * band.level)) % band", x: coverage.times, y: band.overTime)
      }
        + coverage.bands.map { band in
          LineChart.Series(
            "\(NumberText.whole(100 * band.level)) % wanted", x: ends, y: ends.map { _ in band.level })
        })
  }
}
