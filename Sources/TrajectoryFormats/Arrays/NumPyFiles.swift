import Foundation
import MacrostateSettings
import MacrostateStorage
import Microstates

/// Trajectories in NumPy's files (`.npy`, `.npz`) of any arrangement: one array of all trajectories of one n
/// (`NumPyTrajectorySource`), sets of different n behind each other (`RaggedArrays`), or a file for each trajectory or each
/// frame (`SourceSequence`).
public struct NumPyFiles: TrajectoryReader, TrajectorySourceView {
  /// The name.
  public static let name = "numpy"
  /// The files.
  public static let title = "arrays"
  /// A file.
  public static let kind = "NumPy arrays"
  /// A file, and how it is known.
  public static let appearance = "NumPy arrays (.npy, .npz)"
  /// What arrays do not say.
  public static let options: Set<ReadingOption> = [
    .timeStep, .observables, .observableNames, .types, .grid, .join, .array,
  ]
  /// What arrays have instead.
  public static let insteadOf: [ReadingOption: String] = [
    .species: "arrays have --types", .dimension: "arrays have a last axis",
    .features: "features of arrays are an array 'features' beside 'positions' in an .npz file",
  ]

  let source: any TrajectorySource

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

  /// The arrays in `files`.
  public init(_ files: [URL], _ options: ReadingOptions, _ settings: NoSettings) throws {
    let arrays = NumPyTrajectorySource.Options(
      timeStep: options.timeStep, observables: options.observables, observableNames: options.observableNames,
      types: options.types, grid: options.grid, array: options.array, placement: options.placement)
    if files.count == 1 {
      source = try Self.source(files[0], arrays)
      return
    }
    if let option = [ReadingOption.observables, .types].first(where: options.given.contains) {
      throw MacrostateError(
        .usage,
        "\(files.count) arrays, and one file for \(option.flag); put what belongs to each file beside its positions, in an "
          + ".npz file")
    }
    var each = arrays
    each.allowsOneFrame = true
    let sources = try files.map { [each] in try Self.source($0, each) }
    let areFrames = sources.allSatisfy { ($0 as? NumPyTrajectorySource)?.isOneFrame ?? false }
    source = try SourceSequence(sources, joins: options.joinsFiles || areFrames, timeStep: options.timeStep)
  }

  private static func source(
    _ file: URL, _ options: NumPyTrajectorySource.Options
  ) throws -> any TrajectorySource {
    if let ragged = try RaggedArrays(file, options) { return ragged }
    return try NumPyTrajectorySource(file, options: options)
  }

  /// What arrays without times need.
  public var advice: [String] {
    saysTimes ? [] : ["the time between frames is 1, since none is given; say it by --time-step"]
  }
}

extension NumPyTrajectorySource: TrajectorySource {
  /// Whether the file, or the caller, says the times.
  public var saysTimes: Bool { hasTimes || hasTimeStep }
  /// None: the reader of the files gives it.
  public var advice: [String] { [] }
}
