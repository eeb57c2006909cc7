import Foundation
import MacrostateStorage
import Microstates

/// Observables that are computed from the particles while they are imported.
public struct ComputedObservables: Sendable {
  /// Their names and units, k of them.
  public var descriptions: [ObservableDescription]
  /// The k values of a frame.
  public var compute: @Sendable (Trajectory.Frame) throws -> [Double]

  /// Observables computed by `compute`, as many as `descriptions`.
  public init(
    _ descriptions: [ObservableDescription], compute: @escaping @Sendable (Trajectory.Frame) throws -> [Double]
  ) {
    self.descriptions = descriptions
    self.compute = compute
  }
}

/// How trajectories become a data set.
public struct ImportOptions: Sendable {
  /// Observables to compute, after those of the source.
  public var computed: ComputedObservables?
  /// The units of positions and times.
  public var units = DatasetDescription.Units()
  /// The simulation box; `nil` for open space.
  public var box: SimulationBox?
  /// The shards to make.
  public var part = DatasetPart.whole
  /// The size that a shard should have, in bytes.
  public var shardByteCount = DatasetPlan.defaultShardByteCount
  /// The version of the program, for the data set's description.
  public var programVersion: String

  /// The defaults: no computed observables, reduced units, open space, all shards.
  public init(programVersion: String) {
    self.programVersion = programVersion
  }
}

/// Writes the trajectories of `source` as the data set at `url`, one trajectory in memory at a time.
///
/// The same call carries on after a stop or a kill.
///
/// - Parameters:
///   - stop: asked before every trajectory.
///   - progress: called after every trajectory with the number of those that are there and of all.
/// - Throws: `MacrostateError` of kind `badData` if the source is damaged or has numbers that are not finite (file,
///   trajectory, frame and particle are named), or the data set there is another; `stopped`; `failure` if the disk is
///   full.
public func importTrajectories(
  from source: some TrajectorySource, to url: URL, options: ImportOptions, stop: StopFlag? = nil,
  progress: (Int, Int) -> Void = { _, _ in }
) throws {
  let computed = options.computed
  let description = DatasetDescription(
    dimension: source.dimension, units: options.units, box: options.box, speciesNames: source.speciesNames,
    observables: source.observables + (computed?.descriptions ?? []),
    generator: DatasetDescription.Generator(name: "import", parameters: try source.provenance()),
    programVersion: options.programVersion)
  let plan = DatasetPlan(
    trajectoryCount: source.trajectoryCount, bytesPerTrajectory: source.bytesPerTrajectory,
    shardByteCount: options.shardByteCount)
  let writer = try DatasetWriter(url, description: description, plan: plan)
  try writer.writeMissingShards(part: options.part, stop: stop, progress: progress) { m in
    var trajectory = try source.trajectory(m)
    guard let computed else { return trajectory }
    for index in trajectory.frames.indices {
      do {
        trajectory.frames[index].observables += try computed.compute(trajectory.frames[index])
      } catch let error as MacrostateError {
        throw MacrostateError(error.kind, "\(source.name): trajectory \(m), frame \(index): \(error.message)")
      }
    }
    return trajectory
  }
}
