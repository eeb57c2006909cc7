extension DensityFigure {
  /// The figure, ready to be drawn.
  var figure: Figure {
    let isFlat = dimension == 1
    let maximum = frames.compactMap(\.density.maximum).max() ?? 0
    return Figure(
      name: name, title: title, caption: (caption + " " + marginalNote).trimmingSpaces,
      arrangement: isFlat ? .beside : .maps, legend: isFlat ? .none : .ramp,
      groups: frames.map { isFlat ? [curvePanel($0, maximum: maximum)] : [particlePanel($0), densityPanel($0)] })
  }

  private var marginalNote: String {
    dimension > 2 ? "Of \(dimension) coordinates the first two are shown; the density is its marginal over them." : ""
  }

  // MARK: One dimension

  private func curvePanel(_ frame: Frame, maximum: Double) -> ChartPanel {
    let grid = frame.density
    let curve: [JSONValue] = grid.values.indices.map { index in
      let x = DensityGrid.centre(index, of: grid.columns, in: grid.x)
      return [
        "x": .number(NumberText.rounded(x, digits: 5)),
        "density": .number(NumberText.rounded(grid.values[index], digits: 5)),
      ]
    }
    let kept = Thinning.spread(count: frame.x.count, limit: 400)
    let rug: [JSONValue] = kept.map { ["x": .number(NumberText.rounded(frame.x[$0], digits: 5))] }
    let x: JSONValue = [
      "field": "x", "type": "quantitative", "title": "x", "scale": Self.scale(grid.x), "axis": ["tickCount": 5],
    ]
    let density: JSONValue = [
      "field": "density", "type": "quantitative", "title": "density", "axis": ["tickCount": 4],
      "scale": ["domain": .numbers([0, max(maximum, .leastNormalMagnitude)], digits: 5), "nice": true],
    ]
    let bottom: JSONValue = ["value": ["expr": "height - 5"]]
    return ChartPanel(
      title: frame.title, note: "", label: label(of: frame), shape: .height(210),
      view: [
        "layer": [
          [
            "data": ["values": .array(curve)],
            "mark": ["type": "area", "opacity": 0.25, "line": true, "clip": true],
            "encoding": ["x": x, "y": density],
          ],
          [
            "data": ["values": .array(rug)],
            "mark": ["type": "tick", "opacity": 0.5, "thickness": 1, "size": 10, "clip": true, "aria": false],
            "encoding": ["x": x, "y": bottom],
          ],
        ]
      ])
  }

  // MARK: Two dimensions

  private func particlePanel(_ frame: Frame) -> ChartPanel {
    let grid = frame.density
    let kept = Thinning.spread(count: min(frame.x.count, frame.y.count))
    let points: [JSONValue] = kept.map { index in
      [
        "x": .number(NumberText.rounded(frame.x[index], digits: 5)),
        "y": .number(NumberText.rounded(frame.y[index], digits: 5)),
      ]
    }
    // A dot's area in square pixels, smaller where there are many.
    let size = min(14, max(3, 4200 / Double(max(kept.count, 1))))
    let shown = kept.count < frame.x.count ? "\(NumberText.grouped(kept.count)) of " : ""
    let count = "\(shown)\(NumberText.grouped(frame.x.count)) particles"
    return ChartPanel(
      title: frame.title, note: count,
      label: "\(title), \(frame.title): the positions of \(count) in the first two coordinates, "
        + "x from \(Self.words(grid.x)), y from \(Self.words(grid.y)).",
      shape: .map(aspect: aspect(of: grid)),
      view: [
        "view": ["style": "frame"],
        "data": ["values": .array(points)],
        "mark": ["type": "circle", "style": "particles", "size": .number(size), "clip": true, "aria": false],
        "encoding": ["x": Self.mapChannel("x", grid.x), "y": Self.mapChannel("y", grid.y)],
      ])
  }

  private func densityPanel(_ frame: Frame) -> ChartPanel {
    let grid = frame.density
    let maximum = grid.maximum ?? 0
    return ChartPanel(
      title: "learned density", note: "up to \(NumberText.short(maximum))", label: label(of: frame),
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

  /// What a density shows and where it is highest.
  private func label(of frame: Frame) -> String {
    let grid = frame.density
    let finite = grid.values.indices.filter { grid.values[$0].isFinite }
    guard let peak = finite.max(by: { grid.values[$0] < grid.values[$1] }), grid.columns > 0 else {
      return "\(title), \(frame.title): the learned density has no finite value."
    }
    let x = DensityGrid.centre(peak % grid.columns, of: grid.columns, in: grid.x)
    let y = DensityGrid.centre(peak / grid.columns, of: grid.rows, in: grid.y)
    let place = dimension == 1 ? NumberText.short(x) : "(\(NumberText.short(x)), \(NumberText.short(y)))"
    return "\(title), \(frame.title): the learned density of \(NumberText.grouped(frame.x.count)) particles, "
      + "highest, \(NumberText.short(grid.values[peak])), at \(place)."
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
