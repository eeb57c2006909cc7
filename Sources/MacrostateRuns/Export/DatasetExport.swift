import Foundation
import MacrostateStorage
import Microstates

/// A data set, or one of its trajectories, as files of other programs.
public struct DatasetExport {
  /// The format of a file, by its name.
  enum Format: String, CaseIterable {
    /// NumPy's arrays.
    case npz
    /// Extended XYZ.
    case xyz
  }

  let dataset: Dataset
  /// The numbers of the trajectories.
  let trajectories: [Int]

  /// An export of `dataset`, or of its trajectory number `trajectory`.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for a trajectory that is not there.
  public init(_ dataset: Dataset, trajectory: Int? = nil) throws {
    if let trajectory, !(0..<dataset.trajectoryCount).contains(trajectory) {
      throw MacrostateError(
        .usage,
        "--trajectory \(trajectory): \(dataset.url.path) has the trajectories 0 to \(dataset.trajectoryCount - 1)")
    }
    self.dataset = dataset
    trajectories = trajectory.map { [$0] } ?? Array(0..<dataset.trajectoryCount)
  }

  /// The number of frames that are written: those whose positions are stored.
  public var frameCount: Int {
    trajectories.reduce(0) { $0 + dataset.positionedFrames(ofTrajectory: $1).count }
  }

  /// Writes the file at `url`, whose name tells the format; several where the format has one trajectory in a file.
  ///
  /// - Returns: the files.
  /// - Throws: `MacrostateError` of kind `usage` for a name of no format; `failure` if a file cannot be written.
  public func write(to url: URL, progress: (Int, Int) -> Void = { _, _ in }) throws -> [URL] {
    guard let format = Format(rawValue: url.pathExtension.lowercased()) else {
      let names = Format.allCases.map { "." + $0.rawValue }.joined(separator: ", ")
      throw MacrostateError(.usage, "\(url.relativePath): the name tells the format, and must end in one of \(names)")
    }
    switch format {
    case .npz:
      try ArrayExport(self).write(to: url, progress: progress)
      return [url]
    case .xyz:
      guard dataset.dimension > 0 else {
        throw MacrostateError(.usage, "\(dataset.url.path): its states have no positions for an .xyz file; export .npz")
      }
      let files = trajectories.map { trajectories.count == 1 ? url : Self.numbered(url, $0) }
      for (done, (file, m)) in zip(files, trajectories).enumerated() {
        try XYZExport(dataset).write(trajectory: m, to: file)
        progress(done + 1, files.count)
      }
      return files
    }
  }

  /// `x-0012.xyz` of `x.xyz`.
  private static func numbered(_ url: URL, _ number: Int) -> URL {
    let name = url.deletingPathExtension().lastPathComponent + String(format: "-%04d.", number) + url.pathExtension
    return url.deletingLastPathComponent().appendingPathComponent(name)
  }
}
