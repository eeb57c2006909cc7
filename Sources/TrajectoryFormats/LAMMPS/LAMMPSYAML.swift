import Foundation
import MacrostateSettings

/// Dumps of LAMMPS of the style yaml: a document for each frame.
package enum LAMMPSYAML: ParticleFormat {
  /// The name.
  package static let name = "lammps-yaml"
  /// The files.
  package static let title = "LAMMPS dumps of style yaml"
  /// A file.
  package static let kind = "LAMMPS dump of style yaml"
  /// A file, and how it is known.
  package static let appearance = "a dump of LAMMPS in YAML, with the line 'creator: LAMMPS'"
  /// What descriptions of data sets call it.
  package static let role = LAMMPSDump.role
  /// What a dump without times needs.
  package static let adviceWithoutTimes = LAMMPSDump.adviceWithoutTimes

  /// Whether the first document is one of LAMMPS.
  package static func recognises(_ file: FileBeginning) -> Bool {
    let lines = file.text.split(whereSeparator: \.isNewline).prefix(5).map { $0.trimmingCharacters(in: .whitespaces) }
    return lines.first == "---" && lines.contains("creator: LAMMPS")
  }

  package static func open(
    _ url: URL, _ request: ParticleRequest, _ settings: NoSettings, from mark: FrameMark?
  ) throws -> any ParticleFile {
    try LAMMPSYAMLFile(url, request, from: mark)
  }
}
