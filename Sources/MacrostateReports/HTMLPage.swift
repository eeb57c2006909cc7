/// Renders a report as one HTML page that needs nothing beside itself.
struct HTMLPage {
  /// The report, with names for its files.
  let report: Report
  /// The bundle that draws the charts; nil leaves a notice in the place of each.
  let charts: ChartBundle?

  /// The page.
  var text: String {
    let views = report.figures.flatMap(\.groups).joined().contains { $0.view != nil }
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="\(Self.policy)">
      <title>\(HTMLText.escaped(report.title)) · Macrostate</title>
      <style>
      \(Stylesheet.text)
      </style>
      </head>
      <body>
      \(header)
      <main>
      \(report.sections.map(section).joined(separator: "\n"))
      </main>
      <footer><p>Made by Macrostate. This page needs no network. Its tables stand in <code>tables/</code> and its \
      figures, as Vega-Lite, in <code>figures/</code> beside it.</p></footer>
      \(views ? scripts : "")
      </body>
      </html>

      """
  }

  /// Nothing may be fetched from anywhere. Vega compiles its expressions, hence `unsafe-eval`.
  private static let policy =
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:"

  private var header: String {
    let notices = report.notices + (charts == nil && !report.figures.isEmpty ? [Self.missingCharts] : [])
    var parts = ["<header>", "<p class=\"kicker\">Macrostate</p>", "<h1>\(HTMLText.escaped(report.title))</h1>"]
    if !report.subtitle.isEmpty { parts.append("<p class=\"subtitle\">\(HTMLText.escaped(report.subtitle))</p>") }
    if !report.command.isEmpty {
      parts.append("<pre class=\"command\"><code>\(HTMLText.escaped(report.command))</code></pre>")
    }
    parts.append(HTMLBlocks.keyFigures(report.keyFigures))
    parts += notices.map(HTMLBlocks.notice)
    parts.append(contents)
    parts.append("</header>")
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private static let missingCharts = Notice(
    .missing,
    "The charts are not drawn, as their JavaScript was not found: \(ChartBundle.remedy), then write the "
      + "report again with `macrostate report`. Everything else is complete.")

  private var contents: String {
    guard report.sections.count > 1 else { return "" }
    let links = report.sections.map { section in
      "<a href=\"#\(HTMLText.slug(section.title))\">\(HTMLText.escaped(section.title))</a>"
    }
    return "<nav aria-label=\"Contents\">\(links.joined(separator: "\n"))</nav>"
  }

  private func section(_ section: ReportSection) -> String {
    let id = HTMLText.slug(section.title)
    return """
      <section id="\(id)" aria-labelledby="\(id)-title">
      <h2 id="\(id)-title">\(HTMLText.escaped(section.title))</h2>
      \(section.blocks.map(block).joined(separator: "\n"))
      </section>
      """
  }

  private func block(_ block: ReportBlock) -> String {
    switch block {
    case .text(let text): "<p>\(HTMLText.escaped(text))</p>"
    case .notice(let notice): HTMLBlocks.notice(notice)
    case .keyValues(let values): HTMLBlocks.keyValues(values)
    case .table(let table): HTMLBlocks.table(table)
    case .figure(let chart): HTMLFigure(figure: chart.figure, isDrawn: charts != nil).text
    }
  }

  private var scripts: String {
    guard let charts else { return "" }
    let themes: JSONValue = [
      "light": ChartTheme.light.config(legends: false), "dark": ChartTheme.dark.config(legends: false),
    ]
    return """
      <script type="application/json" id="chart-themes">\(themes.text)</script>
      <script>\(HTMLText.inlined(script: charts.script))</script>
      <script>\(PageScript.text)</script>
      """
  }
}
