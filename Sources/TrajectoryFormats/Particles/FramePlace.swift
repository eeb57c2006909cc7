import Foundation
import MacrostateStorage

/// Where a frame stands in its file, for messages.
struct FramePlace {
  /// The file.
  let url: URL
  /// The number of the frame in its file, from 0.
  var frame: Int
  /// The lines of a text file: the frame's first, and that of its first particle; nil for other files.
  var lines: (first: Int, particles: Int)?

  /// An error of kind `badData` about the frame.
  func error(_ problem: String) -> MacrostateError {
    MacrostateError(.badData, "\(url.path): \(lines.map { "line \($0.first)" } ?? "frame \(frame)"): \(problem)")
  }

  /// An error of kind `badData` about the columns of the frame.
  func errorInHeader(_ problem: String) -> MacrostateError {
    guard let lines else { return error(problem) }
    return MacrostateError(.badData, "\(url.path): line \(lines.particles - 1): \(problem)")
  }

  /// An error of kind `badData` about the particle in `row`.
  func error(row: Int, _ problem: String) -> MacrostateError {
    let place = lines.map { "line \($0.particles + row)" } ?? "frame \(frame), particle \(row)"
    return MacrostateError(.badData, "\(url.path): \(place): \(problem)")
  }
}
