extension BandChart: ChartFigure {
  /// The chart, ready to be drawn: for each trajectory the curves and, where the truth is known, what parts them below.
  public var figure: Figure {
    let differences = panels.compactMap(difference)
    let hasDifferences = differences.count == panels.count
    let values = panels.flatMap(\.curves).flatMap(\.self)
    let gaps = differences.flatMap(\.curves).flatMap(\.self) + [0]
    let differenceAxis = ChartAxis("predicted − true")
    let groups = panels.indices.map { index -> [ChartPanel] in
      let above = view(
        of: panels[index], x: ChartAxis(hasDifferences ? "" : xAxis.label), y: yAxis, values: values, height: 180)
      guard hasDifferences else { return [above] }
      return [above, view(of: differences[index], x: xAxis, y: differenceAxis, values: gaps, height: 150)]
    }
    return Figure(
      name: name, title: title, caption: caption, arrangement: .beside,
      legend: .prediction(truth: panels.contains { $0.truth != nil }, band: panels.contains { $0.band != nil }),
      groups: groups)
  }

  /// The distance of the prediction and its band from the truth, which is then a line at 0.
  private func difference(_ panel: Panel) -> Panel? {
    guard let truth = panel.truth else { return nil }
    func less(_ values: [Double]) -> [Double] { zip(values, truth).map { $0 - $1 } }
    return Panel(
      title: "", time: panel.time, mean: less(panel.mean), truth: truth.map { _ in 0 },
      band: panel.band.map { Band(lower: less($0.lower), upper: less($0.upper)) })
  }

  /// One view; `values` are those of all panels, so that they have one scale and can be compared.
  private func view(of panel: Panel, x: ChartAxis, y: ChartAxis, values: [Double], height: Int) -> ChartPanel {
    let finite = values.filter(\.isFinite)
    let lowest = finite.min() ?? 0
    let highest = finite.max() ?? 0
    let across = x.channel(field: "t", values: panel.time).merging(["title": x.label.isEmpty ? .null : .string(x.label)]
    )
    let up = y.channel(field: "mean", values: values, domain: lowest < highest ? lowest...highest : nil, room: 40)
    var layers: [JSONValue] = []
    func addLayer(_ mark: JSONValue, _ channels: JSONValue) {
      let common: JSONValue = ["clip": true, "invalid": "break-paths-filter-domains"]
      layers.append(["mark": mark.merging(common), "encoding": (["x": across] as JSONValue).merging(channels)])
    }
    if panel.band != nil {
      addLayer(
        ["type": "area", "opacity": 0.25], ["y": up.merging(["field": "lower"]), "y2": ["field": "upper"]])
    }
    if panel.truth != nil {
      // The truth is laid under the prediction, broad enough to be seen on both sides of it.
      addLayer(["type": "line", "style": "truth", "strokeWidth": 5], ["y": up.merging(["field": "true"])])
    }
    addLayer(["type": "line"], ["y": up])
    let rows = panel.rows(Thinning.indices(of: panel.curves, count: panel.time.count))
    let hasValues = panel.mean.contains(where: \.isFinite)
    return ChartPanel(
      title: panel.title, note: panel.note,
      label: panel.title.isEmpty ? differenceLabel(panel, over: x) : label(of: panel), shape: .height(height),
      view: hasValues ? ["data": ["values": .array(rows)], "layer": .array(layers)] : nil)
  }

  /// The contents of a panel in words, and the ends of its curves.
  private func label(of panel: Panel) -> String {
    var sentences = ["\(title), \(panel.title): \(yAxis.label) over \(xAxis.label)."]
    if let first = panel.mean.first, let last = panel.mean.last {
      sentences.append("Predicted from \(NumberText.short(first)) to \(NumberText.short(last)).")
    }
    if let first = panel.truth?.first, let last = panel.truth?.last {
      sentences.append("True from \(NumberText.short(first)) to \(NumberText.short(last)).")
    }
    if !panel.note.isEmpty { sentences.append(panel.note + ".") }
    return sentences.joined(separator: " ")
  }

  private func differenceLabel(_ panel: Panel, over axis: ChartAxis) -> String {
    let finite = panel.mean.indices.filter { panel.mean[$0].isFinite }
    guard let worst = finite.max(by: { abs(panel.mean[$0]) < abs(panel.mean[$1]) }) else {
      return "\(title): no finite difference between prediction and truth."
    }
    return "\(title): predicted − true over \(axis.label), at most \(NumberText.short(abs(panel.mean[worst]))), at "
      + "\(axis.label) \(NumberText.short(panel.time[worst]))."
  }
}

extension BandChart.Panel {
  /// Every curve of the panel.
  fileprivate var curves: [[Double]] {
    [mean] + [truth, band?.lower, band?.upper].compactMap(\.self)
  }

  fileprivate func rows(_ indices: [Int]) -> [JSONValue] {
    let timeDigits = NumberText.digits(ofTimes: time, least: 7)
    let digits = NumberText.digits(ofValues: truth ?? mean, least: 7)
    func number(_ value: Double) -> JSONValue { .number(NumberText.rounded(value, digits: digits)) }
    return indices.map { index in
      var row: JSONValue = [
        "t": .number(NumberText.rounded(time[index], digits: timeDigits)), "mean": number(mean[index]),
      ]
      if let truth { row = row.merging(["true": number(truth[index])]) }
      if let band { row = row.merging(["lower": number(band.lower[index]), "upper": number(band.upper[index])]) }
      return row
    }
  }
}
