import Foundation
import MacrostateSettings

/// Files in the format XYZ, plain or extended: a line with the number of particles, a comment, and a line for each
/// particle. In an extended file the comment has keys with values: the box, the columns, the time.
///
/// Columns are those of `Properties`, in any order; without it they are a name and three coordinates. Velocities are
/// called `velo`, `vel` or `velocities` by different programs: they become `vx vy vz`. ASE writes `momenta` instead, which
/// stay `momenta-1` to `momenta-3`, since masses may be missing.
package enum ExtendedXYZ: ParticleFormat {
  /// The name.
  package static let name = "xyz"
  /// The files.
  package static let title = "XYZ files"
  /// A file.
  package static let kind = "XYZ file"
  /// A file, and how it is known.
  package static let appearance = "a file in the format XYZ, plain or extended"

  /// Whether the first line is a number, the second a comment with the keys of the extended format, or the third one of a
  /// particle.
  package static func recognises(_ file: FileBeginning) -> Bool {
    let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces.union(["\r", "\u{FEFF}"])) }
    guard lines.count > 1, Int(lines[0]) != nil else { return false }
    if lines[1].contains("Lattice=") || lines[1].contains("Properties=") { return true }
    let words = lines.count > 2 ? lines[2].split(whereSeparator: \.isWhitespace) : []
    return words.count >= 4 && words[1...3].allSatisfy { Double($0) != nil }
  }

  package static func open(
    _ url: URL, _ request: ParticleRequest, _ settings: NoSettings, from mark: FrameMark?
  ) throws -> any ParticleFile {
    try XYZFile(url, request, from: mark)
  }
}
