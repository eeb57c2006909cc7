/// An axis of a chart.
public struct ChartAxis: Codable, Equatable, Sendable {
  /// The spread of values along the axis.
  public enum Scale: String, Codable, Sendable {
    /// Equal steps for equal differences.
    case linear
    /// Equal steps for equal ratios; where a value is not positive the chart falls back to `linear`, so nothing is
    /// lost.
    case logarithmic
  }

  /// The name of the axis, with its unit in brackets where it has one: `time [τ]`.
  public var label: String
  /// The spread of values along the axis.
  public var scale: Scale

  /// The axis named `label`.
  public init(_ label: String, scale: Scale = .linear) {
    self.label = label
    self.scale = scale
  }
}

/// Curves over a common axis, such as training and validation losses over steps.
public struct LineChart: Codable, Equatable, Sendable {
  /// One curve.
  public struct Series: Codable, Equatable, Sendable {
    /// Its name in the legend, with a meaning of its own: `validation KL`.
    public var name: String
    /// Abscissae, ascending.
    public var x: [Double]
    /// Ordinates, one for each abscissa; NaN and infinities leave a gap.
    public var y: [Double]

    /// The curve through the points (x, y); `x` and `y` are equally long.
    public init(_ name: String, x: [Double], y: [Double]) {
      precondition(x.count == y.count, "a curve needs one ordinate for each abscissa")
      self.name = name
      self.x = x
      self.y = y
    }
  }

  /// The name of its file, `figures/NAME.vl.json`.
  public var name: String
  /// The title: what the chart shows.
  public var title: String
  /// The words below the title: how to read it.
  public var caption: String
  /// The axes.
  public var xAxis, yAxis: ChartAxis
  /// The curves.
  public var series: [Series]

  /// The chart `title` of `series`.
  public init(
    name: String, title: String, caption: String = "", xAxis: ChartAxis, yAxis: ChartAxis, series: [Series]
  ) {
    self.name = name
    self.title = title
    self.caption = caption
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.series = series
  }
}

/// Predicted and true observables over time: one panel a trajectory, all on the same vertical scale.
public struct BandChart: Codable, Equatable, Sendable {
  /// One trajectory.
  public struct Panel: Codable, Equatable, Sendable {
    /// The trajectory: `in-dst, trajectory 17`.
    public var title: String
    /// Its key number: `MRE 4.1 × 10⁻⁵`.
    public var note: String
    /// Times `[T]`, ascending.
    public var time: [Double]
    /// The prediction's mean `[T]`.
    public var mean: [Double]
    /// The true values `[T]`, or nil where they are not known.
    public var truth: [Double]?
    /// The lower and upper ends of the prediction's band `[T]`, or nil without one.
    public var band: Band?

    /// A trajectory's prediction; every array has the length of `time`.
    public init(
      title: String, note: String = "", time: [Double], mean: [Double], truth: [Double]? = nil, band: Band? = nil
    ) {
      let lengths = [mean.count, truth?.count, band?.lower.count, band?.upper.count].compactMap { $0 }
      precondition(lengths.allSatisfy { $0 == time.count }, "a prediction needs one value for each time")
      self.title = title
      self.note = note
      self.time = time
      self.mean = mean
      self.truth = truth
      self.band = band
    }
  }

  /// The ends of a prediction's band.
  public struct Band: Codable, Equatable, Sendable {
    /// Lower and upper ends `[T]`.
    public var lower, upper: [Double]

    /// The band between `lower` and `upper`.
    public init(lower: [Double], upper: [Double]) {
      self.lower = lower
      self.upper = upper
    }
  }

  /// The name of its file, `figures/NAME.vl.json`.
  public var name: String
  /// The title: `Mean pair energy, in-dst`.
  public var title: String
  /// The words below the title: how to read it, and what the band is.
  public var caption: String
  /// The axes.
  public var xAxis, yAxis: ChartAxis
  /// The trajectories.
  public var panels: [Panel]

  /// The chart `title` of `panels`.
  public init(
    name: String, title: String, caption: String = "", xAxis: ChartAxis, yAxis: ChartAxis, panels: [Panel]
  ) {
    self.name = name
    self.title = title
    self.caption = caption
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.panels = panels
  }
}
