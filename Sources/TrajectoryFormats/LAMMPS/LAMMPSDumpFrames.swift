import Foundation
import MacrostateStorage
import Microstates

/// The frames of one trajectory in LAMMPS dumps, one after the other, each step once.
final class LAMMPSDumpFrames {
  private var files: ArraySlice<URL>
  private let allFiles: [URL]
  private let axes: Int?
  private let conversion: LAMMPSFrameConversion
  private var reader: LAMMPSDumpReader?
  /// The steps of the frames so far.
  private var steps: [Int] = []
  private var time: Double?
  /// Whether all has been read once: what repeats itself is then known to be the same.
  private let isRead: Bool
  /// The same frames once more, as far as a frame was met that repeats one of them.
  private var earlier: LAMMPSDumpFrames?

  /// Where a frame stands.
  struct Mark: Sendable {
    /// The number of the file.
    var file: Int
    /// The byte, unpacked, and the line behind the frame before.
    var start: (byte: Int, line: Int)
    /// The step and the time of the frame before; `nil` for the first.
    var earlier: (step: Int, time: Double)?
  }

  /// Where the last frame stands.
  private(set) var mark: Mark?
  /// Where the first frame to read stands, of files that have been read once: frames of earlier steps are repeated ones.
  private var beginning: Mark?

  /// The frames in `files`, which are in the order of their steps.
  ///
  /// - Parameter beginning: where the first frame to read stands, in files that have been read to their end before; `nil`
  ///   for all frames.
  init(_ files: [URL], axes: Int?, _ conversion: LAMMPSFrameConversion, from beginning: Mark? = nil) {
    (allFiles, self.axes, self.conversion, self.beginning) = (files, axes, conversion, beginning)
    self.files = files[(beginning?.file ?? 0)...]
    time = beginning?.earlier?.time
    steps = beginning?.earlier.map { [$0.step] } ?? []
    isRead = beginning != nil
  }

  /// The next frame; nil at the end.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the line.
  func next() throws -> Trajectory.Frame? {
    while let (frame, reader) = try nextRead() {
      if isRead, let last = steps.last, frame.step <= last { continue }
      let converted = try conversion(frame, of: reader.scanner)
      if let last = steps.last, frame.step <= last {
        // A restart writes frames once more.
        let isThere = steps.contains(frame.step)
        guard try isThere && earlierFrame(step: frame.step) == converted else {
          throw Self.stepGoesBack(frame, hasEarlier: isThere, reader.scanner)
        }
        conversion.notes.add("frames that repeat an earlier one are left out", reader.scanner.url)
        continue
      }
      guard time.map({ $0 < converted.time }) ?? true else {
        throw reader.scanner.error(
          atLine: frame.line,
          "time \(converted.time) at step \(frame.step) does not come after that of the frame before")
      }
      if let problem = QuantityLimits.problem(time: converted.time, after: time) {
        throw reader.scanner.error(atLine: frame.line, "step \(frame.step): \(problem)")
      }
      mark = Mark(
        file: files.startIndex - 1, start: frame.start,
        earlier: steps.last.flatMap { step in time.map { (step, $0) } })
      steps.append(frame.step)
      time = converted.time
      return converted
    }
    return nil
  }

  /// The next frame of this file or the next.
  private func nextRead() throws -> (LAMMPSDumpReader.Frame, LAMMPSDumpReader)? {
    while true {
      if let reader {
        if let frame = try reader.next() { return (frame, reader) }
        addNotes(reader)
        self.reader = nil
      }
      guard let file = files.popFirst() else { return nil }
      reader = try LAMMPSDumpReader(file, axes: axes, from: beginning?.start)
      beginning = nil
    }
  }

  /// The frame of an earlier step, read once more: repeated frames come in the order of their steps, too.
  private func earlierFrame(step: Int) throws -> Trajectory.Frame? {
    if earlier?.steps.last.map({ $0 >= step }) ?? true {
      var quiet = conversion
      quiet.notes = ReadingNotes()
      earlier = LAMMPSDumpFrames(allFiles, axes: axes, quiet)
    }
    while let frame = try earlier?.next() {
      if earlier?.steps.last == step { return frame }
    }
    return nil
  }

  private func addNotes(_ reader: LAMMPSDumpReader) {
    if reader.emptyFrameCount > 0 { conversion.notes.add("frames without atoms are left out", reader.scanner.url) }
    if reader.scanner.lacksLastLineFeed {
      conversion.notes.add(
        "the last line has no line feed; it is taken as whole, but its last number may be cut off", reader.scanner.url)
    }
  }

  private static func stepGoesBack(
    _ frame: LAMMPSDumpReader.Frame, hasEarlier: Bool, _ scanner: TextScanner
  ) -> MacrostateError {
    let what =
      hasEarlier
      ? "step \(frame.step) is there already, with other positions"
      : "step \(frame.step) does not come after the step of the frame before it"
    let remedy =
      frame.line > 1
      ? "another run begins here; give each a file of its own: \(scanner.shellCommand("head -n \(frame.line - 1)")) > "
        + "first.dump; \(scanner.shellCommand("tail -n +\(frame.line)")) > second.dump"
      : "these files are of different runs, each of which is a trajectory of its own"
    return scanner.error(atLine: frame.line, "\(what); \(remedy)")
  }
}
