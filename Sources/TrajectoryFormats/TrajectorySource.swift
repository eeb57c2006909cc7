import Microstates

/// Trajectories that can be read one at a time, whatever their file format.
public protocol TrajectorySource: Sendable {
  /// What messages call the source: its path.
  var name: String { get }
  /// The number of trajectories.
  var trajectoryCount: Int { get }
  /// The dimension d of space.
  var dimension: Int { get }
  /// The names of the species.
  var speciesNames: [String] { get }
  /// The observables that the source itself contains.
  var observables: [ObservableDescription] { get }
  /// The number of frames of a typical trajectory, to decide how many trajectories go into a shard.
  var typicalFrameCount: Int { get }
  /// The number of particles of a typical frame.
  var typicalParticleCount: Int { get }
  /// The box in which all particles are; `nil` for open space.
  var box: SimulationBox? { get }
  /// What a user should know of what has been read so far: what was left out, or not used.
  var notes: [String] { get }
  /// Where the trajectories come from, to notice that a resumed import reads other data.
  func provenance() throws -> [String: SettingValue]
  /// Reads trajectory m.
  ///
  /// - Throws: `MacrostateError` of kind `badData` that names the file and the place.
  func trajectory(_ m: Int) throws -> Trajectory
}

extension TrajectorySource {
  /// Nothing.
  public var notes: [String] { [] }
}
