import Foundation
import MacrostateStorage

/// The file formats of trajectories.
public enum TrajectoryFormat: Sendable {
  /// `.npy` and `.npz`: `NumPyTrajectorySource`.
  case numPy
  /// Text dumps of LAMMPS: `LAMMPSDumpSource`.
  case lammpsDump

  /// The format of the file at `url`, by its ending, else by its first bytes.
  ///
  /// - Throws: `MacrostateError` of kind `missingInput` if the file cannot be read; `badData` if it is of no known format.
  public init(of url: URL) throws {
    if ["npy", "npz"].contains(url.pathExtension) {
      self = .numPy
      return
    }
    let file = try DecompressedFile(url)
    var start = [UInt8](repeating: 0, count: 8)
    let count = try start.withUnsafeMutableBytes(file.read)
    let beginnings: [([UInt8], TrajectoryFormat)] = [
      (Array("ITEM: ".utf8), .lammpsDump), ([0x93] + Array("NUMPY".utf8), .numPy), (Array("PK".utf8), .numPy),
    ]
    guard let format = beginnings.first(where: { start.prefix(count).starts(with: $0.0) })?.1 else {
      throw MacrostateError(
        .badData,
        "\(url.path): neither NumPy arrays (.npy, .npz) nor a text dump of LAMMPS, which begins with 'ITEM:'; dump with "
          + "the style custom, or save arrays with numpy.save")
    }
    self = format
  }
}
