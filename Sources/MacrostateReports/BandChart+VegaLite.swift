extension BandChart {
  /// The chart, ready to be drawn.
  var figure: Figure {
    Figure(
      name: name, title: title, caption: caption, arrangement: .beside,
      legend: .prediction(
        truth: panels.contains { $0.truth != nil }, band: panels.contains { $0.band != nil }),
      panels: panels.map(panel))
  }

  /// The extent of all panels' values: one scale, so that trajectories can be compared.
  private var domain: ClosedRange<Double>? {
    let values = panels.flatMap(\.curves).joined().filter(\.isFinite)
    guard let lowest = values.min(), let highest = values.max() else { return nil }
    guard lowest < highest else { return nil }
    return lowest...highest
  }

  private func panel(_ panel: Panel) -> ChartPanel {
    let kept = Thinning.indices(of: panel.curves, count: panel.time.count)
    let rows = kept.map { panel.row(at: $0) }
    let values = panels.flatMap(\.curves).flatMap(\.self)
    let x = xAxis.channel(field: "t", values: panel.time)
    let y = yAxis.channel(field: "mean", values: values, domain: domain)
    var layers: [JSONValue] = []
    if panel.band != nil {
      layers.append([
        "mark": ["type": "area", "opacity": 0.25, "clip": true, "invalid": "break-paths-filter-domains"],
        "encoding": ["x": x, "y": y.merging(["field": "lower"]), "y2": ["field": "upper"]],
      ])
    }
    if panel.truth != nil {
      layers.append([
        "mark": ["type": "line", "style": "truth", "clip": true, "invalid": "break-paths-filter-domains"],
        "encoding": ["x": x, "y": y.merging(["field": "true"])],
      ])
    }
    layers.append([
      "mark": ["type": "line", "clip": true, "invalid": "break-paths-filter-domains"],
      "encoding": ["x": x, "y": y],
    ])
    let hasValues = panel.mean.contains(where: \.isFinite)
    return ChartPanel(
      title: panel.title, note: panel.note, label: label(of: panel), shape: .height(210),
      view: hasValues ? ["data": ["values": .array(rows)], "layer": .array(layers)] : nil)
  }

  /// What a panel shows, from where to where the curves run, and how far they part.
  private func label(of panel: Panel) -> String {
    var sentences = ["\(title), \(panel.title): \(yAxis.label) over \(xAxis.label)."]
    if let first = panel.mean.first, let last = panel.mean.last {
      sentences.append("Predicted from \(NumberText.short(first)) to \(NumberText.short(last)).")
    }
    if let truth = panel.truth, let first = truth.first, let last = truth.last {
      let gap = zip(truth, panel.mean).map { abs($0 - $1) }.filter(\.isFinite).max()
      sentences.append("True from \(NumberText.short(first)) to \(NumberText.short(last)).")
      if let gap { sentences.append("Largest difference \(NumberText.short(gap)).") }
    }
    if !panel.note.isEmpty { sentences.append(panel.note + ".") }
    return sentences.joined(separator: " ")
  }
}

extension BandChart.Panel {
  /// Every curve of the panel.
  fileprivate var curves: [[Double]] {
    [mean] + [truth, band?.lower, band?.upper].compactMap(\.self)
  }

  fileprivate func row(at index: Int) -> JSONValue {
    func number(_ value: Double) -> JSONValue { .number(NumberText.rounded(value, digits: 7)) }
    var row: JSONValue = ["t": number(time[index]), "mean": number(mean[index])]
    if let truth { row = row.merging(["true": number(truth[index])]) }
    if let band { row = row.merging(["lower": number(band.lower[index]), "upper": number(band.upper[index])]) }
    return row
  }
}
