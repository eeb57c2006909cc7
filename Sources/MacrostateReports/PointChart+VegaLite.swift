extension PointChart: ChartFigure {
  /// The chart, ready to be drawn.
  public var figure: Figure {
    Figure(
      name: name, title: title, caption: caption, arrangement: .beside,
      legend: series.count > 1 ? .series(series) : .none,
      groups: panels.map { [chartPanel($0)] })
  }

  private func chartPanel(_ panel: Panel) -> ChartPanel {
    let points = panel.points.filter { $0.value.isFinite }
    let isLogarithmic = axis.scale == .logarithmic && points.allSatisfy { $0.value > 0 }
    let ends = points.map { Self.ends(of: $0, isLogarithmic: isLogarithmic) }
    let low = ends.map(\.low).min() ?? 0
    let high = ends.map(\.high).max() ?? 1
    let room = isLogarithmic ? (low / 1.3)...(high * 1.3) : (low - (high - low) * 0.05)...(high + (high - low) * 0.05)
    let rows = zip(points, ends).map { Self.row($0, ends: $1) }
    let across = axis.channel(field: "value", values: ends.flatMap { [$0.low, $0.high] }, domain: room)
    let common: JSONValue = [
      "y": [
        "field": "category", "type": "nominal", "title": .null, "sort": .array(categories.map(JSONValue.string)),
        "scale": ["domain": .array(categories.map(JSONValue.string))], "axis": ["grid": true, "labelLimit": 150],
      ],
      "yOffset": ["field": "series", "sort": .array(series.map(JSONValue.string))],
      "color": [
        "field": "series", "type": "nominal", "title": .null,
        "scale": ["domain": .array(series.map(JSONValue.string))],
      ],
    ]
    let view: JSONValue = [
      "data": ["values": .array(rows)],
      "layer": [
        [
          "mark": ["type": "rule", "strokeWidth": 1.5, "clip": true],
          "encoding": common.merging(["x": across.merging(["field": "low"]), "x2": ["field": "high"]]),
        ],
        [
          "mark": ["type": "point", "filled": true, "size": 45, "opacity": 1, "clip": true],
          "encoding": common.merging(["x": across]),
        ],
      ],
    ]
    return ChartPanel(
      title: panel.title, note: "", label: label(of: panel), shape: .height(44 + 34 * max(categories.count, 1)),
      view: points.isEmpty ? nil : view)
  }

  /// The ends of an error bar; on a logarithmic axis one that reaches 0 or below ends at a twentieth of the value.
  private static func ends(of point: Point, isLogarithmic: Bool) -> (low: Double, high: Double) {
    let spread = point.spread.flatMap { $0.isFinite ? $0 : nil } ?? 0
    let low = point.value - spread
    return (isLogarithmic && low <= 0 ? point.value / 20 : low, point.value + spread)
  }

  private static func row(_ point: Point, ends: (low: Double, high: Double)) -> JSONValue {
    [
      "category": .string(point.category), "series": .string(point.series),
      "value": .number(NumberText.rounded(point.value, digits: 6)),
      "low": .number(NumberText.rounded(ends.low, digits: 6)),
      "high": .number(NumberText.rounded(ends.high, digits: 6)),
    ]
  }

  private func label(of panel: Panel) -> String {
    let values = panel.points.map { point in
      let spread = point.spread.map { " ± \(NumberText.short($0))" } ?? ""
      return "\(point.category), \(point.series): \(NumberText.short(point.value))\(spread)"
    }
    return "\(title), \(panel.title): \(axis.label). " + values.joined(separator: "; ") + "."
  }
}
