import Foundation
import MacrostateSettings
import MacrostateStorage

/// A format of files of particles, a frame after the other.
///
/// A new one is two types, the format and its file, and a line in `TrajectoryReaders.all`; what is made of the frames
/// (species, features, units, boxes, the order of particles) is the same for all (`ParticleTrajectories`).
package protocol ParticleFormat: Part {
  /// The settings of `--format name,key=value`.
  associatedtype Settings
  /// The files of the format, as messages call them: `LAMMPS dumps`.
  static var title: String { get }
  /// A file of the format: `LAMMPS dump`.
  static var kind: String { get }
  /// A file of the format and how it is known, in words.
  static var appearance: String { get }
  /// What the files are called in the description of a data set: `dump`.
  static var role: String { get }
  /// What a user should know who gives no time step where files have no times.
  static var adviceWithoutTimes: String { get }
  /// Whether a file is of this format.
  static func recognises(_ file: FileBeginning) -> Bool

  /// Opens the file at `url`.
  ///
  /// - Parameters:
  ///   - request: what is wanted of it.
  ///   - mark: where the first frame to read begins; nil for the first of all.
  /// - Throws: `MacrostateError` of kind `missingInput` if it cannot be read; `badData` that names the place.
  static func open(
    _ url: URL, _ request: ParticleRequest, _ settings: Settings, from mark: FrameMark?
  ) throws -> any ParticleFile
}

extension ParticleFormat {
  /// `file`.
  package static var role: String { "file" }
  /// That times are steps or numbers of frames.
  package static var adviceWithoutTimes: String {
    "times are steps, or numbers of frames; give --time-step, the time of a step of the simulation, for times"
  }
}

/// A file of particles that is open.
package protocol ParticleFile: AnyObject {
  /// The next frame; nil at the end. Frames without particles are given, too.
  ///
  /// Memory grows with what is there, whatever numbers the file claims.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the place.
  func next() throws -> ParticleFrame?
  /// The names of all columns that the last frame had, but for those that `ParticleFrame` knows itself (coordinates, ids,
  /// labels, images): they may be asked for.
  var columnNames: [String] { get }
  /// Where the frame begins that `next` gives next.
  var mark: FrameMark { get }
  /// The number of frames, where the file says it without being read; nil where it does not.
  var frameCount: Int? { get }
  /// What a user should know of the file, once it has been read.
  var notes: [String] { get }
  /// Why the times of the file are not to be trusted, so that `--time-step` is needed; nil where they are.
  var timeProblem: String? { get }
}

extension ParticleFile {
  /// Nothing.
  package var notes: [String] { [] }
  /// They are, or there are steps.
  package var timeProblem: String? { nil }
  /// Nobody knows.
  package var frameCount: Int? { nil }
}

/// What is wanted of a file of particles.
package struct ParticleRequest: Sendable {
  /// The number of coordinates that a particle needs; nil for as many as there are.
  package var axes: Int?
  /// The columns to read beside those that every frame has, by name; those that are not there are left out.
  package var columns: [String] = []
  /// Whether all labels are wanted; else the first of `ParticleLabel` that is there.
  package var wantsAllLabels = false
  /// Whether images are wanted.
  package var wantsImages = false
  /// Whether unwrapped coordinates are wanted where the file has others, too.
  package var wantsUnwrapped = false

  /// A request; of the coordinates alone where nothing is said.
  package init(axes: Int? = nil, columns: [String] = [], wantsAllLabels: Bool = false, wantsImages: Bool = false) {
    (self.axes, self.columns) = (axes, columns)
    (self.wantsAllLabels, self.wantsImages) = (wantsAllLabels, wantsImages)
  }
}

/// Where a frame begins.
package struct FrameMark: Equatable, Sendable {
  /// The number of the frame in its file.
  package var frame: Int
  /// The byte, unpacked.
  package var byte: Int
  /// The line, from 1; 0 for files without lines.
  package var line: Int

  /// A place in a file.
  package init(frame: Int, byte: Int, line: Int) { (self.frame, self.byte, self.line) = (frame, byte, line) }
}
