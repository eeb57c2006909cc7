import Foundation
import MacrostateStorage

/// The file formats of trajectories.
public enum TrajectoryFormat: Sendable {
  /// `.npy` and `.npz`: `NumPyTrajectorySource`.
  case numPy
  /// Text dumps of LAMMPS: `LAMMPSDumpSource`.
  case lammpsDump

  /// The format of the file at `url`, by its ending if that is NumPy's, else by its first bytes.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if the file cannot be read; `badData` if it is of no format that
  ///   is read.
  public init(of url: URL) throws {
    if ["npy", "npz"].contains(url.pathExtension) {
      self = .numPy
      return
    }
    let start = try ForeignFormat.start(of: url)
    try ForeignFormat.refuse(url, start: start)
    if start.starts(with: [0x93] + Array("NUMPY".utf8)) || start.starts(with: Array("PK".utf8)) {
      self = .numPy
    } else if Self.isDump(String(decoding: start, as: UTF8.self)) {
      self = .lammpsDump
    } else {
      throw MacrostateError(
        .badData,
        "\(url.path): neither NumPy arrays (.npy, .npz) nor a text dump of LAMMPS, which begins with 'ITEM:'; dump with "
          + "the style custom, or save arrays with numpy.save")
    }
  }

  /// Whether the first line that is no comment is one of a dump.
  private static func isDump(_ start: String) -> Bool {
    String(start.trimmingPrefix("\u{FEFF}")).split(whereSeparator: \.isNewline).lazy
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .first { !$0.isEmpty && !$0.hasPrefix("#") }?.hasPrefix("ITEM: ") ?? false
  }
}
