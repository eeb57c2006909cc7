extension SettingsRoot {
  /// The configuration as YAML with every default of the kinds that are chosen; reading it gives the same configuration.
  public var yamlText: String { text(explained: false) }

  /// The same with a comment on every key.
  public var explainedText: String { text(explained: true) }

  /// The settings of the kinds that are chosen by their dotted keys, their values in YAML.
  public var chosenValues: [(path: String, value: String)] {
    Self.settings.filter { $0.obstacle(self) == nil }.map { ($0.path, $0.yaml(self)) }
  }

  private func text(explained: Bool) -> String {
    var lines: [String] = []
    for section in Self.sections {
      let settings = section.settings.filter { explained || $0.obstacle(self) == nil }
      if settings.isEmpty { continue }
      if explained { lines += (lines.isEmpty ? [] : [""]) + ["# \(section.summary)."] }
      if !section.name.isEmpty { lines.append("\(section.name):") }
      let indentation = section.name.isEmpty ? "" : "  "
      for setting in settings {
        if explained { lines.append("\(indentation)# \(setting.meaning): \(setting.form)") }
        lines.append("\(indentation)\(setting.key): \(setting.yaml(self))")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension SettingsRoot {
  /// The reference of all keys in Markdown, which is `Documentation/Configuration.md`.
  public static var markdown: String {
    let defaults = Self()
    var lines = [
      "# Configuration", "",
      "A run is configured by one YAML file, `macrostate train --config config.yaml`, and by `--set section.key=value`,",
      "which goes before the file. Every key has a default; the run's folder keeps a `config.yaml` with those of its kinds.",
      "Unknown keys, wrong types and values out of range are errors that name the line. So is a key of another kind than",
      "the one that is chosen, unless it has its default; where `--set` chooses another kind, the file's keys of the former",
      "one are left out with a word.",
      "`macrostate train --explain-configuration` prints a commented file to begin with.", "",
      "A run carries on with the same settings only; those marked † may change, as they leave the result alone.", "",
      "This page is made from the program's own table by `make documentation`.",
    ]
    for section in sections {
      lines += ["", section.name.isEmpty ? "## At the top" : "## `\(section.name)`", "", "\(section.summary).", ""]
      lines += ["| Key | Default | Value | Meaning |", "|---|---|---|---|"]
      for setting in section.settings {
        let mark = setting.affectsResult ? "" : " †"
        lines.append(
          "| `\(setting.path)`\(mark) | `\(setting.yaml(defaults))` | \(setting.form) | \(setting.meaning) |")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
