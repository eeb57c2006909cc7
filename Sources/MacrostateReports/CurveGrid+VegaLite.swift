extension CurveGrid: ChartFigure {
  /// The figure, ready to be drawn.
  ///
  /// A group is a column on the page, so panels are handed over column by column.
  public var figure: Figure {
    let columns = rows.map(\.count).max() ?? 0
    return Figure(
      name: name, title: title, caption: caption, arrangement: .beside, legend: .series(seriesNames),
      groups: (0..<columns).map { column in
        rows.filter { column < $0.count }.map { row in panel(row[column], values: Self.values(of: row)) }
      })
  }

  /// The names of all curves, in the order in which they appear.
  private var seriesNames: [String] {
    rows.joined().flatMap(\.series).map(\.name).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private static func values(of row: [Panel]) -> [Double] {
    row.flatMap(\.series).flatMap(\.y).filter(\.isFinite)
  }

  private func panel(_ panel: Panel, values: [Double]) -> ChartPanel {
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    let domain = low < high ? low...high : nil
    let all = panel.series.flatMap(\.x)
    let names = JSONValue.array(seriesNames.map(JSONValue.string))
    let across = xAxis.channel(field: "x", values: all, domain: Self.extent(all))
    var encoding: JSONValue = [
      "x": across, "y": yAxis.channel(field: "y", values: values, domain: domain, room: 30),
      "color": ["field": "series", "type": "nominal", "title": .null, "scale": ["domain": names]],
    ]
    if let faintSeries { encoding = encoding.merging(Self.faint(faintSeries)) }
    var layers: [JSONValue] = [
      [
        "data": ["values": .array(panel.series.flatMap(Self.points))],
        "mark": ["type": "line", "clip": true, "invalid": "break-paths-filter-domains", "strokeWidth": 1.5],
        "encoding": encoding,
      ]
    ]
    if !panel.rug.isEmpty { layers.append(Self.rug(panel.rug, across: across)) }
    return ChartPanel(
      title: panel.title, note: panel.note, label: label(of: panel), shape: .height(170),
      view: values.isEmpty ? nil : ["layer": .array(layers)])
  }

  /// Thin and pale strokes for one curve.
  private static func faint(_ name: String) -> JSONValue {
    func channel(_ value: Double, otherwise: Double) -> JSONValue {
      [
        "condition": ["test": ["field": "series", "equal": .string(name)], "value": .number(value)],
        "value": .number(otherwise),
      ]
    }
    return ["opacity": channel(0.45, otherwise: 1), "strokeWidth": channel(0.75, otherwise: 1.5)]
  }

  private static func extent(_ values: [Double]) -> ClosedRange<Double>? {
    guard let low = values.min(), let high = values.max(), low < high else { return nil }
    return low...high
  }

  private static func rug(_ points: [Double], across: JSONValue) -> JSONValue {
    let kept = Thinning.spread(count: points.count, limit: 400)
    return [
      "data": ["values": .array(kept.map { ["x": .number(NumberText.rounded(points[$0], digits: 5))] })],
      "mark": [
        "type": "tick", "opacity": 0.5, "thickness": 1, "size": 8, "yOffset": -4, "clip": true, "aria": false,
      ],
      "encoding": ["x": across, "y": ["value": "height"]],
    ]
  }

  private static func points(of curve: LineChart.Series) -> [JSONValue] {
    Thinning.indices(of: [curve.y], count: curve.y.count, limit: 400).map { i in
      [
        "x": .number(NumberText.rounded(curve.x[i], digits: 5)),
        "y": .number(NumberText.rounded(curve.y[i], digits: 5)), "series": .string(curve.name),
      ]
    }
  }

  private func label(of panel: Panel) -> String {
    let curves = panel.series.map { curve in
      let finite = curve.y.filter(\.isFinite)
      return "\(curve.name) from \(NumberText.short(finite.min() ?? .nan)) to \(NumberText.short(finite.max() ?? .nan))"
    }
    let note = panel.note.isEmpty ? "" : " (\(panel.note))"
    return "\(title), \(panel.title)\(note): \(yAxis.label) over \(xAxis.label); " + curves.joined(separator: "; ")
      + "."
  }
}
