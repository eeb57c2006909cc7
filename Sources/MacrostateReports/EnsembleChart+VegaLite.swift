extension EnsembleChart: ChartFigure {
  /// The chart, ready to be drawn: true runs as shaded bands, predicted runs as lines over them.
  public var figure: Figure {
    Figure(
      name: name, title: title, caption: caption, arrangement: .beside, legend: .ensembles,
      groups: isRow ? columns.flatMap { $0 }.map { [$0] } : columns)
  }

  /// Whether the observables of a single case stand beside each other.
  private var isRow: Bool { cases.count == 1 }

  /// The panels of every case.
  private var columns: [[ChartPanel]] {
    cases.map { item in
      item.panels.indices.map { place in
        panel(item.panels[place], of: item, place, values: cases.flatMap { $0.panels[place].values })
      }
    }
  }

  /// One view; `values` are those of the observable in all cases, so that they have one scale and can be compared.
  private func panel(_ panel: Panel, of item: Case, _ place: Int, values: [Double]) -> ChartPanel {
    let finite = values.filter(\.isFinite)
    let (low, high) = (finite.min() ?? 0, finite.max() ?? 0)
    let isFirst = isRow || place == 0
    let isLast = isRow || place == observables.count - 1
    let across = xAxis.channel(field: "t", values: panel.time).merging(["title": isLast ? .string(xAxis.label) : .null])
    let up = observables[place].channel(field: "value", values: values, domain: low < high ? low...high : nil, room: 40)
    let rows = panel.rows(Thinning.spread(count: panel.time.count, limit: 200))
    func layer(_ mark: JSONValue, _ lower: String, _ upper: String? = nil) -> JSONValue {
      let common: JSONValue = ["clip": true, "invalid": "break-paths-filter-domains"]
      let ends: JSONValue = ["x": across, "y": up.merging(["field": .string(lower)])]
      return [
        "mark": mark.merging(common),
        "encoding": upper.map { ends.merging(["y2": ["field": .string($0)]]) } ?? ends,
      ]
    }
    func edge(_ field: String, dash: JSONValue) -> JSONValue {
      layer(["type": "line", "strokeWidth": 1, "strokeDash": dash], field)
    }
    return ChartPanel(
      title: isFirst ? item.title : "", note: isFirst ? item.note : "", label: label(panel, of: item, place),
      shape: .height(190),
      view: finite.isEmpty
        ? nil
        : [
          "data": ["values": .array(rows)],
          "layer": [
            layer(["type": "area", "style": "truth", "opacity": 0.35], "true5", "true95"),
            layer(["type": "area", "style": "truth", "opacity": 0.55], "true25", "true75"),
            layer(["type": "line", "style": "truth", "strokeWidth": 4], "true50"),
            edge("p5", dash: [4, 3]), edge("p95", dash: [4, 3]), edge("p25", dash: [1, 0]), edge("p75", dash: [1, 0]),
            layer(["type": "line", "strokeWidth": 2], "p50"),
          ],
        ])
  }

  /// The contents of a panel in words, and the ends of its runs.
  private func label(_ panel: Panel, of item: Case, _ place: Int) -> String {
    func end(_ quantiles: Quantiles) -> String {
      guard let middle = quantiles.median.last, let low = quantiles.lower90.last, let high = quantiles.upper90.last
      else { return "no runs" }
      return "\(NumberText.short(middle)), 90 % of runs from \(NumberText.short(low)) to \(NumberText.short(high))"
    }
    return
      "\(title), \(item.title): \(observables[place].label) over \(xAxis.label). At the end the median of the true "
      + "runs is \(end(panel.truth)); of the predicted runs \(end(panel.prediction))."
  }
}

extension EnsembleChart.Quantiles {
  fileprivate var curves: [[Double]] { [lower90, lower50, median, upper50, upper90] }

  /// The values at one time, under `name` and their percentage.
  fileprivate func entries(_ name: String, at index: Int, digits: Int) -> JSONValue {
    zip(curves, ["5", "25", "50", "75", "95"]).reduce([:] as JSONValue) { row, entry in
      row.merging(
        .object([.init(key: name + entry.1, value: .number(NumberText.rounded(entry.0[index], digits: digits)))]))
    }
  }
}

extension EnsembleChart.Panel {
  fileprivate var curves: [[Double]] { truth.curves + prediction.curves }
  fileprivate var values: [Double] { curves.flatMap(\.self) }

  fileprivate func rows(_ indices: [Int]) -> [JSONValue] {
    let timeDigits = NumberText.digits(ofTimes: time, least: 7)
    let digits = NumberText.digits(ofValues: truth.median + truth.lower90 + truth.upper90, least: 5)
    return indices.map { index in
      (["t": .number(NumberText.rounded(time[index], digits: timeDigits))] as JSONValue)
        .merging(truth.entries("true", at: index, digits: digits))
        .merging(prediction.entries("p", at: index, digits: digits))
    }
  }
}
