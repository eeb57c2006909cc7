/// Renders a figure: its words, its legend, and a place for each of its panels that the page's script draws into.
struct HTMLFigure {
  let figure: Figure
  /// Whether there is something that draws the panels.
  let isDrawn: Bool

  /// The figure as HTML.
  var text: String {
    let title = HTMLText.escaped(figure.title)
    let caption = figure.caption.isEmpty ? "" : "<p class=\"caption\">\(HTMLText.escaped(figure.caption))</p>"
    let path = "figures/\(figure.name).vl.json"
    return """
      <figure aria-label="\(title)">
      <figcaption><h3>\(title)</h3>\(caption)</figcaption>
      \(isDrawn ? legend : "")
      <div class="panels \(figure.arrangement.rawValue)">
      \(groups)
      </div>
      <p class="file"><a href="\(path)">\(path)</a></p>
      </figure>
      """
  }

  private var groups: String {
    let groups = figure.groups.enumerated().map { group, panels in
      let texts = panels.enumerated().map { panel($0.element, id: "view-\(figure.name)-\(group)-\($0.offset)") }
      return "<div class=\"group\">\n\(texts.joined(separator: "\n"))\n</div>"
    }
    return groups.joined(separator: "\n")
  }

  private func panel(_ panel: ChartPanel, id: String) -> String {
    let words = [("strong", panel.title), ("span", panel.note)].filter { !$0.1.isEmpty }
      .map { "<\($0.0)>\(HTMLText.escaped($0.1))</\($0.0)>" }
    let heading = words.isEmpty ? "" : "<p class=\"panel-title\">\(words.joined(separator: " "))</p>\n"
    return "<div class=\"panel\">\n\(heading)\(content(of: panel, id: id))\n</div>"
  }

  private func content(of panel: ChartPanel, id: String) -> String {
    let label = HTMLText.escaped(panel.label)
    guard let view = panel.responsive else {
      return "<p class=\"undrawn\">There is nothing finite to draw. \(label)</p>"
    }
    guard isDrawn else {
      return "<p class=\"undrawn\"><b>Chart not drawn:</b> \(HTMLText.escaped(ChartBundle.remedy)). \(label)</p>"
    }
    let place =
      switch panel.shape {
      case .height(let height): "class=\"view\" style=\"height: \(height)px\""
      case .map(let aspect): "class=\"view map\" style=\"--aspect: \(NumberText.rounded(aspect, digits: 4))\""
      }
    return """
      <div \(place) role="img" aria-label="\(label)" data-view="\(id)"></div>
      <script type="application/json" id="\(id)">\(view.text)</script>
      """
  }

  private var legend: String {
    switch figure.legend {
    case .none: ""
    case .series(let names): list(names.enumerated().map { ("series-\($0.offset % 6)", $0.element) })
    case .prediction(let truth, let band):
      list(
        (truth ? [("truth", "true")] : []) + [("series-0", "predicted")] + (band ? [("band", "predicted band")] : []))
    case .ensembles:
      list([
        ("truth", "true runs: median"), ("truth-inner", "50 %"), ("truth-outer", "90 %"),
        ("series-0", "predicted runs: median"), ("edge-inner", "50 %"), ("edge-outer", "90 %"),
      ])
    case .ramp(let species):
      (species.isEmpty ? "" : list(species.enumerated().map { ("dot series-\($0.offset % 6)", $0.element) }))
        + "<p class=\"ramp\"><span>no density</span> <i></i> <span>highest of the panel</span></p>"
    }
  }

  private func list(_ entries: [(swatch: String, name: String)]) -> String {
    let items = entries.map { "<li><i class=\"\($0.swatch)\"></i>\(HTMLText.escaped($0.name))</li>" }
    return "<ul class=\"legend\">\(items.joined())</ul>"
  }
}
