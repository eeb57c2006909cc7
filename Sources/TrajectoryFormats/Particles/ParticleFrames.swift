import Foundation
import MacrostateStorage
import Microstates

/// The frames of one trajectory in files of particles, one after the other, each step once.
package final class ParticleFrames {
  /// How a file is opened, at the place of a frame.
  typealias Open = @Sendable (URL, FrameMark?) throws -> any ParticleFile

  private var files: ArraySlice<URL>
  private let allFiles: [URL]
  private let open: Open
  private let conversion: ParticleConversion
  private var file: (any ParticleFile)?
  private var hasEmptyFrames = false
  /// The steps of the frames so far; their numbers where files have no steps.
  private var steps: [Int] = []
  private var time: Double?
  /// The number of frames so far.
  private var number: Int
  /// Whether all has been read once: what repeats itself is then known to be the same.
  private let isRead: Bool
  /// The same frames once more, as far as a frame was met that repeats one of them.
  private var earlier: ParticleFrames?

  /// Where a frame stands.
  struct Mark: Sendable {
    /// The number of the file.
    var file: Int
    /// The place in the file.
    var start: FrameMark
    /// The number of the frame in the trajectory.
    var number: Int
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
  init(_ files: [URL], _ open: @escaping Open, _ conversion: ParticleConversion, from beginning: Mark? = nil) {
    (allFiles, self.open, self.conversion, self.beginning) = (files, open, conversion, beginning)
    self.files = files[(beginning?.file ?? 0)...]
    time = beginning?.earlier?.time
    steps = beginning?.earlier.map { [$0.step] } ?? []
    number = beginning?.number ?? 0
    isRead = beginning != nil
  }

  /// The next frame; nil at the end.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the place.
  func next() throws -> Trajectory.Frame? {
    while let (frame, start) = try nextRead() {
      if isRead, let last = steps.last, let step = frame.step, step <= last { continue }
      let converted = try conversion(frame, number: number)
      if let step = frame.step, let last = steps.last, step <= last {
        // A restart writes frames once more.
        let isThere = steps.contains(step)
        guard try isThere && earlierFrame(step: step) == converted else {
          throw Self.stepGoesBack(frame, step, hasEarlier: isThere)
        }
        conversion.notes.add("frames that repeat an earlier one are left out", frame.place.url)
        continue
      }
      try checkTime(converted.time, frame)
      mark = Mark(
        file: files.startIndex - 1, start: start, number: number,
        earlier: steps.last.flatMap { step in time.map { (step, $0) } })
      steps.append(frame.step ?? number)
      number += 1
      time = converted.time
      return converted
    }
    return nil
  }

  private func checkTime(_ next: Double, _ frame: ParticleFrame) throws {
    let atStep = frame.step.map { " at step \($0)" } ?? ""
    guard time.map({ $0 < next }) ?? true else {
      throw frame.place.error("time \(next)\(atStep) does not come after that of the frame before")
    }
    if let problem = QuantityLimits.problem(time: next, after: time) {
      throw frame.place.error("\(frame.step.map { "step \($0): " } ?? "")\(problem)")
    }
  }

  /// The next frame that has particles, of this file or the next, and where it begins.
  private func nextRead() throws -> (ParticleFrame, FrameMark)? {
    while true {
      if let file {
        let start = file.mark
        if let frame = try file.next() {
          if frame.count > 0 { return (frame, start) }
          hasEmptyFrames = true
          continue
        }
        let empty = hasEmptyFrames ? ["frames without atoms are left out"] : []
        for note in file.notes + empty { conversion.notes.add(note, allFiles[files.startIndex - 1]) }
        self.file = nil
        hasEmptyFrames = false
      }
      guard let url = files.popFirst() else { return nil }
      file = try open(url, beginning?.start)
      beginning = nil
    }
  }

  /// The frame of an earlier step, read once more: repeated frames come in the order of their steps, too.
  private func earlierFrame(step: Int) throws -> Trajectory.Frame? {
    if earlier?.steps.last.map({ $0 >= step }) ?? true {
      var quiet = conversion
      quiet.notes = ReadingNotes()
      earlier = ParticleFrames(allFiles, open, quiet)
    }
    while let frame = try earlier?.next() {
      if earlier?.steps.last == step { return frame }
    }
    return nil
  }

  private static func stepGoesBack(_ frame: ParticleFrame, _ step: Int, hasEarlier: Bool) -> MacrostateError {
    let what =
      hasEarlier
      ? "step \(step) is there already, with other positions"
      : "step \(step) does not come after the step of the frame before it"
    let remedy =
      frame.place.isFirst
      ? "these files are of different runs, each of which is a trajectory of its own"
      : "another run begins here; give each a file of its own\(frame.place.splitting.map { ": \($0)" } ?? "")"
    return frame.place.error("\(what); \(remedy)")
  }
}
