/// The spread of many true runs beside that of many predicted ones: a column a case, a panel an observable, each over
/// time.
public struct EnsembleChart: Codable, Equatable, Sendable {
  /// Quantiles over runs, each `[T]`.
  public struct Quantiles: Codable, Equatable, Sendable {
    /// The median.
    public var median: [Double]
    /// The edges of the central 50 % and 90 %.
    public var lower50, upper50, lower90, upper90: [Double]

    /// Quantiles; all arrays are equally long.
    public init(median: [Double], lower50: [Double], upper50: [Double], lower90: [Double], upper90: [Double]) {
      precondition([lower50, upper50, lower90, upper90].allSatisfy { $0.count == median.count }, "one value a time")
      self.median = median
      self.lower50 = lower50
      self.upper50 = upper50
      self.lower90 = lower90
      self.upper90 = upper90
    }
  }

  /// One observable of one case.
  public struct Panel: Codable, Equatable, Sendable {
    /// Times `[T]`, ascending.
    public var time: [Double]
    /// The true runs.
    public var truth: Quantiles
    /// The predicted runs.
    public var prediction: Quantiles

    /// Runs over `time`.
    public init(time: [Double], truth: Quantiles, prediction: Quantiles) {
      precondition([truth.median.count, prediction.median.count].allSatisfy { $0 == time.count }, "one value a time")
      self.time = time
      self.truth = truth
      self.prediction = prediction
    }
  }

  /// The runs that belong together.
  public struct Case: Codable, Equatable, Sendable {
    /// The heading: `half_l = 12`.
    public var title: String
    /// Its key number: `100 runs`.
    public var note: String
    /// A panel for each observable.
    public var panels: [Panel]

    /// `panels` under `title`.
    public init(title: String, note: String = "", panels: [Panel]) {
      self.title = title
      self.note = note
      self.panels = panels
    }
  }

  /// The name of its file, `figures/NAME.vl.json`.
  public var name: String
  /// The title: what the chart shows.
  public var title: String
  /// The words below the title: how to read it.
  public var caption: String
  /// The axis of time.
  public var xAxis: ChartAxis
  /// The axes of the observables; all cases have one scale for each.
  public var observables: [ChartAxis]
  /// The cases.
  public var cases: [Case]

  /// The chart `title` of `cases`, each with as many panels as there are `observables`.
  public init(
    name: String, title: String, caption: String = "", xAxis: ChartAxis, observables: [ChartAxis], cases: [Case]
  ) {
    precondition(cases.allSatisfy { $0.panels.count == observables.count }, "a panel for each observable")
    self.name = name
    self.title = title
    self.caption = caption
    self.xAxis = xAxis
    self.observables = observables
    self.cases = cases
  }
}
