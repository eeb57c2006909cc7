import Foundation

/// The output of LAMMPS, as far as it tells why a run failed.
struct LAMMPSOutput {
  private let lines: [String]

  /// An error stands at the end, and a long run may have printed any number of lines.
  private static let readBytes: UInt64 = 1 << 16
  private static let longestLine = 400
  /// A longer note of the place in LAMMPS's sources is left out.
  private static let longestNote = 40

  /// The end of the file at `url`; nothing if it cannot be read.
  init(_ url: URL) {
    var text = Data()
    if let file = try? FileHandle(forReadingFrom: url) {
      let size = (try? file.seekToEnd()) ?? 0
      try? file.seek(toOffset: size - min(size, Self.readBytes))
      text = (try? file.readToEnd()) ?? Data()
      try? file.close()
    }
    lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline).map {
      $0.prefix(Self.longestLine).trimmingCharacters(in: .whitespaces)
    }
  }

  /// LAMMPS's own message: `ERROR: …`, or `ERROR on proc 0: …`. What MPI adds to it says no more.
  var error: String? {
    guard let line = lines.first(where: { $0.hasPrefix("ERROR:") || $0.hasPrefix("ERROR on proc ") }) else {
      return nil
    }
    guard let note = line.firstRange(of: /\s\([^\s()]+:\d+\)$/), line[note].count > Self.longestNote else {
      return line
    }
    return String(line[..<note.lowerBound])
  }

  /// The command of the script that failed, as LAMMPS shows it.
  var lastCommand: String? {
    lines.first { $0.hasPrefix("Last command:") || $0.hasPrefix("Last input line:") }
  }

  /// The last line with a letter in it.
  var lastLine: String? { lines.last { $0.contains(where: \.isLetter) } }
}
