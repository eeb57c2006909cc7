import Foundation
import MacrostateStorage

/// Where a frame stands in its file, for messages.
package struct FramePlace {
  /// The file.
  package let url: URL
  /// The number of the frame in its file, from 0.
  package var frame: Int
  /// The lines of a text file: the frame's first, and that of its first particle; nil for other files.
  var lines: (first: Int, particles: Int)?
  /// The rows of the file that particles come from; nil for all, in their order.
  var rows: [Int]?
  /// The program that unpacks the file in a shell; nil where it is not compressed.
  var packer: String?

  /// Whether it is the first frame of its file.
  var isFirst: Bool { lines.map { $0.first <= 1 } ?? (frame == 0) }

  /// The shell's commands that make a file of the frames before and one of this and those that follow; nil where it is the
  /// first, or not of lines.
  var splitting: String? {
    guard let lines, !isFirst else { return nil }
    func command(_ arguments: String) -> String { url.shellCommand(arguments, packer: packer) }
    return "\(command("head -n \(lines.first - 1)")) > first.dump; \(command("tail -n +\(lines.first)")) > second.dump"
  }

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
    let place = lines == nil ? "frame \(frame), " : ""
    return MacrostateError(.badData, "\(url.path): \(place)\(rowName(row)): \(problem)")
  }

  /// The place of the particle in `row`.
  func rowName(_ row: Int) -> String {
    let row = rows?[row] ?? row
    return lines.map { "line \($0.particles + row)" } ?? "particle \(row)"
  }
}
