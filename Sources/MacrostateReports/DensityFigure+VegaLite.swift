extension DensityFigure: ChartFigure {
  /// The figure, ready to be drawn.
  public var figure: Figure {
    let isFlat = dimension == 1
    let maximum = frames.flatMap(\.groups).compactMap(\.density.maximum).max() ?? 0
    return Figure(
      name: name, title: title, caption: (caption + " " + marginalNote).trimmingSpaces,
      arrangement: isFlat ? .beside : .maps, legend: isFlat ? .none : .ramp(species: species),
      groups: frames.map { frame in
        isFlat
          ? frame.groups.map { curvePanel($0, of: frame, maximum: maximum) }
          : [particlePanel(frame)] + frame.groups.map { densityPanel($0, of: frame) }
      })
  }

  /// The names of several species, in the order in which they appear; empty where there is one.
  private var species: [String] {
    let names = frames.flatMap(\.groups).map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return names.count > 1 ? names : []
  }

  private var marginalNote: String {
    dimension > 2 ? "Of \(dimension) coordinates the first two are shown; the density is its marginal over them." : ""
  }

  // MARK: One dimension

  private func curvePanel(_ group: Group, of frame: Frame, maximum: Double) -> ChartPanel {
    let grid = group.density
    let curve: [JSONValue] = grid.values.indices.map { index in
      let x = DensityGrid.centre(index, of: grid.columns, in: grid.x)
      return [
        "x": .number(NumberText.rounded(x, digits: 5)),
        "density": .number(NumberText.rounded(grid.values[index], digits: 5)),
      ]
    }
    let kept = Thinning.spread(count: group.x.count, limit: 400)
    let rug: [JSONValue] = kept.map { ["x": .number(NumberText.rounded(group.x[$0], digits: 5))] }
    let x: JSONValue = [
      "field": "x", "type": "quantitative", "title": "x", "scale": Self.scale(grid.x), "axis": ["tickCount": 5],
    ]
    let density: JSONValue = [
      "field": "density", "type": "quantitative", "title": "density", "axis": ["tickCount": 4],
      "scale": ["domain": .numbers([0, max(maximum, .leastNormalMagnitude)], digits: 5), "nice": true],
    ]
    return ChartPanel(
      title: frame.title, note: group.name, label: label(of: group, in: frame), shape: .height(210),
      view: [
        "layer": [
          [
            "data": ["values": .array(curve)],
            "mark": ["type": "area", "opacity": 0.25, "line": true, "clip": true],
            "encoding": ["x": x, "y": density],
          ],
          [
            "data": ["values": .array(rug)],
            "mark": [
              "type": "tick", "opacity": 0.5, "thickness": 1, "size": 10, "yOffset": -5, "clip": true, "aria": false,
            ],
            "encoding": ["x": x, "y": ["value": "height"]],
          ],
        ]
      ])
  }

  // MARK: Two dimensions

  private func particlePanel(_ frame: Frame) -> ChartPanel {
    let grid = frame.groups[0].density
    let total = frame.groups.reduce(0) { $0 + $1.x.count }
    let points = frame.groups.flatMap { self.points(of: $0, among: total) }
    // A dot's area in square pixels, smaller where there are many.
    let size = min(14, max(3, 4200 / Double(max(points.count, 1))))
    let shown = points.count < total ? "\(NumberText.grouped(points.count)) of " : ""
    let count = "\(shown)\(NumberText.grouped(total)) particles"
    let names = JSONValue.array(species.map(JSONValue.string))
    let colour: JSONValue =
      species.isEmpty
      ? [:]
      : ["color": ["field": "species", "type": "nominal", "title": .null, "scale": ["domain": names]]]
    let style: JSONValue = species.isEmpty ? ["style": "particles"] : ["opacity": 0.9]
    return ChartPanel(
      title: frame.title, note: count,
      label: "\(title), \(frame.title): the positions of \(count) in the first two coordinates, "
        + "x from \(Self.words(grid.x)), y from \(Self.words(grid.y)).",
      shape: .map(aspect: aspect(of: grid)),
      view: [
        "view": ["style": "frame"],
        "data": ["values": .array(points)],
        "mark": (["type": "circle", "size": .number(size), "clip": true, "aria": false] as JSONValue).merging(style),
        "encoding": (["x": Self.mapChannel("x", grid.x), "y": Self.mapChannel("y", grid.y)] as JSONValue)
          .merging(colour),
      ])
  }

  /// The particles of a species that are drawn, their share of those that can be.
  private func points(of group: Group, among total: Int) -> [JSONValue] {
    let count = min(group.x.count, group.y.count)
    let limit = total > Thinning.particles ? max(1, Thinning.particles * count / total) : count
    return Thinning.spread(count: count, limit: limit).map { index in
      let place: JSONValue = [
        "x": .number(NumberText.rounded(group.x[index], digits: 5)),
        "y": .number(NumberText.rounded(group.y[index], digits: 5)),
      ]
      return species.isEmpty ? place : place.merging(["species": .string(group.name)])
    }
  }

  private func densityPanel(_ group: Group, of frame: Frame) -> ChartPanel {
    let grid = group.density
    let maximum = grid.maximum ?? 0
    return ChartPanel(
      title: group.name.isEmpty ? "learned density" : "density of \(group.name)",
      note: "up to \(NumberText.short(maximum))", label: label(of: group, in: frame),
      shape: .map(aspect: aspect(of: grid)),
      view: [
        "view": ["style": "frame"],
        "data": ["values": .numbers(grid.values, digits: 4)],
        "transform": grid.cellTransform,
        "mark": ["type": "rect", "style": "density", "aria": false, "clip": true, "stroke": .null],
        "encoding": [
          "x": Self.mapChannel("left", grid.x), "x2": ["field": "right"],
          "y": Self.mapChannel("bottom", grid.y), "y2": ["field": "top"],
          "color": [
            "field": "data", "type": "quantitative", "title": "density",
            "scale": ["domain": .numbers([0, max(maximum, .leastNormalMagnitude)], digits: 4)],
          ],
        ],
      ])
  }

  private func aspect(of grid: DensityGrid) -> Double {
    let width = grid.x.upperBound - grid.x.lowerBound
    let height = grid.y.upperBound - grid.y.lowerBound
    // Beyond 1:4 a map of one scale would be a sliver.
    return width > 0 && height > 0 ? min(4, max(0.25, height / width)) : 1
  }

  private static func mapChannel(_ field: String, _ extent: ClosedRange<Double>) -> JSONValue {
    // Both axes take the same room in every map, whatever their labels, so that the plot keeps its proportions.
    let room = JSONValue.number(field == "x" || field == "left" ? 20 : 26)
    return [
      "field": .string(field), "type": "quantitative", "title": .null, "scale": scale(extent),
      "axis": [
        "tickCount": 4, "grid": false, "labelFontSize": 10, "domain": false, "minExtent": room, "maxExtent": room,
      ],
    ]
  }

  private static func scale(_ extent: ClosedRange<Double>) -> JSONValue {
    ["domain": .numbers([extent.lowerBound, extent.upperBound]), "nice": false, "zero": false]
  }

  private static func words(_ extent: ClosedRange<Double>) -> String {
    "\(NumberText.short(extent.lowerBound)) to \(NumberText.short(extent.upperBound))"
  }

  /// The contents of a density in words, and the place where it is highest.
  private func label(of group: Group, in frame: Frame) -> String {
    let grid = group.density
    let finite = grid.values.indices.filter { grid.values[$0].isFinite }
    let species = group.name.isEmpty ? "" : " of \(group.name)"
    guard let peak = finite.max(by: { grid.values[$0] < grid.values[$1] }), grid.columns > 0 else {
      return "\(title), \(frame.title): the learned density\(species) has no finite value."
    }
    let x = DensityGrid.centre(peak % grid.columns, of: grid.columns, in: grid.x)
    let y = DensityGrid.centre(peak / grid.columns, of: grid.rows, in: grid.y)
    let place = dimension == 1 ? NumberText.short(x) : "(\(NumberText.short(x)), \(NumberText.short(y)))"
    let particles = "\(NumberText.grouped(group.x.count)) particles\(species)"
    return "\(title), \(frame.title): the learned density of \(particles), highest, "
      + "\(NumberText.short(grid.values[peak])), at \(place)."
  }
}

extension DensityGrid {
  /// The highest finite value.
  fileprivate var maximum: Double? { values.filter(\.isFinite).max() }

  /// The cells' edges from the place of a value in the list: the list alone is a tenth of what it would be with them.
  fileprivate var cellTransform: JSONValue {
    let width = (x.upperBound - x.lowerBound) / Double(max(columns, 1))
    let height = (y.upperBound - y.lowerBound) / Double(max(rows, 1))
    func edge(_ origin: Double, _ step: Double, _ cell: String) -> JSONValue {
      .string("\(origin) + \(step) * (\(cell))")
    }
    let column = "(datum.cell - 1) % \(columns)"
    let row = "floor((datum.cell - 1) / \(columns))"
    return [
      ["window": [["op": "row_number", "as": "cell"]]],
      ["calculate": edge(x.lowerBound, width, column), "as": "left"],
      ["calculate": edge(x.lowerBound, width, "\(column) + 1"), "as": "right"],
      ["calculate": edge(y.lowerBound, height, row), "as": "bottom"],
      ["calculate": edge(y.lowerBound, height, "\(row) + 1"), "as": "top"],
    ]
  }
}
