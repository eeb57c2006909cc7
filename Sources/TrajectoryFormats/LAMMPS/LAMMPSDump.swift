import Foundation
import MacrostateSettings

/// Text dumps of LAMMPS (`dump custom` or `dump atom`), compressed or not.
///
/// Columns may stand in any order, and coordinates be plain, scaled or unwrapped (`x`, `xs`, `xu`, `xsu`).
package enum LAMMPSDump: ParticleFormat {
  /// The name.
  package static let name = "lammps-dump"
  /// The files.
  package static let title = "LAMMPS dumps"
  /// A file.
  package static let kind = "LAMMPS dump"
  /// A file, and how it is known.
  package static let appearance = "a text dump of LAMMPS, which begins with 'ITEM:'"
  /// What descriptions of data sets call it.
  package static let role = "dump"
  /// What a dump without times needs.
  package static let adviceWithoutTimes =
    "times are steps of LAMMPS; give --time-step, the time step of the simulation, for times"

  /// Whether the first line that is no comment is one of a dump of atoms.
  package static func recognises(_ file: FileBeginning) -> Bool {
    guard !ForeignFormat.isKnown(file) else { return false }
    return String(file.text.trimmingPrefix("\u{FEFF}")).split(whereSeparator: \.isNewline).lazy
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .first { !$0.isEmpty && !$0.hasPrefix("#") }?.hasPrefix("ITEM: ") ?? false
  }

  package static func open(
    _ url: URL, _ request: ParticleRequest, _ settings: NoSettings, from mark: FrameMark?
  ) throws -> any ParticleFile {
    try LAMMPSDumpFile(url, request, from: mark)
  }
}

/// Trajectories in LAMMPS text dumps.
package typealias LAMMPSDumpSource = ParticleTrajectories<LAMMPSDump>

extension ParticleTrajectories where Format == LAMMPSDump {
  /// The dumps `files`.
  package init(_ files: [URL], options: ParticleOptions = ParticleOptions()) throws {
    try self.init(files, options: options, settings: NoSettings())
  }
}
