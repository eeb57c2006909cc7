import Foundation
import MacrostateSettings
import MacrostateStorage

extension NumPyTrajectorySource: TrajectoryReader {
  /// The name.
  public static let name = "numpy"
  /// The files.
  public static let title = "arrays"
  /// A file.
  public static let kind = "NumPy arrays"
  /// A file, and how it is known.
  public static let appearance = "NumPy arrays (.npy, .npz)"
  /// What arrays do not say.
  public static let options: Set<ReadingOption> = [.timeStep, .observables, .observableNames, .types, .grid]
  /// What arrays have instead.
  public static let insteadOf: [ReadingOption: String] = [
    .species: "arrays have --types", .join: "join arrays along their frames", .dimension: "arrays have a last axis",
  ]

  /// Whether it is called as NumPy's files are, or begins as they do.
  public static func recognises(_ file: FileBeginning) -> Bool {
    ["npy", "npz"].contains(file.url.pathExtension) || file.bytes.starts(with: [0x93] + Array("NUMPY".utf8))
      || file.bytes.starts(with: Array("PK".utf8))
  }

  /// The arrays of a file.
  public static func arrays(in url: URL) throws -> [(name: String, array: NumPyArray)]? {
    guard url.pathExtension == "npz" else { return [(url.lastPathComponent, try NumPyArray(url))] }
    let archive = try ZipArchive(url)
    return try archive.arrayNames.map { ($0, try archive.array($0)) }
  }

  /// The arrays of the one file `files`.
  public init(_ files: [URL], _ options: ReadingOptions, _ settings: NoSettings) throws {
    guard files.count == 1 else {
      throw MacrostateError(
        .usage,
        "\(files.count) arrays; give one, with all trajectories: [trajectories, frames, n, d] (in Python numpy.stack); "
          + "trajectories of different lengths or numbers of particles can be imported from text dumps of LAMMPS, one "
          + "file a trajectory, not yet from arrays")
    }
    try self.init(
      files[0],
      options: .init(
        timeStep: options.timeStep, observables: options.observables, observableNames: options.observableNames,
        types: options.types, grid: options.grid, placement: options.placement))
  }

  /// Whether the file, or the caller, says the times.
  public var saysTimes: Bool { hasTimes || hasTimeStep }

  /// What arrays without times need.
  public var advice: [String] {
    saysTimes ? [] : ["the time between frames is 1, since none is given; say it by --time-step"]
  }
}
