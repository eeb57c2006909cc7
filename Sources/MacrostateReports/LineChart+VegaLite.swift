extension LineChart {
  /// The chart, ready to be drawn.
  var figure: Figure {
    Figure(
      name: name, title: title, caption: caption, arrangement: .wide,
      legend: series.count > 1 ? .series(series.map(\.name)) : .none, panels: [panel])
  }

  private var panel: ChartPanel {
    let curves = series.map { curve in
      let kept = Thinning.indices(of: [curve.y], count: curve.y.count)
      return Series(curve.name, x: kept.map { curve.x[$0] }, y: kept.map { curve.y[$0] })
    }
    let finite = series.flatMap(\.y).filter(\.isFinite)
    let isShort = series.allSatisfy { $0.y.count <= 12 }
    let names = JSONValue.array(series.map { .string($0.name) })
    let view: JSONValue = [
      "data": ["values": .array(curves.flatMap(Self.points))],
      "mark": ["type": "line", "clip": true, "invalid": "break-paths-filter-domains", "point": .bool(isShort)],
      "encoding": [
        "x": xAxis.channel(field: "x", values: series.flatMap(\.x)),
        "y": yAxis.channel(field: "y", values: finite),
        "color": ["field": "series", "type": "nominal", "title": nil, "scale": ["domain": names]],
      ],
    ]
    return ChartPanel(
      title: "", note: "", label: label, shape: .height(260), view: finite.isEmpty ? nil : view)
  }

  private static func points(of curve: Series) -> [JSONValue] {
    zip(curve.x, curve.y).map { x, y in
      [
        "x": .number(NumberText.rounded(x, digits: 7)), "y": .number(NumberText.rounded(y, digits: 7)),
        "series": .string(curve.name),
      ]
    }
  }

  /// What the chart shows, and where each curve ends.
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

extension ChartAxis {
  /// The Vega-Lite position channel of this axis for `values`, which decide whether a logarithm can be taken.
  func channel(field: String, values: [Double], domain: ClosedRange<Double>? = nil) -> JSONValue {
    let finite = values.filter(\.isFinite)
    let isLogarithmic = scale == .logarithmic && !finite.isEmpty && finite.allSatisfy { $0 > 0 }
    var scale: JSONValue = ["type": isLogarithmic ? "log" : "linear", "zero": false, "nice": .bool(field != "x")]
    if let domain { scale = scale.merging(["domain": .numbers([domain.lowerBound, domain.upperBound])]) }
    let small = (finite.map(abs).max() ?? 1) < 1e-2
    let axis: JSONValue = isLogarithmic || small ? ["tickCount": 5, "format": ".3~g"] : ["tickCount": 5]
    return [
      "field": .string(field), "type": "quantitative", "title": .string(label), "scale": scale, "axis": axis,
    ]
  }
}
