extension LineChart: ChartFigure {
  /// The chart, ready to be drawn.
  public var figure: Figure {
    Figure(
      name: name, title: title, caption: caption, arrangement: .wide,
      legend: series.count > 1 ? .series(series.map(\.name)) : .none, groups: [[panel]])
  }

  private var panel: ChartPanel {
    let finite = series.flatMap(\.y).filter(\.isFinite)
    let isShort = series.allSatisfy { $0.y.count <= 12 }
    let names = JSONValue.array(series.map { .string($0.name) })
    let view: JSONValue = [
      "data": ["values": .array(series.flatMap(Self.points))],
      "mark": [
        "type": "line", "clip": .bool(!isShort), "invalid": "break-paths-filter-domains", "point": .bool(isShort),
      ],
      "encoding": [
        "x": xAxis.channel(field: "x", values: series.flatMap(\.x)),
        "y": yAxis.channel(field: "y", values: finite),
        "color": ["field": "series", "type": "nominal", "title": .null, "scale": ["domain": names]],
      ],
    ]
    return ChartPanel(
      title: "", note: "", label: label, shape: .height(260), view: finite.isEmpty ? nil : view)
  }

  private static func points(of curve: Series) -> [JSONValue] {
    let kept = Thinning.indices(of: [curve.y], count: curve.y.count)
    let digits = NumberText.digits(ofTimes: kept.map { curve.x[$0] }, least: 7)
    return kept.map { i in
      [
        "x": .number(NumberText.rounded(curve.x[i], digits: digits)),
        "y": .number(NumberText.rounded(curve.y[i], digits: 7)),
        "series": .string(curve.name),
      ]
    }
  }

  /// The contents of the chart in words, and the end of each curve.
  private var label: String {
    let ends = series.map { curve in
      let points = zip(curve.x, curve.y).filter { $0.1.isFinite }
      guard let last = points.last, let lowest = points.min(by: { $0.1 < $1.1 }) else {
        return "\(curve.name) has no finite value"
      }
      return "\(curve.name) ends at \(NumberText.short(last.1)) and is lowest, \(NumberText.short(lowest.1)), "
        + "at \(xAxis.label) \(NumberText.short(lowest.0))"
    }
    return "\(title): \(yAxis.label) over \(xAxis.label). " + ends.joined(separator: "; ") + "."
  }
}
