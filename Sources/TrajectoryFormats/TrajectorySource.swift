import Foundation
import Microstates

/// Trajectories that can be read a frame at a time, whatever their file format.
public protocol TrajectorySource: Sendable {
  /// What messages call the source: its path.
  var name: String { get }
  /// The number of trajectories.
  var trajectoryCount: Int { get }
  /// The dimension d of space; 0 for states without positions.
  var dimension: Int { get }
  /// The numbers of cells along the axes of a grid, which are the points of every frame; `nil` for other points.
  var grid: [Int]? { get }
  /// The units of positions and times; "1" where nobody says them.
  var units: DatasetDescription.Units { get }
  /// The names of the features of a point beyond its position.
  var featureNames: [String] { get }
  /// Those of the features that are there for observables alone, and are not stored.
  var auxiliaryFeatureNames: [String] { get }
  /// The names of columns of the files that could be features.
  var columnNames: [String] { get }
  /// How those of the features that are no numbers of the files are computed.
  var computedFeatures: [ObservableDescription.Definition] { get }
  /// The names of the species.
  var speciesNames: [String] { get }
  /// The observables that the source itself contains.
  var observables: [ObservableDescription] { get }
  /// The number of frames of a typical trajectory, to decide how many trajectories go into a shard.
  var typicalFrameCount: Int { get }
  /// The number of frames that a trajectory has at least, as far as the files' sizes tell, by which the room on the
  /// disk is judged.
  var estimatedFrameCount: Int { get }
  /// The number of particles of a typical frame.
  var typicalParticleCount: Int { get }
  /// The box of frames that have none of their own, relative to the offset; `nil` for open space.
  var box: SimulationBox? { get }
  /// Whether frames are known to have boxes of their own: programs that know none are told not to read the data set.
  var hasChangingBoxes: Bool { get }
  /// What a user should know of what has been read so far: what was left out, or not used.
  var notes: [String] { get }
  /// What a user should know before anything is read, such as an option that would say more.
  var advice: [String] { get }
  /// Whether the times of frames are known: those of the files, or by a time step that was given.
  var saysTimes: Bool { get }
  /// By how much coordinates of each axis may have been rounded when they were written, `[d]`; empty where nothing tells.
  func positionRounding() throws -> [Double]
  /// The files that are read, each with what it gives: `positions`, `dump`.
  var files: [(role: String, url: URL)] { get }
  /// What decides, beside the files' contents, what is read: `time step`.
  var settings: [String: StoredSetting] { get }
  /// What is said of the files for people, such as their names: the same contents under other names are the same data.
  var remarks: [String: StoredSetting] { get }
  /// The check sums of `files` by which earlier versions told them, as they stand in the descriptions of their data sets.
  func earlierChecksums(of files: [SourceFile]) throws -> [String: StoredSetting]
  /// What is subtracted from positions in double precision, `[d]`; `nil` for nothing.
  var positionOffset: [Double]? { get }
  /// The frames of trajectory m from number `first` on, read when they are asked for.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the file and the place; so does the stream.
  func frames(ofTrajectory m: Int, from first: Int) throws -> FrameStream
  /// The number of frames of trajectory m, which may be read for that.
  ///
  /// - Throws: as `frames(ofTrajectory:from:)`.
  func frameCount(ofTrajectory m: Int) throws -> Int
}

/// What most sources need not say.
extension TrajectorySource {
  /// Particles of one kind.
  public var speciesNames: [String] { ["particle"] }
  /// Yes.
  public var saysTimes: Bool { true }
  /// Nobody says them.
  public var units: DatasetDescription.Units { DatasetDescription.Units() }
  /// None.
  public var auxiliaryFeatureNames: [String] { [] }
  /// None.
  public var columnNames: [String] { [] }
  /// No grid.
  public var grid: [Int]? { nil }
  /// None.
  public var featureNames: [String] { [] }
  /// None.
  public var computedFeatures: [ObservableDescription.Definition] { [] }
  /// None.
  public var observables: [ObservableDescription] { [] }
  /// That of the first trajectory, which is read for it.
  public var typicalFrameCount: Int { (try? frameCount(ofTrajectory: 0)) ?? 1 }
  /// Those of the first frame.
  public var typicalParticleCount: Int {
    guard let first = try? frames(ofTrajectory: 0).next() else { return 1 }
    return first.positions.indices.reduce(0) {
      $0 + first.pointCount(species: $1, dimension: dimension, featureCount: featureNames.count)
    }
  }
  /// Open space.
  public var box: SimulationBox? { nil }
  /// No.
  public var hasChangingBoxes: Bool { false }
  /// None.
  public var settings: [String: StoredSetting] { [:] }
  /// The names of the files.
  public var remarks: [String: StoredSetting] {
    Dictionary(files.map { ($0.role, .text($0.url.lastPathComponent)) }) { first, _ in first }
  }
  /// None.
  public func earlierChecksums(of files: [SourceFile]) throws -> [String: StoredSetting] { [:] }

  /// That of a typical trajectory.
  public var estimatedFrameCount: Int { typicalFrameCount }

  /// By reading them.
  public func frameCount(ofTrajectory m: Int) throws -> Int { try frames(ofTrajectory: m).count() }

  /// All frames of trajectory m.
  ///
  /// - Throws: as `frames(ofTrajectory:from:)`.
  public func frames(ofTrajectory m: Int) throws -> FrameStream { try frames(ofTrajectory: m, from: 0) }

  /// Trajectory m in memory.
  ///
  /// - Throws: as `frames(ofTrajectory:from:)`.
  public func trajectory(_ m: Int) throws -> Trajectory { try frames(ofTrajectory: m).trajectory() }

  /// Nothing.
  public var notes: [String] { [] }

  /// Nothing.
  public var advice: [String] { [] }

  /// Nothing tells.
  public func positionRounding() throws -> [Double] { [] }

  /// Nothing.
  public var positionOffset: [Double]? { nil }
}

extension TrajectorySource {
  /// The names of the features that are stored.
  public var storedFeatureNames: [String] { featureNames.filter { !auxiliaryFeatureNames.contains($0) } }

  /// The features `[n, c]` of points without the auxiliary ones.
  public func storedFeatures(_ values: [Float]) -> [Float] {
    guard !auxiliaryFeatureNames.isEmpty else { return values }
    let width = featureNames.count
    let places = featureNames.indices.filter { !auxiliaryFeatureNames.contains(featureNames[$0]) }
    return stride(from: 0, to: values.count, by: width).flatMap { start in places.map { values[start + $0] } }
  }
}
