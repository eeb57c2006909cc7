/// The parts of a page that are words and numbers.
enum HTMLBlocks {
  static func notice(_ notice: Notice) -> String {
    let name =
      switch notice.kind {
      case .information: "Note"
      case .warning: "Warning"
      case .missing: "Missing"
      }
    return "<p class=\"notice \(notice.kind.rawValue)\" role=\"note\"><strong>\(name)</strong> "
      + "<span>\(HTMLText.escaped(notice.text))</span></p>"
  }

  static func keyFigures(_ figures: [KeyFigure]) -> String {
    guard !figures.isEmpty else { return "" }
    let items = figures.map { figure in
      "<div><dt>\(HTMLText.escaped(figure.label))</dt><dd class=\"value\">\(HTMLText.escaped(figure.value))</dd>"
        + (figure.detail.isEmpty ? "" : "<dd class=\"detail\">\(HTMLText.escaped(figure.detail))</dd>") + "</div>"
    }
    return "<dl class=\"key-figures\">\n\(items.joined(separator: "\n"))\n</dl>"
  }

  static func keyValues(_ values: KeyValues) -> String {
    guard !values.entries.isEmpty else { return "" }
    let heading = values.title.isEmpty ? "" : "<h3>\(HTMLText.escaped(values.title))</h3>\n"
    let items = values.entries.map {
      "<div><dt>\(HTMLText.escaped($0.key))</dt><dd>\(HTMLText.escaped($0.value))</dd></div>"
    }
    return "\(heading)<dl class=\"key-values\">\n\(items.joined(separator: "\n"))\n</dl>"
  }

  static func table(_ table: ReportTable) -> String {
    let numeric = table.columns.indices.map(table.isNumeric)
    let heads = table.columns.enumerated().map { column, title in
      "<th scope=\"col\"\(numeric[column] ? " class=\"number\"" : "")>\(HTMLText.escaped(title))</th>"
    }
    let rows = table.rows.map { row in
      let cells = table.columns.indices.map { column in
        cell(row.indices.contains(column) ? row[column] : .text(""), column: column, isNumeric: numeric[column])
      }
      return "<tr>\(cells.joined())</tr>"
    }
    let title = HTMLText.escaped(table.title)
    let note = table.note.isEmpty ? "" : "<p class=\"caption\">\(HTMLText.escaped(table.note))</p>"
    return """
      <div class="table">
      <h3>\(title)</h3>
      <div class="scroll" role="region" aria-label="Table: \(title)" tabindex="0">
      <table>
      <thead><tr>\(heads.joined())</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      </div>
      \(note)
      <p class="file"><a href="tables/\(table.name).csv">tables/\(table.name).csv</a></p>
      </div>
      """
  }

  private static func cell(_ cell: ReportTable.Cell, column: Int, isNumeric: Bool) -> String {
    let text = HTMLText.escaped(cell.shown)
    guard column > 0 else { return "<th scope=\"row\"\(isNumeric ? " class=\"number\"" : "")>\(text)</th>" }
    return "<td\(isNumeric ? " class=\"number\"" : "")>\(text)</td>"
  }
}
