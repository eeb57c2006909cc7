extension SnapshotGrid: ChartFigure {
  /// The figure, ready to be drawn.
  public var figure: Figure {
    Figure(
      name: name, title: title, caption: caption, arrangement: .maps, legend: .series(species),
      groups: columns.map { $0.map(panel) })
  }

  private var species: [String] {
    columns.joined().flatMap(\.groups).map(\.name).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private func panel(_ panel: Panel) -> ChartPanel {
    let count = panel.groups.reduce(0) { $0 + $1.x.count }
    let limit = min(1, Double(Thinning.particles) / Double(max(count, 1)))
    let points = panel.groups.flatMap { group in
      Thinning.spread(count: group.x.count, limit: Int((limit * Double(group.x.count)).rounded(.up))).map { i in
        [
          "x": .number(NumberText.rounded(group.x[i], digits: 4)),
          "y": .number(NumberText.rounded(group.y[i], digits: 4)), "species": .string(group.name),
        ] as JSONValue
      }
    }
    let sizes = panel.groups.map { "\(NumberText.grouped($0.x.count)) of \($0.name)" }.joined(separator: ", ")
    return ChartPanel(
      title: panel.title, note: panel.note,
      label: "\(title), \(panel.title), \(panel.note): the positions of \(sizes).",
      shape: .map(aspect: (y.upperBound - y.lowerBound) / (x.upperBound - x.lowerBound)),
      view: [
        "view": ["style": "frame"], "data": ["values": .array(points)],
        "mark": ["type": "circle", "size": 10, "opacity": 0.9, "clip": true, "aria": false],
        "encoding": [
          "x": Self.channel("x", x), "y": Self.channel("y", y),
          "color": [
            "field": "species", "type": "nominal", "title": .null,
            "legend": ["symbolType": "circle", "symbolSize": 60, "symbolOpacity": 1],
            "scale": ["domain": .array(species.map(JSONValue.string))],
          ],
        ],
      ])
  }

  private static func channel(_ field: String, _ extent: ClosedRange<Double>) -> JSONValue {
    [
      "field": .string(field), "type": "quantitative", "title": .null,
      "scale": ["domain": .numbers([extent.lowerBound, extent.upperBound]), "zero": false, "nice": false],
      "axis": ["tickCount": 4],
    ]
  }
}
