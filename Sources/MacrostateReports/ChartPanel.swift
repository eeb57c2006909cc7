/// A figure of the report, ready to be drawn: its words, and one Vega-Lite view a panel.
///
/// Panels that belong to one frame or one trajectory form a group.
public struct Figure {
  /// The order of the panels on the page.
  enum Arrangement: String {
    /// One below the other, over the whole width.
    case wide
    /// As many groups beside one another as fit, each a column.
    case beside
    /// Groups of maps: columns on a wide page, rows on a narrow one.
    case maps
  }

  /// The explanation of the marks, set in HTML on the page.
  enum Legend {
    case none
    /// Names of series, in the theme's order of colours.
    case series([String])
    /// The true curve, the prediction, and its band where there is one.
    case prediction(truth: Bool, band: Bool)
    /// Bands of true runs, and lines of predicted ones.
    case ensembles
    /// Colours from no density to the highest of a panel; and the names of the species, where there are several.
    case ramp(species: [String])
  }

  var name, title, caption: String
  var arrangement: Arrangement
  var legend: Legend
  var groups: [[ChartPanel]]

  /// The explanation of marks that have no legend in the document.
  private var key: String {
    if case .ensembles = legend {
      return "grey: true runs, blue: predicted runs; medians, the central 50 % and (light, dashed) the central 90 %"
    }
    guard case .prediction(let truth, let band) = legend else { return "" }
    return [truth ? "grey: true" : nil, "blue: predicted", band ? "shaded: the prediction's band" : nil]
      .compactMap(\.self).joined(separator: ", ")
  }

  /// The figure as a Vega-Lite document that needs neither the page nor its theme: every panel with a size of its own.
  var document: JSONValue {
    let theme = ChartTheme.light.config(legends: true).merging(["background": "white", "padding": 12])
    return [
      "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
      "title": ["text": .string(title), "subtitle": .string(key), "offset": 16],
      "description": .string(title),
      "config": theme,
      "columns": 3,
      "spacing": 32,
      "concat": .array(
        groups.map { group in ["vconcat": .array(group.map { $0.standalone(isWide: arrangement == .wide) })] }),
      "resolve": ["scale": ["color": arrangement == .maps ? "independent" : "shared"]],
    ]
  }
}

/// One view of a figure.
struct ChartPanel {
  /// A panel's proportions.
  enum Shape: Equatable {
    /// As wide as its place, this many pixels high.
    case height(Int)
    /// A map whose height is `aspect` times its width, so that both axes have one scale.
    case map(aspect: Double)
  }

  /// The heading above the panel, and the key number beside it; either may be empty.
  var title, note: String
  /// The contents of the panel and its key numbers in words, for those who do not see it.
  var label: String
  var shape: Shape
  /// The view in Vega-Lite without its size; nil where there is nothing finite to draw.
  var view: JSONValue?

  /// The room that a map's axes and padding take at its sides, and at its top and bottom, in pixels: what
  /// `ChartTheme.config` and the axes of `DensityFigure` add up to.
  static let mapMargins = (width: 36, height: 28)

  /// The view for the page: as wide as the element it stands in.
  var responsive: JSONValue? {
    let size: JSONValue
    switch shape {
    case .height(let height): size = ["width": "container", "height": .number(Double(height))]
    case .map: size = ["width": "container", "height": "container"]
    }
    let fit: JSONValue = ["autosize": ["type": "fit", "contains": "padding"], "description": .string(label)]
    return view?.merging(size).merging(fit)
  }

  /// The view for a document of its own.
  func standalone(isWide: Bool) -> JSONValue {
    let width: Double = isWide ? 640 : 260
    let height: Double =
      switch shape {
      case .height(let height): Double(height)
      case .map(let aspect): (width * aspect).rounded()
      }
    let words: JSONValue = [
      "title": ["text": .string(title), "subtitle": .string(note), "fontSize": 12],
      "description": .string(label), "width": .number(width), "height": .number(height),
    ]
    return (view ?? ["data": ["values": []], "mark": "point"]).merging(words)
  }
}
