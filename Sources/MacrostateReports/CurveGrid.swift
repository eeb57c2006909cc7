/// Panels of curves over a common axis, with a rug of points below where there is one: densities of one dimension, or
/// one observable of several trajectories.
public struct CurveGrid: Codable, Equatable, Sendable {
  /// One panel.
  public struct Panel: Codable, Equatable, Sendable {
    /// The heading: `ε = 0.1, dim ẑ = 4`.
    public var title: String
    /// Its key number: `KL 0.012`.
    public var note: String
    /// The curves; the same names in every panel.
    public var series: [LineChart.Series]
    /// Points that are shown as ticks on the lower edge; may be empty.
    public var rug: [Double]

    /// `series` under `title`.
    public init(title: String, note: String = "", series: [LineChart.Series], rug: [Double] = []) {
      self.title = title
      self.note = note
      self.series = series
      self.rug = rug
    }
  }

  /// The name of its file, `figures/NAME.vl.json`.
  public var name: String
  /// The title: what the figure shows.
  public var title: String
  /// The words below the title: how to read it.
  public var caption: String
  /// The axes; all panels of one row have one vertical scale.
  public var xAxis, yAxis: ChartAxis
  /// The panels, row by row.
  public var rows: [[Panel]]
  /// The curve that is drawn faintly where it is not to hide the others, the first of each panel; nil for none.
  public var faintSeries: String?

  /// The figure `title` of `rows` of panels.
  public init(
    name: String, title: String, caption: String = "", xAxis: ChartAxis, yAxis: ChartAxis, rows: [[Panel]],
    faintSeries: String? = nil
  ) {
    self.name = name
    self.title = title
    self.caption = caption
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.rows = rows
    self.faintSeries = faintSeries
  }
}
