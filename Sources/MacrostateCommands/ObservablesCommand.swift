import ArgumentParser
import MacrostateKit

/// `macrostate observables`: what can be computed from particles.
struct ObservablesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "observables",
    abstract: "List the observables that can be computed from particles, with their settings.",
    discussion: """
      An observable is asked for by its name, with settings after commas: macrostate import … --observable \
      mixing-ratio,cutoff=1.5. With a name, all is said of that observable.
      """)

  @Argument(help: "An observable, such as mixing-ratio; all of them if it is left out.")
  var name: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  /// The observables by their outlines, as JSON has them.
  private struct List: Encodable { var observables: [ObservableOutline] }

  func run() throws {
    if let name {
      let outline = ObservableOutline(try Observables.type(named: name))
      return try json ? Results.print(json: outline) : Results.print(Self.page(outline))
    }
    let all = Observables.all.map { ObservableOutline($0) }
    try json ? Results.print(json: List(observables: all)) : Results.print(Self.list(all))
  }

  /// Columns of a line.
  private static let width = 80

  private static func list(_ outlines: [ObservableOutline]) -> String {
    let entries = outlines.map { outline in
      ([outline.name] + paragraph(outline.summary, indent: 2) + brief(outline)).joined(separator: "\n")
    }
    let end = paragraph(
      "All of one: macrostate observables NAME. To compute one: macrostate import … --observable NAME,key=value",
      indent: 0)
    return (entries + [""] + [end.joined(separator: "\n")]).joined(separator: "\n")
  }

  /// The settings by their keys and defaults, and the features.
  private static func brief(_ outline: ObservableOutline) -> [String] {
    var lines = outline.settings.flatMap { paragraph("\($0.key)=\($0.value): \($0.form)", indent: 4) }
    if !outline.features.isEmpty {
      lines += paragraph("features: " + outline.features.joined(separator: ", "), indent: 4)
    }
    return lines
  }

  private static func page(_ outline: ObservableOutline) -> String {
    var lines = [outline.name] + paragraph(outline.summary, indent: 2)
    func section(_ title: String, _ entries: [[String]]) {
      guard !entries.isEmpty else { return }
      lines += ["", title] + entries.flatMap(\.self)
    }
    section(
      "Settings:",
      outline.settings.map { setting in
        ["  \(setting.key)=\(setting.value)"] + paragraph("\(setting.summary): \(setting.form)", indent: 6)
      })
    section("Features that it looks at:", outline.features.map { ["  \($0)"] })
    if !outline.values.isEmpty {
      let (shown, more) = (outline.values.prefix(12), outline.values.count - 12)
      let text = shown.joined(separator: " ") + (more > 0 ? " and \(more) more" : "")
      section("Values of two species A and B:", [paragraph(text, indent: 2)])
    }
    if !outline.needsPositions { lines += ["", "It needs no positions."] }
    return lines.joined(separator: "\n")
  }

  /// The words of `text` in lines of at most 80 columns.
  private static func paragraph(_ text: String, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(margin + word)
      }
    }
    return lines
  }
}
