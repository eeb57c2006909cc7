/// The colours and type of the charts, once for a light page and once for a dark one. The specifications themselves name
/// no colours, so one figure serves both.
struct ChartTheme: Sendable {
  var text, muted, rule: String
  /// Colours of series, in order; told apart by people with any kind of colour vision (after Okabe and Ito).
  var series: [String]
  /// The true values, which a prediction is laid over.
  var truth: String
  /// Heat map colours from no density to the highest, evenly spaced.
  var ramp: [String]

  static let light = ChartTheme(
    text: "#1f2733", muted: "#5a6473", rule: "#e6e9ed",
    series: ["#0067a8", "#c8500a", "#00835c", "#a8488a", "#8a6d00", "#4b5563"], truth: "#a9b2be",
    ramp: ["#f6f8fa", "#cfe0ee", "#93bfde", "#4b93c6", "#1b639f", "#0b3763"])

  static let dark = ChartTheme(
    text: "#e4e8ee", muted: "#9aa5b3", rule: "#2a323d",
    series: ["#62b5ea", "#f0954a", "#4cc49a", "#dd8fc4", "#d9bd4e", "#aab4c2"], truth: "#6b7686",
    ramp: ["#151b22", "#163550", "#1c5c8c", "#3a8fc7", "#86c4ea", "#e3f3ff"])

  static let font = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

  /// The Vega-Lite `config` of this theme. A page has its legends in HTML, where they wrap; a figure's own file keeps
  /// them in the chart.
  func config(legends: Bool) -> JSONValue {
    [
      "background": "transparent",
      "font": .string(Self.font),
      "padding": ["left": 2, "right": 8, "top": 6, "bottom": 2],
      "view": ["stroke": .null],
      "axis": [
        "domain": false, "tickColor": .string(rule), "tickSize": 4, "gridColor": .string(rule),
        "labelColor": .string(muted), "labelFontSize": 11, "labelPadding": 4, "labelOverlap": true,
        "titleColor": .string(muted), "titleFontSize": 11.5, "titleFontWeight": "normal", "titlePadding": 8,
      ],
      "axisX": ["grid": false, "domain": true, "domainColor": .string(muted), "tickColor": .string(muted)],
      "axisY": ["titleAlign": "left", "titleAngle": 0, "titleX": 0, "titleY": -8, "titleBaseline": "bottom"],
      "legend": [
        "disable": .bool(!legends), "orient": "top", "labelColor": .string(text), "labelFontSize": 11,
        "titleColor": .string(muted), "titleFontWeight": "normal", "symbolType": "stroke", "symbolStrokeWidth": 2,
      ],
      "title": [
        "anchor": "start", "color": .string(text), "fontSize": 13, "fontWeight": 600,
        "subtitleColor": .string(muted), "subtitleFontSize": 11.5,
      ],
      "range": ["category": strings(series), "heatmap": strings(ramp), "ramp": strings(ramp)],
      "line": ["color": .string(series[0]), "strokeWidth": 1.75],
      "area": ["color": .string(series[0])],
      "point": ["color": .string(series[0])],
      "tick": ["color": .string(text)],
      "style": [
        "truth": ["color": .string(truth)],
        "particles": ["color": .string(text), "opacity": 0.75],
        "frame": ["stroke": .string(rule)],
      ],
    ]
  }

  private func strings(_ values: [String]) -> JSONValue { .array(values.map(JSONValue.string)) }
}
