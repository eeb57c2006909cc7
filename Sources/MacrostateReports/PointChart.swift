/// Measured values with their spread beside reference values, a row a category: what was reproduced beside what was
/// published.
public struct PointChart: Codable, Equatable, Sendable {
  /// One value.
  public struct Point: Codable, Equatable, Sendable {
    /// Its row: `AE-InvE`.
    public var category: String
    /// The series, an entry in the legend: `here`, `published`.
    public var series: String
    /// The value.
    public var value: Double
    /// Half the length of its error bar; nil without one.
    public var spread: Double?

    /// The value of `series` in the row `category`.
    public init(category: String, series: String, value: Double, spread: Double? = nil) {
      self.category = category
      self.series = series
      self.value = value
      self.spread = spread
    }
  }

  /// The values under one heading, such as a regime.
  public struct Panel: Codable, Equatable, Sendable {
    /// The heading.
    public var title: String
    /// The values.
    public var points: [Point]

    /// `points` under `title`.
    public init(title: String, points: [Point]) {
      self.title = title
      self.points = points
    }
  }

  /// The name of its file, `figures/NAME.vl.json`.
  public var name: String
  /// The title: what the chart shows.
  public var title: String
  /// The words below the title: how to read it, and what the error bars are.
  public var caption: String
  /// The axis of the values.
  public var axis: ChartAxis
  /// The rows from top to bottom.
  public var categories: [String]
  /// The names of the series in the legend's order.
  public var series: [String]
  /// The panels.
  public var panels: [Panel]

  /// The chart `title` of `panels`.
  public init(
    name: String, title: String, caption: String = "", axis: ChartAxis, categories: [String], series: [String],
    panels: [Panel]
  ) {
    self.name = name
    self.title = title
    self.caption = caption
    self.axis = axis
    self.categories = categories
    self.series = series
    self.panels = panels
  }
}
