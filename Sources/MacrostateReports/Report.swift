/// The report of one run, what it was, did and found: the content of `report.html`, without any layout.
///
/// A report is a value that the caller fills from top to bottom; `html(charts:)` renders it and `write(to:charts:)`
/// puts it, its figures and its tables into a run's folder.
///
///     var report = Report(title: "Interacting particles", subtitle: "…", command: "macrostate demo")
///     report.sections.append(ReportSection("Errors", [.table(errors)]))
///     try report.write(to: runFolder)
public struct Report: Sendable {
  /// The page's heading.
  public var title: String
  /// One sentence below the heading: what was learned, from what.
  public var subtitle: String
  /// The command that makes this run again, as one would type it.
  public var command: String
  /// The few numbers that a reader wants first.
  public var keyFigures: [KeyFigure]
  /// The notices that must be read before the rest is believed; shown above the sections.
  public var notices: [Notice]
  /// The report's body, in reading order.
  public var sections: [ReportSection]

  /// A report with a heading and, to begin with, as much else as is at hand.
  public init(
    title: String, subtitle: String, command: String, keyFigures: [KeyFigure] = [], notices: [Notice] = [],
    sections: [ReportSection] = []
  ) {
    self.title = title
    self.subtitle = subtitle
    self.command = command
    self.keyFigures = keyFigures
    self.notices = notices
    self.sections = sections
  }
}

/// A heading of the report and what stands under it.
public struct ReportSection: Sendable {
  /// The heading; also the entry in the page's list of contents.
  public var title: String
  /// The contents, in reading order.
  public var blocks: [ReportBlock]

  /// The section `title` with `blocks`.
  public init(_ title: String, _ blocks: [ReportBlock] = []) {
    self.title = title
    self.blocks = blocks
  }
}

/// One piece of a section.
public enum ReportBlock: Sendable {
  /// A paragraph of plain text.
  case text(String)
  /// Something to be aware of.
  case notice(Notice)
  /// Names and their values: settings, provenance.
  case keyValues(KeyValues)
  /// A table; also written as `tables/NAME.csv`.
  case table(ReportTable)
  /// A figure; also written as `figures/NAME.vl.json`.
  case figure(any ChartFigure)
}

/// Something that is drawn: a chart, a map.
public protocol ChartFigure: Sendable {
  /// The name of its file, `figures/NAME.vl.json`.
  var name: String { get set }
  /// Its words and its panels.
  var figure: Figure { get }
}
