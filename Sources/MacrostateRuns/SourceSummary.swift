import Foundation
import MacrostateStorage
import Microstates
import TrajectoryFormats

/// What files of trajectories contain, as `import` would read them, before anything is written.
public struct SourceSummary: Codable, Sendable {
  /// A number of each frame or trajectory: from the least to the greatest.
  public struct Range: Codable, Sendable, Equatable {
    /// The least.
    public var least: Double
    /// The greatest.
    public var greatest: Double

    init(_ value: Double) { (least, greatest) = (value, value) }

    mutating func add(_ value: Double) { (least, greatest) = (min(least, value), max(greatest, value)) }

    var text: String {
      func text(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? String(format: "%.6g", value) }
      return least == greatest ? text(least) : "\(text(least)) to \(text(greatest))"
    }
  }

  /// The files, by path.
  public var files: [String]
  /// The kind of files: `LAMMPS dump`.
  public var kind: String
  /// The number of trajectories.
  public var trajectories: Int
  /// The frames that were looked at: all, or those of which the first files tell.
  public var framesRead: Int
  /// Whether all frames were read.
  public var isWhole: Bool
  /// The frames of a trajectory: of all, or of the first.
  public var frames: Range
  /// The particles of a frame, of the frames that were read.
  public var particles: Range
  /// d.
  public var dimension: Int
  /// The names of the species.
  public var species: [String]
  /// The particles of each species in the first frame.
  public var particlesBySpecies: [Int]
  /// The names of the features.
  public var features: [String]
  /// Columns that could be features.
  public var columns: [String]
  /// The box of the first frame; nil for open space.
  public var box: SimulationBox?
  /// Whether frames have boxes of their own.
  public var hasChangingBoxes: Bool
  /// The units of positions and times; "1" where nobody says them.
  public var units: DatasetDescription.Units
  /// Whether the times of frames are known; else they are steps, or numbers of frames.
  public var saysTimes: Bool
  /// The times of frames.
  public var times: Range
  /// The time between the first two frames; nil for one frame.
  public var timeStep: Double?
  /// The observables that the files have.
  public var observables: [String]
  /// What a user should know.
  public var notes: [String]

  /// Looks at the trajectories of `source`.
  ///
  /// - Parameter allFrames: whether all frames of all trajectories are read, and so checked; else some of the first.
  /// - Throws: as reading does.
  public init(_ source: any TrajectorySource, kind: String, allFrames: Bool) throws {
    (files, self.kind, trajectories) = (source.files.map { $0.url.relativePath }, kind, source.trajectoryCount)
    (dimension, species, features, columns) = (
      source.dimension, source.speciesNames, source.featureNames, source.columnNames
    )
    (box, hasChangingBoxes, units) = (source.box, source.hasChangingBoxes, source.units)
    (saysTimes, observables) = (source.saysTimes, source.observables.map(\.name))
    guard let first = try source.frames(ofTrajectory: 0).next() else {
      throw MacrostateError(.badData, "\(source.name): it has no frames")
    }
    let features = source.featureNames.count
    func count(_ frame: Trajectory.Frame, _ species: Int) -> Int {
      frame.pointCount(species: species, dimension: source.dimension, featureCount: features)
    }
    func total(_ frame: Trajectory.Frame) -> Double {
      Double(frame.positions.indices.reduce(0) { $0 + count(frame, $1) })
    }
    particlesBySpecies = first.positions.indices.map { count(first, $0) }
    (particles, times) = (Range(total(first)), Range(first.time))
    var (read, step) = (0, Double?.none)
    var lengths: Range?
    for m in 0..<(allFrames ? source.trajectoryCount : 1) {
      let stream = try source.frames(ofTrajectory: m)
      var length = 0
      while allFrames || length < Self.sampled, let frame = try stream.next() {
        if m == 0, length == 1 { step = frame.time - first.time }
        particles.add(total(frame))
        times.add(frame.time)
        length += 1
      }
      read += length
      lengths?.add(Double(length))
      lengths = lengths ?? Range(Double(length))
    }
    (framesRead, isWhole, timeStep) = (read, allFrames, step)
    frames = allFrames ? lengths ?? Range(0) : Range(Double(max(source.estimatedFrameCount, read)))
    notes = source.advice + source.notes
  }

  /// Frames that are read where not all are.
  private static let sampled = 10

  /// The command that makes a data set of the files.
  public var next: String {
    let first = files.first ?? ""
    let name = URL(fileURLWithPath: first).deletingPathExtension().lastPathComponent
    let others = files.count > 1 ? " …" : ""
    return "Next: macrostate import \(first)\(others) --output \(name).dataset"
  }

  /// The summary for people.
  public var text: String {
    let shown = files.count > 1 ? "\(files[0]) and \(files.count - 1) more" : files.first ?? ""
    var lines = [
      "\(shown)  (\(kind))",
      "  trajectories  \(trajectories), frames in each \(isWhole ? "" : "about ")\(frames.text)",
      "  particles     \(particles.text), in \(isWhole ? "all" : "the first \(framesRead)") frames",
      "  species       " + zip(species, particlesBySpecies).map { "\($0) (\($1))" }.joined(separator: ", "),
      "  dimension     \(dimension)",
    ]
    if let box {
      lines += Self.lines(box, hasChangingBoxes ? "in the first frame" : nil)
    } else {
      lines.append("  box           none: open space")
    }
    lines.append(
      "  lengths in    \(units.position == "1" ? "a unit that nobody has said (--length-unit)" : units.position)")
    let step = timeStep.map { ", a step of " + Range($0).text } ?? ""
    lines.append(
      "  times         \(times.text)\(step), "
        + (saysTimes ? units.time == "1" ? "in a unit that nobody has said" : "in \(units.time)" : "which are steps"))
    if !features.isEmpty { lines.append("  features      \(features.joined(separator: ", "))") }
    let others = columns.filter { !features.contains($0) }
    if !others.isEmpty { lines.append("  other columns \(others.joined(separator: ", "))  (--features)") }
    if !observables.isEmpty { lines.append("  observables   \(observables.joined(separator: ", "))") }
    return lines.joined(separator: "\n")
  }

  private static func lines(_ box: SimulationBox, _ place: String?) -> [String] {
    let ends = zip("xyz", box.boundaries).map { "\($0) \($1.rawValue)" }.joined(separator: ", ")
    let edges =
      box.isTilted
      ? box.edgeVectors.map { "(\($0.map { Range($0).text }.joined(separator: ", ")))" }.joined(separator: " ")
      : box.lengths.map { Range($0).text }.joined(separator: " x ")
    return [
      "  box           \(edges) from (\(box.origin.map { Range($0).text }.joined(separator: ", ")))"
        + (place.map { ", \($0)" } ?? ""),
      "                \(ends)",
    ]
  }
}
